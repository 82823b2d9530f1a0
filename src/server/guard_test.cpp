#include "server/guard.h"

#include <gtest/gtest.h>

namespace sosia::server {
namespace {

net::ServerRequest get(std::string path, std::string query = "") {
    return {.method = "GET",
            .path = std::move(path),
            .query = std::move(query),
            .headers = {{"Host", "127.0.0.1:8420"}},
            .body = {}};
}

Access ours(std::string token = "") {
    return {.hosts = {"127.0.0.1:8420", "localhost:8420"}, .token = std::move(token), .cookie = "sosia-token"};
}

int status_of(const net::ServerRequest& request, const Access& access) {
    const std::optional<net::ServerResponse> refusal = refuse(request, access);
    return refusal ? refusal->status : 200;
}

TEST(Guard, a_name_that_was_rebound_to_this_machine_is_refused) {
    net::ServerRequest request = get("/api/runs");
    request.headers = {{"Host", "evil.example:8420"}};
    EXPECT_EQ(status_of(request, ours()), 403);
    request.headers = {};
    EXPECT_EQ(status_of(request, ours()), 403);
    EXPECT_EQ(status_of(get("/api/runs"), ours()), 200);
}

TEST(Guard, requests_of_other_pages_are_refused) {
    net::ServerRequest request = get("/api/runs");
    request.headers.add("Origin", "http://evil.example");
    EXPECT_EQ(status_of(request, ours()), 403);
    request = get("/api/runs");
    request.headers.add("Origin", "http://127.0.0.1:8420");
    EXPECT_EQ(status_of(request, ours()), 200);
    request = get("/api/runs");
    request.headers.add("Sec-Fetch-Site", "cross-site");
    EXPECT_EQ(status_of(request, ours()), 403);
}

TEST(Guard, writing_needs_our_own_page) {
    net::ServerRequest request = get("/api/suites/0");
    request.method = "POST";
    EXPECT_EQ(status_of(request, ours()), 403);
    request.headers.add("Content-Type", "application/json");
    EXPECT_EQ(status_of(request, ours()), 403);
    request.headers.add("Origin", "http://127.0.0.1:8420");
    EXPECT_EQ(status_of(request, ours()), 200);
    request.headers = {{"Host", "127.0.0.1:8420"}, {"Origin", "http://127.0.0.1:8420"}, {"Content-Type", "text/plain"}};
    EXPECT_EQ(status_of(request, ours()), 403);
    request.headers = {{"Host", "127.0.0.1:8420"}, {"Origin", "null"}, {"Content-Type", "application/json"}};
    EXPECT_EQ(status_of(request, ours()), 403);
    request.method = "DELETE";
    EXPECT_EQ(status_of(request, ours()), 403);
    request.headers = {{"Host", "127.0.0.1:8420"}};
    EXPECT_EQ(status_of(request, ours()), 405);
}

TEST(Guard, a_link_from_elsewhere_opens_the_page_and_nothing_else) {
    net::ServerRequest request = get("/");
    request.headers = {{"Host", "127.0.0.1:8420"},
                       {"Sec-Fetch-Site", "cross-site"},
                       {"Sec-Fetch-Mode", "navigate"},
                       {"Sec-Fetch-Dest", "document"}};
    EXPECT_EQ(status_of(request, ours()), 200);
    request.path = "/api/runs";
    EXPECT_EQ(status_of(request, ours()), 403);
    request.path = "/";
    request.headers = {{"Host", "127.0.0.1:8420"},
                       {"Sec-Fetch-Site", "cross-site"},
                       {"Sec-Fetch-Mode", "navigate"},
                       {"Sec-Fetch-Dest", "iframe"}};
    EXPECT_EQ(status_of(request, ours()), 403);
}

TEST(Guard, behind_a_proxy_with_tls_the_origin_says_https) {
    net::ServerRequest request = get("/api/runs");
    request.headers.add("Origin", "https://127.0.0.1:8420");
    EXPECT_EQ(status_of(request, ours()), 200);
}

TEST(Guard, a_token_is_asked_for_where_there_is_one) {
    const Access access = ours("secret");
    EXPECT_EQ(status_of(get("/api/runs"), access), 401);
    for (const auto& [header, value, status] :
         {std::tuple("Authorization", "Bearer secret", 200), std::tuple("Authorization", "Bearer secreT", 401),
          std::tuple("Authorization", "Bearer secret2", 401), std::tuple("Cookie", "a=b; sosia-token=secret", 200),
          std::tuple("Cookie", "sosia-token=", 401), std::tuple("Cookie", "x-sosia-token=secret", 401),
          std::tuple("Cookie", "sosia-token-2=secret", 401)}) {
        net::ServerRequest request = get("/api/runs");
        request.headers.add(header, value);
        EXPECT_EQ(status_of(request, access), status) << header << ": " << value;
    }
}

TEST(Guard, the_printed_link_turns_the_token_into_a_cookie) {
    const std::optional<net::ServerResponse> answer = refuse(get("/", "token=secret"), ours("secret"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 303);
    EXPECT_EQ(answer->headers.find("Location"), "/");
    EXPECT_EQ(answer->headers.find("Set-Cookie"), "sosia-token=secret; HttpOnly; SameSite=Lax; Path=/");
    EXPECT_EQ(status_of(get("/", "token=wrong"), ours("secret")), 401);
}

TEST(Query, values_are_decoded) {
    EXPECT_EQ(query_value("a=1&q=30%20days%21&b=2", "q"), "30 days!");
    EXPECT_EQ(query_value("q=a+b", "q"), "a b");
    EXPECT_EQ(query_value("qq=1", "q"), "");
    EXPECT_EQ(query_value("q=%", "q"), "%");
    EXPECT_EQ(query_value("q=%zz", "q"), "%zz");
    EXPECT_EQ(query_value("q=%4", "q"), "%4");
}

}  // namespace
}  // namespace sosia::server
