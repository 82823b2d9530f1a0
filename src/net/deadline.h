// An operation with a time limit. Includes heavy Asio headers: for .cpp files only.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

namespace sosia::net {

// The operation's value, or nothing when the limit passed first; the operation is then cancelled and has ended.
template <class T>
boost::asio::awaitable<std::optional<T>> with_deadline(boost::asio::awaitable<T> operation,
                                                       std::chrono::milliseconds limit) {
    using namespace boost::asio::experimental::awaitable_operators;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, limit);
    auto either = co_await (std::move(operation) || timer.async_wait(boost::asio::use_awaitable));
    std::optional<T> value;
    if (either.index() == 0) {
        value.emplace(std::move(std::get<0>(either)));
    }
    co_return value;
}

// True when the operation ended in time.
inline boost::asio::awaitable<bool> with_deadline(boost::asio::awaitable<void> operation,
                                                  std::chrono::milliseconds limit) {
    using namespace boost::asio::experimental::awaitable_operators;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, limit);
    const auto either = co_await (std::move(operation) || timer.async_wait(boost::asio::use_awaitable));
    co_return either.index() == 0;
}

}  // namespace sosia::net
