#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/task_group.h"
#include "net/test_loop.h"
#include "net/test_server.h"

namespace sosia::net {
namespace {
namespace asio = boost::asio;
using namespace std::chrono_literals;

class HttpClientTest : public testing::Test {
  protected:
    HttpResult get(const std::string& url) { return loop.run(client.send({.url = url})); }
    HttpResult post(const std::string& url, std::string body) {
        return loop.run(client.send({.method = "POST", .url = url, .body = std::move(body)}));
    }
    HttpErrorKind kind_of(test::Script script, std::uint64_t max_body = 1 << 20,
                          std::chrono::milliseconds timeout = 20s) {
        test::TestServer server(loop.executor(), std::move(script));
        HttpRequest request{.url = server.url(), .timeout = timeout, .max_body = max_body};
        const HttpResult result = loop.run(client.send(std::move(request)));
        EXPECT_FALSE(result) << result->status;
        EXPECT_FALSE(result.error().message.empty());
        expect_usable();
        return result.error().kind;
    }
    void expect_usable() {
        test::TestServer good(loop.executor(), test::answer_json("{}"));
        const HttpResult result = get(good.url());
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->body, "{}");
        EXPECT_EQ(client.in_flight(), 0u);
    }

    test::Loop loop;
    HttpClient client{loop.executor()};
};

TEST_F(HttpClientTest, gets_status_headers_and_body) {
    test::TestServer server(loop.executor(), test::answer(201, "hello", "text/plain", "X-One: 1\r\n"));
    const HttpResult result = get(server.url("/path?a=b"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->status, 201);
    EXPECT_EQ(result->body, "hello");
    EXPECT_EQ(result->headers.find("content-TYPE"), "text/plain");
    EXPECT_EQ(result->headers.find("x-one"), "1");
    EXPECT_EQ(server.requests().at(0).target, "/path?a=b");
}

TEST_F(HttpClientTest, posts_body_and_headers) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    const std::string body(300'000, 'b');
    const HttpResult result = loop.run(client.send({.method = "POST",
                                                    .url = server.url(),
                                                    .headers = {{"Content-Type", "text/x"}, {"X-Empty", ""}},
                                                    .body = body}));
    ASSERT_TRUE(result) << result.error().message;
    const test::ReceivedRequest& got = server.requests().at(0);
    EXPECT_EQ(got.method, "POST");
    EXPECT_EQ(got.body, body);
    EXPECT_EQ(got.headers.find("content-type"), "text/x");
    EXPECT_EQ(got.headers.find("x-empty"), "");
    EXPECT_FALSE(got.headers.contains("expect"));
}

TEST_F(HttpClientTest, a_handle_is_reused_for_other_methods) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    for (const std::string method : {"POST", "GET", "PUT", "HEAD", "DELETE", "POST", "GET"}) {
        HttpRequest request{.method = method, .url = server.url(), .body = method == "PUT" ? "x" : ""};
        const HttpResult result = loop.run(client.send(std::move(request)));
        ASSERT_TRUE(result) << method << ": " << result.error().message;
        EXPECT_EQ(server.requests().back().method, method);
    }
}

TEST_F(HttpClientTest, sends_bodies_beyond_a_megabyte_without_asking_first) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    const std::string body(3 << 20, 'b');
    const HttpResult result = post(server.url(), body);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(server.requests().at(0).body.size(), body.size());
    EXPECT_FALSE(server.requests().at(0).headers.contains("expect"));
}

TEST_F(HttpClientTest, reuses_the_connection) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(post(server.url(), "x"));
    }
    EXPECT_EQ(server.connections(), 1u);
}

asio::awaitable<void> send_many(HttpClient& client, std::string url, int count, int& good) {
    for (int i = 0; i < count; ++i) {
        HttpRequest request{.method = "POST", .url = url, .body = "x"};
        const HttpResult result = co_await client.send(std::move(request));
        good += result && result->body == "{}" ? 1 : 0;
    }
}

TEST_F(HttpClientTest, many_at_once_keep_one_connection_each) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    TaskGroup tasks(loop.executor());
    int good = 0;
    for (int i = 0; i < 300; ++i) {
        tasks.spawn(send_many(client, server.url(), 5, good));
    }
    loop.run(tasks.wait());
    EXPECT_EQ(good, 1500);
    EXPECT_LE(server.connections(), 300u);
    EXPECT_TRUE(tasks.take_exceptions().empty());
}

TEST_F(HttpClientTest, many_at_once_resolve_a_name_once) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    TaskGroup tasks(loop.executor());
    int good = 0;
    for (int i = 0; i < 50; ++i) {
        tasks.spawn(send_many(client, "http://no-such-host.invalid:" + std::to_string(server.port()), 1, good));
    }
    loop.run(tasks.wait());
    EXPECT_EQ(good, 0);
    EXPECT_EQ(client.in_flight(), 0u);
    expect_usable();
}

TEST_F(HttpClientTest, a_server_that_closed_the_idle_connection_is_asked_again) {
    test::TestServer server(loop.executor(), test::raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    for (int i = 0; i < 5; ++i) {
        const HttpResult result = get(server.url());
        ASSERT_TRUE(result) << result.error().message;
    }
}

TEST_F(HttpClientTest, error_statuses_are_answers) {
    for (const int status : {204, 301, 400, 404, 429, 500, 503}) {
        test::TestServer server(loop.executor(), test::answer(status, status == 204 ? "" : "no"));
        const HttpResult result = get(server.url());
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->status, status);
    }
}

TEST_F(HttpClientTest, nobody_listening_is_refused) {
    const auto port = test::unused_port(loop.executor());
    const HttpResult result = get("http://127.0.0.1:" + std::to_string(port));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::refused);
    expect_usable();
}

TEST_F(HttpClientTest, unknown_host_is_a_resolve_error) {
    const HttpResult result = get("http://no-such-host.invalid/");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::resolve);
}

TEST_F(HttpClientTest, unusable_requests_are_refused_before_sending) {
    for (const std::string url :
         {"", "chat", "http://", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://exa mple/"}) {
        const HttpResult result = get(url);
        ASSERT_FALSE(result) << url;
        EXPECT_EQ(result.error().kind, HttpErrorKind::bad_request) << url << ": " << result.error().message;
    }
    HttpRequest injected{.url = "http://127.0.0.1:1/", .headers = {{"X-A", "1\r\nX-B: 2"}}};
    EXPECT_EQ(loop.run(client.send(std::move(injected))).error().kind, HttpErrorKind::bad_request);
}

TEST_F(HttpClientTest, reset_and_early_close_are_resets) {
    EXPECT_EQ(kind_of(test::reset_at_once()), HttpErrorKind::reset);
    EXPECT_EQ(kind_of(test::close_at_once()), HttpErrorKind::reset);
    EXPECT_EQ(kind_of(test::reset_mid_body()), HttpErrorKind::reset);
    EXPECT_EQ(kind_of(test::close_mid_body()), HttpErrorKind::reset);
}

TEST_F(HttpClientTest, silence_and_trickle_end_with_the_timeout) {
    EXPECT_EQ(kind_of(test::no_answer(), 1 << 20, 50ms), HttpErrorKind::timeout);
    EXPECT_EQ(kind_of(test::drip(test::http_answer(200, "{}"), 1s), 1 << 20, 50ms), HttpErrorKind::timeout);
}

TEST_F(HttpClientTest, long_bodies_and_headers_are_cut_off) {
    EXPECT_EQ(kind_of(test::endless_body()), HttpErrorKind::too_large);
    EXPECT_EQ(kind_of(test::huge_body(200 << 20)), HttpErrorKind::too_large);
    EXPECT_EQ(kind_of(test::endless_headers()), HttpErrorKind::too_large);
    EXPECT_EQ(kind_of(test::answer_json("12345"), 4), HttpErrorKind::too_large);
}

TEST_F(HttpClientTest, bytes_that_are_no_http_are_malformed) {
    EXPECT_EQ(kind_of(test::bad_status_line()), HttpErrorKind::malformed);
    EXPECT_EQ(kind_of(test::bad_chunking()), HttpErrorKind::malformed);
}

TEST_F(HttpClientTest, duplicate_headers_are_kept) {
    test::TestServer server(loop.executor(), test::duplicate_headers("{}"));
    const HttpResult result = get(server.url());
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_THAT(result->headers.find_all("set-cookie"), testing::ElementsAre("a=1", "b=2"));
    EXPECT_EQ(result->headers.find_all("content-type").size(), 2u);
}

TEST_F(HttpClientTest, tls_to_a_plain_server_is_a_tls_error) {
    test::TestServer server(loop.executor(), test::answer_json("{}"));
    test::TestServer plain(loop.executor(), test::raw("HTTP/1.1 400 Bad\r\n\r\n"));
    const HttpResult result = loop.run(client.send({.url = "https" + plain.url().substr(4), .timeout = 500ms}));
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().kind, testing::AnyOf(HttpErrorKind::tls, HttpErrorKind::timeout));
}

TEST_F(HttpClientTest, a_sink_gets_the_body_of_a_good_answer) {
    test::TestServer server(loop.executor(), test::answer_json(std::string(100'000, 'x')));
    std::size_t bytes = 0;
    const HttpResult result = loop.run(client.send({.url = server.url()}, [&](std::string_view chunk) {
        bytes += chunk.size();
        return true;
    }));
    ASSERT_TRUE(result);
    EXPECT_EQ(bytes, 100'000u);
    EXPECT_TRUE(result->body.empty());
}

TEST_F(HttpClientTest, a_sink_can_stop_the_stream) {
    test::TestServer server(loop.executor(), test::endless_body());
    const HttpResult result = loop.run(client.send({.url = server.url()}, [](std::string_view) { return false; }));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::cancelled);
    expect_usable();
}

asio::awaitable<void> send_one(HttpClient& client, std::string url, HttpErrorKind& kind) {
    HttpRequest request{.url = url};
    const HttpResult result = co_await client.send(std::move(request));
    kind = result ? HttpErrorKind::other : result.error().kind;
}

TEST_F(HttpClientTest, cancelling_the_coroutine_ends_the_exchange) {
    test::TestServer server(loop.executor(), test::no_answer());
    TaskGroup tasks(loop.executor());
    HttpErrorKind kind = HttpErrorKind::other;
    tasks.spawn(send_one(client, server.url(), kind));
    while (server.requests().empty()) {
        loop.context().restart();
        loop.context().run_one();
    }
    tasks.cancel();
    loop.run(tasks.wait());
    EXPECT_EQ(kind, HttpErrorKind::cancelled);
    EXPECT_TRUE(tasks.take_exceptions().empty());
    expect_usable();
}

TEST_F(HttpClientTest, cancel_all_ends_every_exchange) {
    test::TestServer server(loop.executor(), test::no_answer());
    TaskGroup tasks(loop.executor());
    std::vector<HttpErrorKind> kinds(20, HttpErrorKind::other);
    for (HttpErrorKind& kind : kinds) {
        tasks.spawn(send_one(client, server.url(), kind));
    }
    while (server.requests().size() < kinds.size()) {
        loop.context().restart();
        loop.context().run_one();
    }
    client.cancel_all();
    loop.run(tasks.wait());
    EXPECT_THAT(kinds, testing::Each(HttpErrorKind::cancelled));
    expect_usable();
}

TEST(HttpClientLifeTest, the_loop_may_die_with_exchanges_in_flight) {
    test::Loop loop;
    HttpErrorKind kind = HttpErrorKind::other;
    test::TestServer server(loop.executor(), test::no_answer());
    HttpClient client(loop.executor());
    TaskGroup tasks(loop.executor());
    tasks.spawn(send_one(client, server.url(), kind));
    while (server.requests().empty()) {
        loop.context().run_one();
    }
}

}  // namespace
}  // namespace sosia::net
