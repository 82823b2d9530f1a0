#include "net/test_server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace sosia::net::test {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::size_t content_length(const Headers& headers) {
    std::size_t length = 0;
    if (const auto text = headers.find("content-length")) {
        std::from_chars(text->data(), text->data() + text->size(), length);
    }
    return length;
}

ReceivedRequest parse_head(std::string_view head) {
    ReceivedRequest request;
    const auto lines = split(head, '\n');
    const auto words = split(trim(lines.front()), ' ');
    request.method = words.front();
    request.target = words.size() > 1 ? words[1] : std::string_view{};
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].find(':');
        if (colon != std::string_view::npos) {
            request.headers.add(trim(lines[i].substr(0, colon)), trim(lines[i].substr(colon + 1)));
        }
    }
    return request;
}

}  // namespace

asio::awaitable<void> Peer::write(std::string bytes) {
    const auto [error, written] = co_await asio::async_write(socket_, asio::buffer(bytes), as_result);
    if (error) {
        close();
    }
}

asio::awaitable<void> Peer::pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(socket_.get_executor(), time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> Peer::wait_for_close() {
    std::string rest(4096, '\0');
    while (open()) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(rest), as_result);
        if (error) {
            close();
        }
    }
}

void Peer::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Peer::reset() {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

asio::awaitable<bool> Peer::read_request(ReceivedRequest& request) {
    const auto [error, head] =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n", as_result);
    if (error) {
        co_return false;
    }
    request = parse_head(std::string_view(buffer_).substr(0, head));
    buffer_.erase(0, head);
    const std::size_t length = content_length(request.headers);
    std::string piece(16 << 10, '\0');
    while (buffer_.size() < length) {
        const auto [failed, count] = co_await socket_.async_read_some(asio::buffer(piece), as_result);
        if (failed) {
            co_return false;
        }
        buffer_.append(piece, 0, count);
    }
    request.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    co_return true;
}

struct TestServer::State {
    State(const asio::any_io_executor& executor, Script first)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          script(std::move(first)),
          tasks(executor) {}

    static asio::awaitable<void> accept(std::shared_ptr<State> self) {
        while (self->acceptor.is_open()) {
            auto [error, socket] = co_await self->acceptor.async_accept(as_result);
            if (!error) {
                ++self->connections;
                self->tasks.spawn(serve(self, std::move(socket)));
            }
        }
    }

    static asio::awaitable<void> serve(std::shared_ptr<State> self, tcp::socket socket) {
        socket.set_option(tcp::no_delay(true));
        Peer peer(std::move(socket));
        ReceivedRequest request;
        while (peer.open()) {
            const bool more = co_await peer.read_request(request);
            if (!more) {
                break;
            }
            if (self->keep) {
                self->requests.push_back(request);
            }
            const Script script = self->script;  // stays alive even when the test sets another one meanwhile
            co_await script(peer, request);
        }
    }

    tcp::acceptor acceptor;
    Script script;
    std::size_t connections = 0;
    std::vector<ReceivedRequest> requests;
    bool keep = true;
    TaskGroup tasks;
};

TestServer::TestServer(const asio::any_io_executor& executor, Script script)
    : state_(std::make_shared<State>(executor, std::move(script))) {
    state_->tasks.spawn(State::accept(state_));
}

TestServer::~TestServer() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    state_->tasks.cancel();
}

std::uint16_t TestServer::port() const {
    return state_->acceptor.local_endpoint().port();
}
std::string TestServer::url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", port(), path);
}
void TestServer::set_script(Script script) {
    state_->script = std::move(script);
}
std::size_t TestServer::connections() const {
    return state_->connections;
}
const std::vector<ReceivedRequest>& TestServer::requests() const {
    return state_->requests;
}
void TestServer::keep_requests(bool keep) {
    state_->keep = keep;
}

std::uint16_t unused_port(const asio::any_io_executor& executor) {
    tcp::acceptor acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    return acceptor.local_endpoint().port();
}

}  // namespace sosia::net::test
