#include "net/test_websocket.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

namespace sosia::net::test {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

namespace {
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
}

struct WebSocketServer::State {
    State(const asio::any_io_executor& executor, WebSocketScript s)
        : acceptor(executor, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)), script(std::move(s)) {}

    tcp::acceptor acceptor;
    WebSocketScript script;
    std::vector<Headers> handshakes;
    std::vector<std::string> targets;
    std::vector<std::string> messages;

    static asio::awaitable<void> accept(std::shared_ptr<State> self) {
        while (self->acceptor.is_open()) {
            auto [error, socket] = co_await self->acceptor.async_accept(as_result);
            if (!error) {
                asio::co_spawn(self->acceptor.get_executor(), serve(self, std::move(socket)), asio::detached);
            }
        }
    }
    static asio::awaitable<void> serve(std::shared_ptr<State> self, tcp::socket socket);
};

namespace {

class Peer final : public WebSocketPeer {
  public:
    Peer(websocket::stream<tcp::socket>& ws, std::vector<std::string>& messages) : ws_(ws), messages_(messages) {}

    asio::awaitable<std::optional<std::string>> read() override {
        beast::flat_buffer buffer;
        const auto [error, bytes] = co_await ws_.async_read(buffer, as_result);
        if (error) {
            co_return std::nullopt;
        }
        messages_.push_back(beast::buffers_to_string(buffer.data()));
        co_return messages_.back();
    }
    asio::awaitable<void> write(std::string text, bool binary) override {
        ws_.binary(binary);
        co_await ws_.async_write(asio::buffer(text), as_result);
    }
    asio::awaitable<void> close(std::uint16_t code) override {
        const websocket::close_reason reason(code);
        co_await ws_.async_close(reason, as_result);
    }
    asio::awaitable<void> raw(std::string bytes) override {
        co_await asio::async_write(ws_.next_layer(), asio::buffer(bytes), as_result);
    }
    asio::awaitable<void> pause(std::chrono::milliseconds time) override {
        asio::steady_timer timer(ws_.get_executor(), time);
        co_await timer.async_wait(as_result);
    }
    void drop() override {
        boost::system::error_code ignored;
        ws_.next_layer().close(ignored);
    }

  private:
    websocket::stream<tcp::socket>& ws_;
    std::vector<std::string>& messages_;
};

}  // namespace

asio::awaitable<void> WebSocketServer::State::serve(std::shared_ptr<State> self, tcp::socket socket) {
    websocket::stream<tcp::socket> ws(std::move(socket));
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    const auto [unread, size] = co_await http::async_read(ws.next_layer(), buffer, request, as_result);
    if (unread) {
        co_return;
    }
    Headers headers;
    for (const auto& field : request) {
        headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    self->handshakes.push_back(std::move(headers));
    self->targets.emplace_back(std::string(request.target()));
    const auto [refused] = co_await ws.async_accept(request, as_result);
    if (refused) {
        co_return;
    }
    Peer peer(ws, self->messages);
    const WebSocketScript script = self->script;
    co_await script(peer);
}

WebSocketServer::WebSocketServer(const asio::any_io_executor& executor, WebSocketScript script)
    : state_(std::make_shared<State>(executor, std::move(script))) {
    asio::co_spawn(executor, State::accept(state_), asio::detached);
}

WebSocketServer::~WebSocketServer() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
}

std::string WebSocketServer::url(const std::string& path) const {
    return fmt::format("ws://127.0.0.1:{}{}", state_->acceptor.local_endpoint().port(), path);
}

const std::vector<Headers>& WebSocketServer::handshakes() const {
    return state_->handshakes;
}

const std::vector<std::string>& WebSocketServer::targets() const {
    return state_->targets;
}

const std::vector<std::string>& WebSocketServer::messages() const {
    return state_->messages;
}

WebSocketScript answering(std::function<std::string(const std::string&)> reply) {
    return [reply = std::move(reply)](WebSocketPeer& peer) -> asio::awaitable<void> {
        std::optional<std::string> message = co_await peer.read();
        while (message) {
            co_await peer.write(reply(*message), false);
            message = co_await peer.read();
        }
    };
}

}  // namespace sosia::net::test
