#include "net/detail/curl_pool.h"

#include <new>
#include <utility>

namespace sosia::net::detail {

CurlPool::CurlPool(const boost::asio::any_io_executor& executor, SocketTable& sockets, Finished finished,
                   std::size_t connections)
    : sockets_(sockets), finished_(std::move(finished)), multi_(curl_multi_init()), timer_(executor) {
    if (multi_ == nullptr) {
        throw std::bad_alloc();
    }
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlPool::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlPool::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
}

CurlPool::~CurlPool() {
    *alive_ = false;
    for (const auto& transfer : running_) {
        curl_multi_remove_handle(multi_, transfer->easy());
    }
    running_.clear();
    curl_multi_cleanup(multi_);
}

void CurlPool::start(std::unique_ptr<Transfer> transfer) {
    transfer->pool = this;
    transfer->index = running_.size();
    CURL* easy = transfer->easy();
    running_.push_back(std::move(transfer));
    if (curl_multi_add_handle(multi_, easy) != CURLM_OK) {
        finished_(take(*running_.back()), CURLE_FAILED_INIT);
        return;
    }
    settle();
}

std::unique_ptr<Transfer> CurlPool::take(Transfer& transfer) {
    curl_multi_remove_handle(multi_, transfer.easy());
    const std::size_t index = transfer.index;
    std::unique_ptr<Transfer> taken = std::move(running_[index]);
    if (index + 1 != running_.size()) {
        running_[index] = std::move(running_.back());
        running_[index]->index = index;
    }
    running_.pop_back();
    taken->pool = nullptr;
    return taken;
}

std::unique_ptr<Transfer> CurlPool::cancel(Transfer& transfer) {
    std::unique_ptr<Transfer> taken = take(transfer);
    settle();
    return taken;
}

void CurlPool::socket_ready(curl_socket_t socket, int events) {
    int still_running = 0;
    curl_multi_socket_action(multi_, socket, events, &still_running);
    settle();
}

// curl asks for "a timer of 0 ms" at most steps; calling it here saves a round through the loop.
void CurlPool::settle() {
    int still_running = 0;
    while (run_now_ || finish_done()) {
        if (std::exchange(run_now_, false)) {
            curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &still_running);
        }
    }
    if (running_.empty() && armed_ != Time::max()) {
        armed_ = Time::max();  // a waiting timer would keep the loop from ending
        timer_.cancel();
    }
}

bool CurlPool::finish_done() {
    int queued = 0;
    const CURLMsg* message = curl_multi_info_read(multi_, &queued);
    if (message == nullptr) {
        return false;
    }
    if (message->msg == CURLMSG_DONE) {
        const CURLcode code = message->data.result;
        Transfer* transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        finished_(take(*transfer), code);
    }
    return true;
}

int CurlPool::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    auto* pool = static_cast<CurlPool*>(self);
    pool->sockets_.watch(*pool, socket, what);
    return 0;
}

int CurlPool::on_timer(CURLM*, long milliseconds, void* self) {
    auto* pool = static_cast<CurlPool*>(self);
    if (milliseconds < 0) {
        pool->wanted_ = Time::max();
    } else if (milliseconds == 0) {
        pool->run_now_ = true;
        pool->wanted_ = Time::max();
    } else {
        pool->want_timer(std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds));
    }
    return 0;
}

// Most deadlines move later, so the timer is only set anew for an earlier one; fired early, it waits for the rest.
void CurlPool::want_timer(Time at) {
    wanted_ = at;
    if (at < armed_) {
        armed_ = at;
        wait_for_timer();
    }
}

void CurlPool::wait_for_timer() {
    timer_.expires_at(armed_);
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (!error && *alive) {
            timer_fired();
        }
    });
}

void CurlPool::timer_fired() {
    armed_ = Time::max();
    if (wanted_ == Time::max()) {
        return;
    }
    if (std::chrono::steady_clock::now() < wanted_) {
        want_timer(wanted_);
        return;
    }
    wanted_ = Time::max();
    int still_running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &still_running);
    settle();
}

}  // namespace sosia::net::detail
