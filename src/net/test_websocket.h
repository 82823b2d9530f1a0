// A WebSocket server for tests that can misbehave. Runs on the test's own loop.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http.h"

namespace sosia::net::test {

// The server's end of one connection, after the handshake.
class WebSocketPeer {
  public:
    virtual ~WebSocketPeer() = default;
    // The next message; nothing when the client is gone.
    virtual boost::asio::awaitable<std::optional<std::string>> read() = 0;
    virtual boost::asio::awaitable<void> write(std::string text, bool binary = false) = 0;
    virtual boost::asio::awaitable<void> close(std::uint16_t code) = 0;
    virtual boost::asio::awaitable<void> raw(std::string bytes) = 0;  // past the framing
    virtual boost::asio::awaitable<void> pause(std::chrono::milliseconds time) = 0;
    virtual void drop() = 0;
};

using WebSocketScript = std::function<boost::asio::awaitable<void>(WebSocketPeer&)>;

class WebSocketServer {
  public:
    WebSocketServer(const boost::asio::any_io_executor& executor, WebSocketScript script);
    ~WebSocketServer();
    WebSocketServer(const WebSocketServer&) = delete;
    WebSocketServer& operator=(const WebSocketServer&) = delete;

    std::string url(const std::string& path = "/") const;
    // One for each connection, in their order.
    const std::vector<Headers>& handshakes() const;
    const std::vector<std::string>& targets() const;
    const std::vector<std::string>& messages() const;  // of all connections

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// Answers every message with `reply(message)`.
WebSocketScript answering(std::function<std::string(const std::string&)> reply);

}  // namespace sosia::net::test
