// curl's sockets, watched by Asio. A socket stays registered with the loop from open to close, also while its
// connection lies idle, which saves two system calls an exchange.
#pragma once
#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace sosia::net::detail {

class CurlPool;

class SocketTable {
  public:
    // Called with the pool that waits for the socket, the socket and CURL_CSELECT_IN, _OUT or _ERR.
    using Ready = std::function<void(CurlPool&, curl_socket_t, int)>;

    SocketTable(boost::asio::any_io_executor executor, Ready ready);

    // curl opens and closes sockets through these two.
    curl_socket_t open(const curl_sockaddr& address);
    void close(curl_socket_t socket);
    // curl wants to hear of `what` (CURL_POLL_*) for `pool`.
    void watch(CurlPool& pool, curl_socket_t socket, int what);
    // Forgets every socket of which the loop still knows. Sockets must have been closed by curl before.
    void clear();

  private:
    struct Watch {
        Watch(const boost::asio::any_io_executor& executor, curl_socket_t socket) : descriptor(executor, socket) {}
        boost::asio::posix::stream_descriptor descriptor;
        CurlPool* pool = nullptr;
        int wanted = 0;  // CURL_CSELECT_IN | CURL_CSELECT_OUT
        bool waits_to_read = false;
        bool waits_to_write = false;
        bool ours = false;  // opened by open(): lives until close()
    };
    using WatchPtr = std::shared_ptr<Watch>;

    void arm(const WatchPtr& watch);
    void wait_to_read(const WatchPtr& watch);
    void wait_to_write(const WatchPtr& watch);
    void report(const WatchPtr& watch, int event, const boost::system::error_code& error);
    WatchPtr& slot(curl_socket_t socket);
    static void forget(WatchPtr& watch);

    boost::asio::any_io_executor executor_;
    Ready ready_;
    std::vector<WatchPtr> watches_;  // by file descriptor
};

}  // namespace sosia::net::detail
