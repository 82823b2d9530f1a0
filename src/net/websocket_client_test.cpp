#include "net/websocket_client.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "net/deadline.h"
#include "net/test_loop.h"
#include "net/test_server.h"
#include "net/test_websocket.h"

namespace sosia::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::WebSocketPeer;

class WebSocketClientTest : public ::testing::Test {
  protected:
    // Connects, sends one message and reads one answer.
    asio::awaitable<WebSocketResult<std::string>> talk(WebSocketRequest request) {
        auto socket = co_await client.connect(std::move(request));
        if (!socket) {
            co_return std::unexpected(socket.error());
        }
        auto written = co_await (*socket)->write("hello");
        if (!written) {
            co_return std::unexpected(written.error());
        }
        auto answer = co_await (*socket)->read();
        co_await (*socket)->close();
        co_return answer;
    }
    WebSocketResult<std::string> with(test::WebSocketScript script, std::size_t max_message = 1 << 20) {
        test::WebSocketServer server(loop.executor(), std::move(script));
        return loop.run(talk({.url = server.url(), .headers = {}, .max_message = max_message}));
    }
    HttpErrorKind failure(const WebSocketResult<std::string>& result) {
        EXPECT_FALSE(result);
        return result ? HttpErrorKind::other : result.error().kind;
    }

    test::Loop loop;
    WebSocketClient client;
};

TEST_F(WebSocketClientTest, a_message_is_sent_and_its_answer_read) {
    test::WebSocketServer server(loop.executor(), test::answering([](const std::string& m) { return m + " to you"; }));
    const auto answer =
        loop.run(talk({.url = server.url("/chat?room=7"), .headers = {{"X-Key", "k-1"}, {"Host", "evil"}}}));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, "hello to you");
    EXPECT_EQ(server.targets().at(0), "/chat?room=7");
    EXPECT_EQ(server.handshakes().at(0).find("x-key"), "k-1");
    EXPECT_TRUE(server.handshakes().at(0).find("host")->starts_with("127.0.0.1:"));
}

TEST_F(WebSocketClientTest, binary_messages_and_pings_are_fine) {
    const auto answer = with([](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.raw(std::string("\x89\x01x", 3));
        co_await peer.write("bytes", true);
        co_await peer.read();
    });
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, "bytes");
}

TEST_F(WebSocketClientTest, a_message_that_is_too_long_is_refused) {
    const auto long_answer = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.write(std::string(4096, 'x'));
        co_await peer.read();
    };
    EXPECT_EQ(failure(with(long_answer, 4095)), HttpErrorKind::too_large);
    EXPECT_TRUE(with(long_answer, 4096));
}

TEST_F(WebSocketClientTest, a_connection_that_ends_is_told) {
    const auto polite = with([](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.close(1011);
    });
    EXPECT_EQ(failure(polite), HttpErrorKind::reset);
    EXPECT_EQ(polite.error().message, "the connection was closed with code 1011.");
    EXPECT_EQ(failure(with([](WebSocketPeer& peer) -> asio::awaitable<void> {
                  co_await peer.read();
                  peer.drop();
              })),
              HttpErrorKind::reset);
}

TEST_F(WebSocketClientTest, frames_that_break_the_protocol_are_malformed) {
    for (const std::string& bytes : {std::string("\xC3\x01x", 3), std::string("\x81\x81mmmmx", 7),
                                     std::string("\x8B\x00", 2), std::string("\x81\x01\xFF", 3)}) {
        EXPECT_EQ(failure(with([bytes](WebSocketPeer& peer) -> asio::awaitable<void> {
                      co_await peer.read();
                      co_await peer.raw(bytes);
                      co_await peer.read();
                  })),
                  HttpErrorKind::malformed);
    }
}

TEST_F(WebSocketClientTest, a_server_that_speaks_no_websocket) {
    const auto ask = [this](test::Script script) {
        test::TestServer server(loop.executor(), std::move(script));
        return loop.run(talk({.url = "ws" + server.url().substr(4), .headers = {}}));
    };
    const auto declined = ask(test::answer(403, "no"));
    EXPECT_EQ(failure(declined), HttpErrorKind::other);
    EXPECT_EQ(declined.error().status, 403);
    EXPECT_EQ(failure(ask(test::bad_status_line())), HttpErrorKind::malformed);
    EXPECT_EQ(failure(ask(test::close_at_once())), HttpErrorKind::reset);
    EXPECT_EQ(failure(ask(test::endless_headers())), HttpErrorKind::too_large);
}

TEST_F(WebSocketClientTest, nobody_listens_or_the_address_is_none) {
    const std::string nobody = "ws://127.0.0.1:" + std::to_string(test::unused_port(loop.executor()));
    EXPECT_EQ(failure(loop.run(talk({.url = nobody, .headers = {}}))), HttpErrorKind::refused);
    for (const char* url : {"http://127.0.0.1/", "ws://", "ws://user:word@127.0.0.1/", "nonsense"}) {
        EXPECT_EQ(failure(loop.run(talk({.url = url, .headers = {}}))), HttpErrorKind::bad_request) << url;
    }
}

// Says the same to everybody, before anybody asked.
asio::awaitable<void> say_at_once(asio::ip::tcp::acceptor& acceptor) {
    asio::ip::tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    const std::string bytes = "HTTP/1.1 400 Bad Request\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
}

TEST_F(WebSocketClientTest, a_server_without_tls_is_no_wss_server) {
    asio::ip::tcp::acceptor acceptor(loop.context(), {asio::ip::make_address("127.0.0.1"), 0});
    asio::co_spawn(loop.context(), say_at_once(acceptor), asio::detached);
    const std::string url = "wss://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    EXPECT_EQ(failure(loop.run(talk({.url = url, .headers = {}}))), HttpErrorKind::tls);
}

TEST_F(WebSocketClientTest, silence_is_ended_by_cancelling) {
    test::WebSocketServer server(loop.executor(), [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.read();
    });
    const auto answer = loop.run(with_deadline(talk({.url = server.url(), .headers = {}}), 50ms));
    EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace sosia::net
