#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "net/http_client.h"
#include "net/secret.h"
#include "net/test_loop.h"

namespace sosia::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

// Says what it was asked.
asio::awaitable<ServerResponse> echo(ServerRequest request) {
    if (request.path == "/throw") {
        throw std::runtime_error("a bug");
    }
    if (request.path == "/pieces") {
        auto left = std::make_shared<int>(3);
        ServerResponse pieces{.body = "first", .content_type = "text/plain", .headers = {}};
        pieces.more = [left]() -> asio::awaitable<std::optional<std::string>> {
            const int n = --*left;
            co_return n < 0 ? std::nullopt : std::optional<std::string>(n == 1 ? "" : ", " + std::to_string(n));
        };
        co_return pieces;
    }
    ServerResponse out{.body = request.method + " " + request.path + " ?" + request.query + " " + request.body};
    out.content_type = "text/plain";
    out.headers.add("X-Seen", std::string(request.headers.find("x-asked").value_or("-")));
    co_return out;
}

class http_server : public testing::Test {
  protected:
    explicit http_server() { EXPECT_TRUE(server_.start()); }
    ~http_server() override { server_.stop(); }

    HttpResult send(HttpRequest request) {
        request.url = server_.url(request.url);
        return loop_.run(client_.send(std::move(request)));
    }

    // The bytes as they are, and everything that comes back until the server closes.
    std::string raw(std::string bytes) {
        return loop_.run([](std::uint16_t port, std::string text) -> asio::awaitable<std::string> {
            tcp::socket socket(co_await asio::this_coro::executor);
            co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
            co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
            boost::system::error_code ignored;
            socket.shutdown(tcp::socket::shutdown_send, ignored);
            std::string answer;
            co_await asio::async_read(socket, asio::dynamic_buffer(answer), asio::as_tuple(asio::use_awaitable));
            co_return answer;
        }(server_.port(), std::move(bytes)));
    }

    test::Loop loop_;
    HttpClient client_{loop_.executor()};
    HttpServer server_{loop_.executor(), {.max_body = 1000, .max_header = 2000}, echo};
};

TEST_F(http_server, hands_method_path_query_headers_and_body_to_the_handler) {
    const HttpResult answer =
        send({.method = "POST", .url = "/a%20b?x=1", .headers = {{"X-Asked", "yes"}}, .body = "hello"});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "POST /a%20b ?x=1 hello");
    EXPECT_EQ(answer->headers.find("x-seen"), "yes");
    EXPECT_EQ(answer->headers.find("content-type"), "text/plain");
}

TEST_F(http_server, keeps_connections_open_between_requests) {
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(send({.url = "/"}));
    }
    EXPECT_EQ(server_.connections(), 1U);
    EXPECT_THAT(raw("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"),
                testing::AllOf(HasSubstr("GET /1 ?"), HasSubstr("GET /2 ?")));
}

TEST_F(http_server, refuses_what_is_too_long_or_no_http) {
    EXPECT_EQ(send({.method = "POST", .url = "/", .body = std::string(1001, 'x')})->status, 413);
    EXPECT_EQ(send({.method = "POST", .url = "/", .body = std::string(1000, 'x')})->status, 200);
    EXPECT_THAT(raw("GET / HTTP/1.1\r\nX: " + std::string(3000, 'x') + "\r\n\r\n"), HasSubstr("413"));
    EXPECT_THAT(raw("what is this\r\n\r\n"), HasSubstr("400"));
    EXPECT_EQ(raw("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"), "");
}

TEST_F(http_server, a_handler_that_throws_ends_its_request_only) {
    EXPECT_EQ(send({.url = "/throw"})->status, 500);
    EXPECT_EQ(send({.url = "/"})->status, 200);
}

TEST_F(http_server, an_answer_may_come_in_pieces) {
    const HttpResult answer = send({.url = "/pieces"});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "first, 2, 0");
    EXPECT_EQ(answer->headers.find("transfer-encoding"), "chunked");
    EXPECT_TRUE(send({.url = "/"}));
    EXPECT_EQ(server_.connections(), 1U);
    EXPECT_EQ(raw("GET /pieces HTTP/1.0\r\nHost: x\r\n\r\n"), "");
}

TEST_F(http_server, says_why_it_cannot_listen) {
    HttpServer second(loop_.executor(), {.port = server_.port()}, echo);
    const Result<void> started = second.start();
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().message, HasSubstr(std::to_string(server_.port())));
    EXPECT_FALSE(HttpServer(loop_.executor(), {.address = "nowhere"}, echo).start());
}

TEST_F(http_server, lets_the_loop_end_once_it_is_stopped) {
    ASSERT_TRUE(send({.url = "/"}));
    server_.stop();
    client_.cancel_all();
    const HttpResult refused = send({.url = "/"});
    EXPECT_FALSE(refused);
}

TEST(random_key, is_long_and_never_the_same) {
    EXPECT_EQ(random_key().size(), 32U);
    EXPECT_NE(random_key(), random_key());
}

}  // namespace
}  // namespace sosia::net
