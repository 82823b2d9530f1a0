#include "net/semaphore.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>

namespace sosia::net {
namespace asio = boost::asio;

struct Semaphore::State : std::enable_shared_from_this<State> {
    using Handler = std::move_only_function<void(Permit)>;

    State(asio::any_io_executor on, std::size_t places) : executor(std::move(on)), free(places) {}

    void wait(Handler handler, asio::cancellation_slot slot) {
        if (free > 0) {
            --free;
            finish(std::move(handler), Permit(shared_from_this()));
            return;
        }
        const std::uint64_t ticket = next_ticket++;
        waiters.emplace(ticket, std::move(handler));
        if (slot.is_connected()) {
            slot.assign([weak = weak_from_this(), ticket](asio::cancellation_type) {
                if (const auto self = weak.lock()) {
                    self->cancel(ticket);
                }
            });
        }
    }

    void cancel(std::uint64_t ticket) {
        const auto at = waiters.find(ticket);
        if (at != waiters.end()) {
            Handler handler = std::move(at->second);
            waiters.erase(at);
            finish(std::move(handler), Permit{});
        }
    }

    // The place goes to the next in line directly, so nobody can overtake.
    void give_back() {
        if (waiters.empty()) {
            ++free;
            return;
        }
        Handler handler = std::move(waiters.begin()->second);
        waiters.erase(waiters.begin());
        finish(std::move(handler), Permit(shared_from_this()));
    }

    void finish(Handler handler, Permit permit) {
        asio::post(executor, [handler = std::move(handler), permit = std::move(permit)]() mutable {
            handler(std::move(permit));
        });
    }

    asio::any_io_executor executor;
    std::size_t free;
    std::uint64_t next_ticket = 0;
    std::map<std::uint64_t, Handler> waiters;  // by order of arrival
};

Semaphore::Permit::~Permit() {
    if (state_) {
        state_->give_back();
    }
}

Semaphore::Semaphore(asio::any_io_executor executor, std::size_t places)
    : state_(std::make_shared<State>(std::move(executor), places)) {}

asio::awaitable<Semaphore::Permit> Semaphore::acquire() {
    const std::shared_ptr<State> state = state_;
    auto initiate = [&](auto handler) {
        const auto slot = asio::get_associated_cancellation_slot(handler);
        state->wait(std::move(handler), slot);
    };
    Permit permit =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Permit)>(initiate, asio::use_awaitable);
    co_return permit;
}

std::size_t Semaphore::free_places() const {
    return state_->free;
}
std::size_t Semaphore::waiting() const {
    return state_->waiters.size();
}

}  // namespace sosia::net
