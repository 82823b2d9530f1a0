// WebSocket client (RFC 6455) on the io thread: ws and wss, text messages, bounded. Not thread-safe: use it from the
// coroutines of its executor only. Operations know no time limits: cancelling the coroutine ends them, and the
// connection is then good for nothing but being dropped.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"

namespace sosia::net {

struct WebSocketRequest {
    std::string url;                      // ws or wss, absolute
    Headers headers;                      // of the handshake, beside its own
    std::size_t max_message = 1U << 20U;  // bytes; a longer message ends the connection with too_large
};

struct WebSocketError {
    HttpErrorKind kind = HttpErrorKind::other;
    int status = 0;       // of an answer that declined the upgrade; 0 otherwise
    std::string message;  // one sentence; contains neither URL nor header values
};

template <class T>
using WebSocketResult = std::expected<T, WebSocketError>;

// One open connection. Dropping it closes the socket without a word.
class WebSocket {
  public:
    virtual ~WebSocket() = default;
    virtual boost::asio::awaitable<WebSocketResult<void>> write(std::string text) = 0;
    // The next message, text or binary. Pings are answered meanwhile.
    virtual boost::asio::awaitable<WebSocketResult<std::string>> read() = 0;
    // Says goodbye and waits for the other side's.
    virtual boost::asio::awaitable<void> close() = 0;
};

class WebSocketClient {
  public:
    WebSocketClient();
    ~WebSocketClient();
    WebSocketClient(const WebSocketClient&) = delete;
    WebSocketClient& operator=(const WebSocketClient&) = delete;

    // Connects and shakes hands. Certificates are checked against the system's authorities.
    boost::asio::awaitable<WebSocketResult<std::unique_ptr<WebSocket>>> connect(WebSocketRequest request);

  private:
    struct Tls;
    std::unique_ptr<Tls> tls_;  // made when it is first needed
};

}  // namespace sosia::net
