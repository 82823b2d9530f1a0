#include "net/http_server.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <list>
#include <utility>

#include "net/task_group.h"

namespace sosia::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
using Parser = http::request_parser<http::string_body>;
using Message = http::response<http::string_body>;

std::string text_of(beast::string_view text) {
    return {text.data(), text.size()};
}

ServerRequest request_of(http::request<http::string_body> message) {
    const std::string target = text_of(message.target());
    const std::size_t question = target.find('?');
    ServerRequest out{.method = text_of(message.method_string()),
                      .path = target.substr(0, question),
                      .query = question == std::string::npos ? "" : target.substr(question + 1),
                      .headers = {},
                      .body = {}};
    for (const auto& field : message) {
        out.headers.add(text_of(field.name_string()), text_of(field.value()));
    }
    out.body = std::move(message.body());
    return out;
}

Message message_of(ServerResponse response, unsigned version, bool keep_alive) {
    Message out(static_cast<http::status>(response.status), version);
    for (const Header& header : response.headers) {
        out.insert(header.name, header.value);
    }
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless && !response.content_type.empty() && !response.body.empty()) {
        out.set(http::field::content_type, response.content_type);
    }
    out.body() = std::move(response.body);
    out.keep_alive(keep_alive);
    out.prepare_payload();
    return out;
}

ServerResponse plain(int status, std::string_view words) {
    return {.status = status, .body = fmt::format("{{\"error\":\"{}\"}}", words), .headers = {}};
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor e, Options o, HttpHandler h)
        : executor(std::move(e)), options(std::move(o)), handler(std::move(h)), acceptor(executor), tasks(executor) {}

    // A connection that stop() can close.
    class OpenStream {
      public:
        OpenStream(State& state, beast::tcp_stream& stream)
            : streams_(state.streams), at_(streams_.insert(streams_.end(), &stream)) {}
        ~OpenStream() { streams_.erase(at_); }
        OpenStream(const OpenStream&) = delete;
        OpenStream& operator=(const OpenStream&) = delete;

      private:
        std::list<beast::tcp_stream*>& streams_;
        std::list<beast::tcp_stream*>::iterator at_;
    };

    static asio::awaitable<void> accept(std::shared_ptr<State> self) {
        constexpr std::chrono::milliseconds pause(20);
        while (self->acceptor.is_open()) {
            auto [error, socket] = co_await self->acceptor.async_accept(as_result);
            if (!error) {
                self->tasks.spawn(serve(self, std::move(socket)));
            } else if (error != asio::error::operation_aborted) {  // out of file descriptors, most likely
                asio::steady_timer timer(self->executor, pause);
                co_await timer.async_wait(as_result);
            }
        }
    }

    // One connection: requests one after the other until either side has enough.
    static asio::awaitable<void> serve(std::shared_ptr<State> self, tcp::socket socket) {
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        beast::tcp_stream stream(std::move(socket));
        const OpenStream open(*self, stream);
        beast::flat_buffer buffer;
        bool more = true;
        while (more && self->acceptor.is_open()) {
            more = co_await exchange(*self, stream, buffer);
        }
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
        co_await drain(stream);
    }

    // Reads what the peer still sends, for a moment: closing on it would take our last answer away from the peer.
    static asio::awaitable<void> drain(beast::tcp_stream& stream) {
        constexpr std::chrono::milliseconds patience(1000);
        constexpr int most_reads = 256;
        std::array<char, 4096> rest{};
        stream.expires_after(patience);
        for (int i = 0; i < most_reads; ++i) {
            const auto [error, count] = co_await stream.async_read_some(asio::buffer(rest), as_result);
            if (error) {
                co_return;
            }
        }
    }

    // Reads and answers one request; false when the connection is to end.
    static asio::awaitable<bool> exchange(State& self, beast::tcp_stream& stream, beast::flat_buffer& buffer) {
        Parser parser;
        parser.body_limit(self.options.max_body);
        parser.header_limit(static_cast<std::uint32_t>(self.options.max_header));
        stream.expires_after(buffer.size() == 0 ? self.options.idle_timeout : self.options.read_timeout);
        const auto [head_error, head_bytes] = co_await http::async_read_header(stream, buffer, parser, as_result);
        boost::system::error_code error = head_error;
        if (!error) {
            stream.expires_after(self.options.read_timeout);
            const auto [body_error, body_bytes] = co_await http::async_read(stream, buffer, parser, as_result);
            error = body_error;
        }
        const bool too_long = error == http::error::body_limit || error == http::error::header_limit;
        if (error && !too_long && error.category() != make_error_code(http::error::bad_method).category()) {
            co_return false;  // closed, reset or too slow
        }
        if (error == http::error::end_of_stream || error == http::error::partial_message) {
            co_return false;
        }
        const unsigned version = error ? 11U : parser.get().version();
        const bool keep_alive = !error && parser.get().keep_alive();
        ServerResponse response =
            too_long ? plain(413, "the request is too long") : plain(400, "this is no HTTP request");
        if (!error) {
            response = co_await answer(self, request_of(parser.release()));
        }
        if (response.more) {
            constexpr unsigned chunks_since = 11;  // HTTP/1.1
            if (version < chunks_since) {
                co_return false;
            }
            const bool sent = co_await send_pieces(self, stream, response);
            co_return sent&& keep_alive;
        }
        const std::optional<std::size_t> reset_after = response.reset_after;
        const Message message = message_of(std::move(response), version, keep_alive);
        stream.expires_after(self.options.read_timeout);
        if (reset_after) {
            co_await send_and_reset(stream, message, *reset_after);
            co_return false;
        }
        const auto [write_error, written] = co_await http::async_write(stream, message, as_result);
        co_return !write_error && keep_alive;
    }

    // The head as it should be, a part of the body, and then no orderly end: the peer sees a reset.
    static asio::awaitable<void> send_and_reset(beast::tcp_stream& stream, const Message& message, std::size_t bytes) {
        http::response_serializer<http::string_body> serializer(message);
        const auto [head_error, head_bytes] = co_await http::async_write_header(stream, serializer, as_result);
        if (!head_error) {
            const std::string_view part = std::string_view(message.body()).substr(0, bytes);
            co_await asio::async_write(stream, asio::buffer(part), as_result);
        }
        boost::system::error_code ignored;
        stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
        stream.socket().close(ignored);
    }

    static asio::awaitable<bool> send_pieces(State& self, beast::tcp_stream& stream, ServerResponse& response) {
        http::response<http::empty_body> head(static_cast<http::status>(response.status), 11);
        for (const Header& header : response.headers) {
            head.insert(header.name, header.value);
        }
        head.set(http::field::content_type, response.content_type);
        head.chunked(true);
        http::response_serializer<http::empty_body> serializer(head);
        stream.expires_after(self.options.read_timeout);
        const auto [head_error, head_bytes] = co_await http::async_write_header(stream, serializer, as_result);
        bool fine = !head_error;
        std::optional<std::string> piece = std::move(response.body);
        while (fine && piece && self.acceptor.is_open()) {
            if (!piece->empty()) {  // an empty chunk would be the last one
                stream.expires_after(self.options.read_timeout);
                const auto [error, bytes] =
                    co_await asio::async_write(stream, http::make_chunk(asio::buffer(*piece)), as_result);
                fine = !error;
            }
            if (fine) {
                piece = co_await next_piece(response);
            }
        }
        if (fine) {
            stream.expires_after(self.options.read_timeout);
            const auto [error, bytes] = co_await asio::async_write(stream, http::make_chunk_last(), as_result);
            fine = !error;
        }
        co_return fine;
    }

    // What throws ends the answer.
    static asio::awaitable<std::optional<std::string>> next_piece(ServerResponse& response) {
        try {
            std::optional<std::string> piece = co_await response.more();
            co_return piece;
        } catch (const std::exception&) {
            co_return std::nullopt;
        }
    }

    // What a handler throws ends its request, not the server.
    static asio::awaitable<ServerResponse> answer(State& self, ServerRequest request) {
        try {
            ServerResponse response = co_await self.handler(std::move(request));
            co_return response;
        } catch (const std::exception&) {
            co_return plain(500, "internal error");
        }
    }

    asio::any_io_executor executor;
    Options options;
    HttpHandler handler;
    tcp::acceptor acceptor;
    std::list<beast::tcp_stream*> streams;
    TaskGroup tasks;
};

HttpServer::HttpServer(asio::any_io_executor executor, Options options, HttpHandler handler)
    : state_(std::make_shared<State>(std::move(executor), std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() {
    stop();
}

Result<void> HttpServer::start() {
    boost::system::error_code error;
    const asio::ip::address address = asio::ip::make_address(state_->options.address, error);
    tcp::acceptor& acceptor = state_->acceptor;
    if (!error) {
        const tcp::endpoint endpoint(address, state_->options.port);
        acceptor.open(endpoint.protocol(), error);
        if (!error) {
            acceptor.set_option(asio::socket_base::reuse_address(true), error);
        }
        if (!error) {
            acceptor.bind(endpoint, error);
        }
        if (!error) {
            acceptor.listen(asio::socket_base::max_listen_connections, error);
        }
    }
    if (error) {
        boost::system::error_code ignored;
        acceptor.close(ignored);
        return fail(ErrorKind::unavailable, fmt::format("cannot listen on {}:{}: {}", state_->options.address,
                                                        state_->options.port, error.message()));
    }
    state_->tasks.spawn(State::accept(state_));
    return {};
}

void HttpServer::stop() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    for (beast::tcp_stream* stream : state_->streams) {
        stream->socket().close(ignored);
    }
    state_->tasks.cancel();
}

std::uint16_t HttpServer::port() const {
    boost::system::error_code ignored;
    const tcp::endpoint endpoint = state_->acceptor.local_endpoint(ignored);
    return endpoint.port();
}

std::string HttpServer::url(std::string_view path) const {
    const bool v6 = state_->options.address.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}:{}{}", v6 ? "[" : "", state_->options.address, v6 ? "]" : "", port(), path);
}

std::size_t HttpServer::connections() const {
    return state_->streams.size();
}

}  // namespace sosia::net
