// Model Context Protocol, server side, streamable HTTP: tools only, every request on its own. Speaks the stateless
// revision 2026-07-28 and, for older clients, the ones with a handshake: 2025-11-25, 2025-06-18, 2025-03-26.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "net/http_server.h"
#include "world/seat.h"

namespace sosia::world {

// Answers one HTTP request to the seat's MCP address.
boost::asio::awaitable<net::ServerResponse> serve_mcp(Seat& seat, net::ServerRequest request);

}  // namespace sosia::world
