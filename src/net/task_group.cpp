#include "net/task_group.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <list>
#include <utility>

namespace sosia::net {
namespace asio = boost::asio;

namespace {

bool is_cancellation(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

struct TaskGroup::State : std::enable_shared_from_this<State> {
    explicit State(asio::any_io_executor on) : executor(std::move(on)) {}

    void ended(std::list<asio::cancellation_signal>::iterator task, const std::exception_ptr& exception) {
        tasks.erase(task);
        if (exception && !is_cancellation(exception)) {
            exceptions.push_back(exception);
        }
        if (tasks.empty()) {
            for (auto& waiter : std::exchange(waiters, {})) {
                asio::post(executor, std::move(waiter));
            }
        }
    }

    // On the loop only: Asio 1.81 hands the signal on with a raw pointer, at once when it is on the loop, else later,
    // when the task may be gone.
    void cancel() {
        asio::dispatch(executor, [self = shared_from_this()] { self->emit_to_all(); });
    }

    void emit_to_all() {
        // A signal may end other tasks at once, so walk over a copy of the addresses that is checked again.
        std::vector<asio::cancellation_signal*> signals;
        for (auto& signal : tasks) {
            signals.push_back(&signal);
        }
        for (auto* signal : signals) {
            for (auto& task : tasks) {
                if (&task == signal) {
                    task.emit(asio::cancellation_type::terminal);
                    break;
                }
            }
        }
    }

    asio::any_io_executor executor;
    std::list<asio::cancellation_signal> tasks;
    std::vector<std::exception_ptr> exceptions;
    std::vector<std::move_only_function<void()>> waiters;
};

TaskGroup::TaskGroup(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

TaskGroup::~TaskGroup() {
    state_->cancel();
}

void TaskGroup::spawn(asio::awaitable<void> task) {
    const auto place = state_->tasks.emplace(state_->tasks.end());
    auto ended = [state = state_, place](const std::exception_ptr& exception) { state->ended(place, exception); };
    asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(place->slot(), std::move(ended)));
}

asio::awaitable<void> TaskGroup::wait() {
    const std::shared_ptr<State> state = state_;
    if (state->tasks.empty()) {
        co_return;
    }
    auto initiate = [&](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign([weak = std::weak_ptr(state)](asio::cancellation_type) {
                if (const auto self = weak.lock()) {
                    self->cancel();
                }
            });
        }
        state->waiters.push_back(std::move(handler));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
}

void TaskGroup::cancel() {
    state_->cancel();
}

std::size_t TaskGroup::running() const {
    return state_->tasks.size();
}

std::vector<std::exception_ptr> TaskGroup::take_exceptions() {
    return std::exchange(state_->exceptions, {});
}

}  // namespace sosia::net
