// How agents reach their conversation's world: plain HTTP and MCP on one port. Each conversation has a key that nobody
// can guess, as part of its addresses; calls with no such key, or after the conversation's end, are refused.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "net/http_server.h"
#include "world/seat.h"

namespace sosia::world {

// Where one conversation's agent finds its tools.
struct Entrance {
    std::string key;
    std::string tools;  // "http://127.0.0.1:40123/KEY/tools": GET lists them, POST .../NAME calls one
    std::string mcp;    // "http://127.0.0.1:40123/KEY/mcp"
};

class Doors {
  public:
    explicit Doors(boost::asio::any_io_executor executor, net::HttpServer::Options options = {});

    Result<void> start();
    void stop() { server_.stop(); }

    // The seat outlives its entrance.
    Entrance open(Seat& seat);
    void close(const std::string& key);

    std::uint16_t port() const { return server_.port(); }

  private:
    boost::asio::awaitable<net::ServerResponse> answer(net::ServerRequest request);

    std::map<std::string, Seat*, std::less<>> seats_;
    std::set<std::string, std::less<>> over_;  // the newest conversations that are over, to tell "over" from "unknown"
    std::deque<std::string> over_in_order_;
    net::HttpServer server_;
};

// One plain HTTP request to /tools (`name` empty) or /tools/{name}.
boost::asio::awaitable<net::ServerResponse> serve_tool(Seat& seat, std::string name, net::ServerRequest request);

}  // namespace sosia::world
