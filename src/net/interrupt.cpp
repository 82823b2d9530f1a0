#include "net/interrupt.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unordered_set>
#include <utility>

namespace sosia::net {
namespace asio = boost::asio;

struct Interrupt::State {
    asio::any_io_executor executor;
    std::unordered_set<asio::steady_timer*> waiting;
    bool triggered = false;
};

namespace {

// Keeps a timer in the set for as long as its wait lasts, however that ends.
class Entry {
  public:
    Entry(std::unordered_set<asio::steady_timer*>& set, asio::steady_timer& timer) : set_(set), timer_(timer) {
        set_.insert(&timer_);
    }
    ~Entry() { set_.erase(&timer_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

  private:
    std::unordered_set<asio::steady_timer*>& set_;
    asio::steady_timer& timer_;
};

}  // namespace

Interrupt::Interrupt(asio::any_io_executor executor)
    : state_(std::make_shared<State>(State{.executor = std::move(executor)})) {}

asio::awaitable<bool> Interrupt::sleep(std::chrono::microseconds time) {
    const std::shared_ptr<State> state = state_;
    if (state->triggered) {
        co_return false;
    }
    asio::steady_timer timer(state->executor, time);
    const Entry entry(state->waiting, timer);
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !error && !state->triggered;
}

void Interrupt::trigger() {
    state_->triggered = true;
    for (asio::steady_timer* timer : state_->waiting) {
        timer->cancel();
    }
}

bool Interrupt::triggered() const {
    return state_->triggered;
}

}  // namespace sosia::net
