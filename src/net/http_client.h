// HTTP/1.1 client on the io thread: keep-alive connections, pooled handles, bounded answers. Not thread-safe: use it
// from the coroutines of its executor only. The io_context must outlive the client.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "net/http.h"

namespace sosia::net {

namespace detail {
class ClientCore;
}

class HttpClient {
  public:
    struct Options {
        std::chrono::milliseconds connect_timeout{10'000};
        std::string user_agent = "sosia";
        // libcurl looks for a free connection linearly, so many connections are spread over several pools of this size.
        std::size_t connections_per_pool = 128;
        std::string authorities = {};  // file with the certificates to trust; empty: the system's
    };

    explicit HttpClient(boost::asio::any_io_executor executor) : HttpClient(std::move(executor), Options{}) {}
    HttpClient(boost::asio::any_io_executor executor, Options options);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Any status is an answer; an HttpError means that there is none. Never throws. Cancelling the coroutine ends it
    // with `cancelled`.
    boost::asio::awaitable<HttpResult> send(HttpRequest request);
    // The same; the body of a 2xx answer goes to `sink` as it comes. Other bodies are collected as usual.
    boost::asio::awaitable<HttpResult> send(HttpRequest request, ChunkSink sink);

    // Ends every exchange in flight with `cancelled`.
    void cancel_all();
    std::size_t in_flight() const;

  private:
    std::shared_ptr<detail::ClientCore> core_;
};

}  // namespace sosia::net
