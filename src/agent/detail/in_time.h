// An operation of one turn that ends with the turn's time or when the run is cancelled. Includes heavy Asio headers:
// for .cpp files only.
#pragma once
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <expected>
#include <utility>
#include <variant>

#include "agent/agent.h"
#include "net/interrupt.h"

namespace sosia::agent::detail {

// The operation's value, or why there is none: `timeout` or `cancelled`. The operation is then cancelled and has ended.
template <class T>
boost::asio::awaitable<std::expected<T, FailureKind>> in_time(boost::asio::awaitable<T> operation,
                                                              net::Interrupt& interrupt,
                                                              std::chrono::milliseconds limit) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto either = co_await (std::move(operation) || interrupt.sleep(limit));
    if (either.index() == 0) {
        co_return std::get<0>(std::move(either));
    }
    co_return std::unexpected(std::get<1>(either) ? FailureKind::timeout : FailureKind::cancelled);
}

}  // namespace sosia::agent::detail
