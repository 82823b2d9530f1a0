#include "net/websocket_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "net/http.h"
#include "net/tcp_probe.h"

namespace sosia::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct Target {
    HostPort where;
    std::string host;  // as the Host header wants it
    std::string path;  // with the query
    bool secure = false;
};

std::unexpected<WebSocketError> failed(HttpErrorKind kind, std::string message, int status = 0) {
    return std::unexpected(WebSocketError{.kind = kind, .status = status, .message = std::move(message)});
}

WebSocketResult<Target> target_of(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::string name = lower(url.substr(0, scheme));
    Target out{.where = {}, .host = {}, .path = {}, .secure = name == "wss"};
    const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t path = std::min(url.find_first_of("/?#", begin), url.size());
    const auto where = host_port((out.secure ? "https://" : "http://") + url.substr(begin));
    const bool has_user = url.substr(begin, path - begin).find('@') != std::string::npos;
    if ((name != "ws" && name != "wss") || !where || has_user) {
        return failed(HttpErrorKind::bad_request,
                      has_user ? "the URL holds a user name; send a header instead." : "the URL is no ws or wss URL.");
    }
    out.where = *where;
    out.host = url.substr(begin, path - begin);
    out.path = url.substr(path, url.find('#', path) - path);
    out.path = out.path.starts_with('/') ? out.path : "/" + out.path;
    return out;
}

HttpErrorKind kind_of(const error_code& failure) {
    if (failure == asio::error::operation_aborted) {
        return HttpErrorKind::cancelled;
    }
    if (failure == websocket::error::message_too_big || failure == websocket::error::buffer_overflow ||
        failure == http::error::header_limit || failure == http::error::body_limit) {
        return HttpErrorKind::too_large;
    }
    if (failure == websocket::error::closed || failure == asio::error::eof ||
        failure == asio::error::connection_reset || failure == asio::error::broken_pipe ||
        failure == boost::asio::ssl::error::stream_truncated || failure == http::error::end_of_stream ||
        failure == http::error::partial_message) {
        return HttpErrorKind::reset;
    }
    const bool of_the_wire = failure.category() == make_error_code(websocket::error::closed).category() ||
                             failure.category() == make_error_code(http::error::end_of_stream).category();
    return of_the_wire ? HttpErrorKind::malformed : HttpErrorKind::reset;
}

bool is_ours(std::string_view header) {
    const std::string name = lower(header);
    return name == "host" || name == "connection" || name == "upgrade" || name.starts_with("sec-websocket-");
}

// Both kinds of connection, plain and encrypted.
template <class Next>
class Stream final : public WebSocket {
  public:
    explicit Stream(Next next) : ws_(std::move(next)) {}

    asio::awaitable<WebSocketResult<void>> shake_hands(const Target& target, const WebSocketRequest& request) {
        ws_.read_message_max(request.max_message);
        ws_.set_option(websocket::stream_base::decorator([&request](websocket::request_type& message) {
            for (const Header& header : request.headers) {
                if (!is_ours(header.name)) {
                    message.set(header.name, header.value);
                }
            }
        }));
        websocket::response_type response;
        const auto [error] = co_await ws_.async_handshake(response, target.host, target.path, as_result);
        if (error == websocket::error::upgrade_declined) {
            const auto status = static_cast<int>(response.result_int());
            co_return failed(HttpErrorKind::other, fmt::format("it answered with status {}.", status), status);
        }
        if (error) {
            co_return failed(kind_of(error), fmt::format("the handshake failed: {}.", error.message()));
        }
        co_return WebSocketResult<void>{};
    }

    asio::awaitable<WebSocketResult<void>> write(std::string text) override {
        ws_.text(true);
        const auto [error, bytes] = co_await ws_.async_write(asio::buffer(text), as_result);
        if (error) {
            co_return failed(kind_of(error), fmt::format("sending failed: {}.", error.message()));
        }
        co_return WebSocketResult<void>{};
    }

    asio::awaitable<WebSocketResult<std::string>> read() override {
        buffer_.clear();
        const auto [error, bytes] = co_await ws_.async_read(buffer_, as_result);
        if (error == websocket::error::closed) {
            co_return failed(HttpErrorKind::reset,
                             fmt::format("the connection was closed with code {}.", ws_.reason().code));
        }
        if (error) {
            co_return failed(kind_of(error), fmt::format("reading failed: {}.", error.message()));
        }
        co_return beast::buffers_to_string(buffer_.data());
    }

    asio::awaitable<void> close() override {
        if (ws_.is_open()) {
            co_await ws_.async_close(websocket::close_code::normal, as_result);
        }
    }

  private:
    websocket::stream<Next> ws_;
    beast::flat_buffer buffer_;
};

template <class Next>
asio::awaitable<WebSocketResult<std::unique_ptr<WebSocket>>> opened(Next next, const Target& target,
                                                                    const WebSocketRequest& request) {
    auto stream = std::make_unique<Stream<Next>>(std::move(next));
    auto shaken = co_await stream->shake_hands(target, request);
    if (!shaken) {
        co_return std::unexpected(std::move(shaken.error()));
    }
    co_return WebSocketResult<std::unique_ptr<WebSocket>>(std::move(stream));
}

asio::awaitable<WebSocketResult<tcp::socket>> connected(const HostPort& where) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    const auto [unknown, endpoints] =
        co_await resolver.async_resolve(where.host, std::to_string(where.port), as_result);
    if (unknown) {
        const bool cancelled = unknown == asio::error::operation_aborted;
        co_return failed(cancelled ? HttpErrorKind::cancelled : HttpErrorKind::resolve,
                         fmt::format("the host is unknown: {}.", unknown.message()));
    }
    tcp::socket socket(executor);
    const auto [refused, endpoint] = co_await asio::async_connect(socket, endpoints, as_result);
    if (refused) {
        const bool cancelled = refused == asio::error::operation_aborted;
        co_return failed(cancelled ? HttpErrorKind::cancelled : HttpErrorKind::refused,
                         fmt::format("no connection: {}.", refused.message()));
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    co_return std::move(socket);
}

// The certificate has to be for this name or address. OpenSSL checks it itself, so that it can say what did not match.
bool expect_host(SSL* connection, const std::string& host) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1 ||
           SSL_set1_host(connection, host.c_str()) == 1;
}

asio::awaitable<WebSocketResult<ssl::stream<tcp::socket>>> encrypted(tcp::socket socket, const Target& target,
                                                                     ssl::context& context) {
    ssl::stream<tcp::socket> stream(std::move(socket), context);
    if (!expect_host(stream.native_handle(), target.where.host)) {
        co_return failed(HttpErrorKind::tls, "the host's name cannot be checked.");
    }
    if (SSL_set_tlsext_host_name(stream.native_handle(), target.where.host.c_str()) != 1) {
        co_return failed(HttpErrorKind::tls, "the host's name cannot be sent.");
    }
    const auto [error] = co_await stream.async_handshake(ssl::stream_base::client, as_result);
    if (error) {
        const bool cancelled = error == asio::error::operation_aborted;
        const long verdict = SSL_get_verify_result(stream.native_handle());
        co_return failed(cancelled ? HttpErrorKind::cancelled : HttpErrorKind::tls,
                         verdict == X509_V_OK ? fmt::format("the TLS handshake failed: {}.", error.message())
                                              : fmt::format("the certificate is not trusted: {}; {}.",
                                                            X509_verify_cert_error_string(verdict), how_to_trust));
    }
    co_return std::move(stream);
}

}  // namespace

struct WebSocketClient::Tls {
    Tls() {
        error_code ignored;  // without authorities every certificate is refused
        context.set_default_verify_paths(ignored);
        context.set_verify_mode(ssl::verify_peer);
    }
    ssl::context context{ssl::context::tls_client};
};

WebSocketClient::WebSocketClient() = default;
WebSocketClient::~WebSocketClient() = default;

asio::awaitable<WebSocketResult<std::unique_ptr<WebSocket>>> WebSocketClient::connect(WebSocketRequest request) {
    const auto target = target_of(request.url);
    if (!target) {
        co_return std::unexpected(target.error());
    }
    auto socket = co_await connected(target->where);
    if (!socket) {
        co_return std::unexpected(std::move(socket.error()));
    }
    if (!target->secure) {
        auto plain = co_await opened(std::move(*socket), *target, request);
        co_return plain;
    }
    if (tls_ == nullptr) {
        tls_ = std::make_unique<Tls>();
    }
    auto stream = co_await encrypted(std::move(*socket), *target, tls_->context);
    if (!stream) {
        co_return std::unexpected(std::move(stream.error()));
    }
    auto secure = co_await opened(std::move(*stream), *target, request);
    co_return secure;
}

}  // namespace sosia::net
