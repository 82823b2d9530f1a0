// One curl multi handle: its connections, its timer, its running transfers.
#pragma once
#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "net/detail/socket_table.h"
#include "net/detail/transfer.h"

namespace sosia::net::detail {

class CurlPool {
  public:
    using Finished = std::function<void(std::unique_ptr<Transfer>, CURLcode)>;

    CurlPool(const boost::asio::any_io_executor& executor, SocketTable& sockets, Finished finished,
             std::size_t connections);
    ~CurlPool();
    CurlPool(const CurlPool&) = delete;
    CurlPool& operator=(const CurlPool&) = delete;

    std::size_t running() const { return running_.size(); }
    const std::vector<std::unique_ptr<Transfer>>& transfers() const { return running_; }
    void start(std::unique_ptr<Transfer> transfer);
    // Takes a running transfer out before its end; its connection is closed.
    std::unique_ptr<Transfer> cancel(Transfer& transfer);
    void socket_ready(curl_socket_t socket, int events);

  private:
    using Time = std::chrono::steady_clock::time_point;

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int on_timer(CURLM*, long milliseconds, void* self);
    std::unique_ptr<Transfer> take(Transfer& transfer);
    void settle();
    bool finish_done();
    void want_timer(Time at);
    void wait_for_timer();
    void timer_fired();

    SocketTable& sockets_;
    Finished finished_;
    CURLM* multi_;
    boost::asio::steady_timer timer_;
    std::vector<std::unique_ptr<Transfer>> running_;
    bool run_now_ = false;       // curl asked to be called at once
    Time wanted_ = Time::max();  // when curl wants to be called
    Time armed_ = Time::max();   // when the timer fires; never after wanted_
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sosia::net::detail
