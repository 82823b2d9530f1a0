// HTTP/1.1 server on the io thread: keep-alive, bounded requests, time limits. The handler is a coroutine and may take
// its time. Not thread-safe: use it from its executor only.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace sosia::net {

struct ServerRequest {
    std::string method;
    std::string path;   // without the query, percent signs as sent
    std::string query;  // behind "?", without it
    Headers headers;
    std::string body;
};

struct ServerResponse {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    Headers headers;  // beside Content-Type and Content-Length
    // For an answer that comes bit by bit (chunked): asked for the next piece when the last one is sent, until there is
    // none. `body` goes first. It may take its time: no time limit runs meanwhile.
    std::function<boost::asio::awaitable<std::optional<std::string>>()> more = {};
    // For servers that play broken ones: the connection is reset when so many bytes of `body` are sent.
    std::optional<std::size_t> reset_after = {};
};

using HttpHandler = std::function<boost::asio::awaitable<ServerResponse>(ServerRequest)>;

class HttpServer {
  public:
    struct Options {
        std::string address = "127.0.0.1";
        std::uint16_t port = 0;            // 0: any free one
        std::size_t max_body = 1U << 20U;  // bytes; a longer request is answered with 413
        std::size_t max_header = 16U << 10U;
        std::chrono::milliseconds read_timeout{30'000};   // for one whole request, once it has begun
        std::chrono::milliseconds idle_timeout{120'000};  // between two requests of one connection
    };

    HttpServer(boost::asio::any_io_executor executor, Options options, HttpHandler handler);
    // Stops; call stop() and run the loop first when handlers must not be cut off.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Listens from now on. The address taken or unknown: an Error that names it.
    Result<void> start();
    // Accepts nothing more and closes every connection.
    void stop();

    std::uint16_t port() const;  // 0 before start()
    std::string url(std::string_view path = "/") const;
    std::size_t connections() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sosia::net
