#include "net/detail/socket_table.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>

#include <utility>

namespace sosia::net::detail {

SocketTable::SocketTable(boost::asio::any_io_executor executor, Ready ready)
    : executor_(std::move(executor)), ready_(std::move(ready)) {}

SocketTable::WatchPtr& SocketTable::slot(curl_socket_t socket) {
    const auto at = static_cast<std::size_t>(socket);
    if (at >= watches_.size()) {
        watches_.resize(at + 64);
    }
    return watches_[at];
}

curl_socket_t SocketTable::open(const curl_sockaddr& address) {
    const int socket = ::socket(address.family, address.socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.protocol);
    if (socket < 0) {
        return CURL_SOCKET_BAD;
    }
    WatchPtr& watch = slot(socket);
    watch = std::make_shared<Watch>(executor_, socket);
    watch->ours = true;
    return socket;
}

void SocketTable::close(curl_socket_t socket) {
    forget(slot(socket));
    ::close(socket);
}

void SocketTable::forget(WatchPtr& watch) {
    if (watch) {
        watch->wanted = 0;
        watch->pool = nullptr;
        watch->descriptor.release();  // the socket stays curl's
        watch.reset();
    }
}

void SocketTable::watch(CurlPool& pool, curl_socket_t socket, int what) {
    WatchPtr& watch = slot(socket);
    if (what == CURL_POLL_REMOVE) {
        if (watch && watch->ours) {
            watch->wanted = 0;
            watch->pool = nullptr;
            if (watch->waits_to_read || watch->waits_to_write) {
                watch->descriptor.cancel();  // an idle connection must not keep the loop from ending
            }
        } else {
            forget(watch);
        }
        return;
    }
    if (!watch) {
        watch = std::make_shared<Watch>(executor_, socket);  // curl's own, such as the pipe of its resolver
    }
    watch->pool = &pool;
    watch->wanted = (what & CURL_POLL_IN ? CURL_CSELECT_IN : 0) | (what & CURL_POLL_OUT ? CURL_CSELECT_OUT : 0);
    arm(watch);
}

void SocketTable::arm(const WatchPtr& watch) {
    if ((watch->wanted & CURL_CSELECT_IN) != 0 && !watch->waits_to_read) {
        wait_to_read(watch);
    }
    if ((watch->wanted & CURL_CSELECT_OUT) != 0 && !watch->waits_to_write) {
        wait_to_write(watch);
    }
}

void SocketTable::wait_to_read(const WatchPtr& watch) {
    watch->waits_to_read = true;
    watch->descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                 [this, watch](const boost::system::error_code& error) {
                                     watch->waits_to_read = false;
                                     report(watch, CURL_CSELECT_IN, error);
                                 });
}

void SocketTable::wait_to_write(const WatchPtr& watch) {
    watch->waits_to_write = true;
    watch->descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                                 [this, watch](const boost::system::error_code& error) {
                                     watch->waits_to_write = false;
                                     report(watch, CURL_CSELECT_OUT, error);
                                 });
}

void SocketTable::report(const WatchPtr& watch, int event, const boost::system::error_code& error) {
    // Checked first: after clear() the table itself may be gone.
    if (watch->pool == nullptr) {
        return;
    }
    if ((watch->wanted & event) != 0 && error != boost::asio::error::operation_aborted) {
        ready_(*watch->pool, watch->descriptor.native_handle(), error ? CURL_CSELECT_ERR : event);
    }
    if (watch->pool != nullptr) {
        arm(watch);
    }
}

void SocketTable::clear() {
    for (WatchPtr& watch : watches_) {
        forget(watch);
    }
}

}  // namespace sosia::net::detail
