// Does somebody listen there?
#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sosia::net {

struct HostPort {
    std::string host;  // without brackets
    std::uint16_t port = 0;
    bool loopback = false;
};

// Where a connection for this http or https URL goes; nothing when it has no host or no valid port.
std::optional<HostPort> host_port(std::string_view url);

// True when a TCP connection is accepted within the limit.
boost::asio::awaitable<bool> accepts_connections(HostPort where, std::chrono::milliseconds limit);

}  // namespace sosia::net
