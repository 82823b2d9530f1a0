// Owns coroutines: no task runs without somebody who waits for it, can cancel it and hears of its exception.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <exception>
#include <memory>
#include <vector>

namespace sosia::net {

class TaskGroup {
  public:
    explicit TaskGroup(boost::asio::any_io_executor executor);
    // Cancels what still runs. Wait first: a task must not outlive what it refers to.
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // The task starts on the next round of the loop.
    void spawn(boost::asio::awaitable<void> task);
    // Returns when no task is left. When the waiting coroutine is cancelled, the tasks are, and it waits on for them.
    boost::asio::awaitable<void> wait();
    // Asks every task to stop; a task that ends by that is no failure.
    void cancel();
    std::size_t running() const;
    // Exceptions that tasks ended with, in order; cancellation is none. Empties the list.
    std::vector<std::exception_ptr> take_exceptions();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sosia::net
