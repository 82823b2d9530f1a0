#include "net/tcp_probe.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "net/deadline.h"
#include "net/detail/url.h"

namespace sosia::net {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

asio::awaitable<bool> connects(HostPort where) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    const auto [failed, endpoints] = co_await resolver.async_resolve(where.host, std::to_string(where.port), as_result);
    if (failed) {
        co_return false;
    }
    tcp::socket socket(executor);
    const auto [error, endpoint] = co_await asio::async_connect(socket, endpoints, as_result);
    co_return !error;
}

}  // namespace

std::optional<HostPort> host_port(std::string_view url) {
    const std::string_view authority = detail::authority_of(url);
    HostPort result{.port = static_cast<std::uint16_t>(lower(url.substr(0, 8)) == "https://" ? 443 : 80),
                    .loopback = detail::is_loopback(authority)};
    const bool literal = authority.starts_with('[');
    const std::size_t end = literal ? authority.find(']') : authority.find(':');
    result.host = authority.substr(literal ? 1 : 0, end == std::string_view::npos ? end : end - (literal ? 1 : 0));
    const std::size_t colon = authority.find(':', literal ? std::min(end, authority.size()) : 0);
    if (colon != std::string_view::npos) {
        const std::string_view digits = authority.substr(colon + 1);
        const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result.port);
        if (error != std::errc{} || last != digits.data() + digits.size()) {
            return std::nullopt;
        }
    }
    return result.host.empty() || result.port == 0 ? std::nullopt : std::optional(result);
}

asio::awaitable<bool> accepts_connections(HostPort where, std::chrono::milliseconds limit) {
    const auto connected = co_await with_deadline(connects(std::move(where)), limit);
    co_return connected.value_or(false);
}

}  // namespace sosia::net
