// Runs a coroutine to its end on a loop of its own, for tests.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace sosia::net::test {

class Loop {
  public:
    boost::asio::io_context& context() { return context_; }
    boost::asio::any_io_executor executor() { return context_.get_executor(); }

    template <class T>
    T run(boost::asio::awaitable<T> task) {
        std::optional<T> result;
        std::exception_ptr failure;
        bool done = false;
        boost::asio::co_spawn(context_, std::move(task), [&](std::exception_ptr error, T value) {
            failure = std::move(error);
            result.emplace(std::move(value));
            done = true;
        });
        pump(done, failure);
        return std::move(*result);
    }

    void run(boost::asio::awaitable<void> task) {
        std::exception_ptr failure;
        bool done = false;
        boost::asio::co_spawn(context_, std::move(task), [&](std::exception_ptr error) {
            failure = std::move(error);
            done = true;
        });
        pump(done, failure);
    }

    // Runs whatever is ready, without waiting.
    void poll() {
        context_.restart();
        context_.poll();
    }

  private:
    void pump(const bool& done, const std::exception_ptr& failure) {
        context_.restart();
        while (!done && context_.run_one() > 0) {
        }
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    boost::asio::io_context context_{1};
};

}  // namespace sosia::net::test
