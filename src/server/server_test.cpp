#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/record_json.h"
#include "server/application.h"

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
    return {.hosts = {"127.0.0.1:8420", "localhost:8420"}, .token = std::move(token)};
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

TEST(Guard, writing_is_refused) {
    net::ServerRequest request = get("/api/runs");
    request.method = "POST";
    EXPECT_EQ(status_of(request, ours()), 405);
}

TEST(Guard, a_token_is_asked_for_where_there_is_one) {
    const Access access = ours("secret");
    EXPECT_EQ(status_of(get("/api/runs"), access), 401);
    for (const auto& [header, value, status] :
         {std::tuple("Authorization", "Bearer secret", 200), std::tuple("Authorization", "Bearer secreT", 401),
          std::tuple("Authorization", "Bearer secret2", 401), std::tuple("Cookie", "a=b; sosia-token=secret", 200),
          std::tuple("Cookie", "sosia-token=", 401)}) {
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
    EXPECT_EQ(answer->headers.find("Set-Cookie"), "sosia-token=secret; HttpOnly; SameSite=Strict; Path=/");
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

class Served : public testing::Test {
  protected:
    Served() : store_(storage::open_memory()), application_(make()) {
        storage::RunInfo run{.id = "r1", .suite = "desk", .planned = 2};
        EXPECT_TRUE(store_.write->create_run(run));
        Conversation c;
        c.id = "aaaa11112222";
        c.cell = {"ann", "refund", "", "calm", 0};
        c.outcome = Outcome::passed;
        c.ended = Ending::user_satisfied;
        c.turns = {{.n = 1, .text = "Where is my REFUND, <b>please</b>?"}};
        storage::RunStore::Batch batch;
        batch.finished.push_back({.brief = {.id = c.id, .cell = c.cell, .outcome = c.outcome},
                                  .record = boost::json::serialize(to_json(c))});
        EXPECT_TRUE(store_.write->write("r1", batch));
    }

    Application make() {
        return {ours(), "<!doctype html>", "default-src 'none'", *store_.read, [this](const std::string& run) {
                    ++made_;
                    return Result<std::string>("{\"run\":\"" + run + "\"}");
                }};
    }

    net::ServerResponse ask(net::ServerRequest request) {
        net::ServerResponse out;
        boost::asio::io_context io;
        boost::asio::co_spawn(io, application_.answer(std::move(request)),
                              [&out](std::exception_ptr, net::ServerResponse answer) { out = std::move(answer); });
        io.run();
        return out;
    }

    storage::Store store_;
    int made_ = 0;
    Application application_;
};

TEST_F(Served, the_page_comes_with_its_policy) {
    const net::ServerResponse page = ask(get("/"));
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.headers.find("Content-Security-Policy"), "default-src 'none'");
    EXPECT_EQ(page.headers.find("X-Content-Type-Options"), "nosniff");
}

TEST_F(Served, runs_are_listed_with_how_far_they_are) {
    const boost::json::value runs = boost::json::parse(ask(get("/api/runs")).body);
    ASSERT_EQ(runs.as_array().size(), 1U);
    EXPECT_EQ(runs.at(0).at("id").as_string(), "r1");
    EXPECT_EQ(runs.at(0).at("state").as_string(), "running");
    EXPECT_EQ(runs.at(0).at("done").to_number<int>(), 1);
    EXPECT_EQ(runs.at(0).at("planned").to_number<int>(), 2);
}

TEST_F(Served, a_run_is_counted_again_only_when_more_of_it_is_done) {
    EXPECT_EQ(ask(get("/api/runs/r1")).body, "{\"run\":\"r1\"}");
    EXPECT_EQ(ask(get("/api/runs/r1")).status, 200);
    EXPECT_EQ(made_, 1);
    EXPECT_EQ(ask(get("/api/runs/r2")).status, 404);
}

TEST_F(Served, a_conversation_is_its_record) {
    const boost::json::value c = boost::json::parse(ask(get("/api/runs/r1/conversations/aaaa11112222")).body);
    EXPECT_EQ(c.at("id").as_string(), "aaaa11112222");
    EXPECT_EQ(ask(get("/api/runs/r1/conversations/bbbb11112222")).status, 404);
}

TEST_F(Served, search_finds_text_whatever_its_case) {
    const boost::json::value hits = boost::json::parse(ask(get("/api/runs/r1/search", "q=my%20refund")).body);
    ASSERT_EQ(hits.as_array().size(), 1U);
    EXPECT_EQ(hits.at(0).at("match").as_string(), "my REFUND");
    EXPECT_EQ(hits.at(0).at("before").as_string(), "Where is ");
    EXPECT_EQ(ask(get("/api/runs/r1/search", "q=")).status, 400);
}

TEST_F(Served, events_answer_at_once_when_something_is_new) {
    const net::ServerResponse event = ask(get("/api/events"));
    EXPECT_EQ(event.content_type, "text/event-stream");
    EXPECT_TRUE(event.body.starts_with("retry: 500\nid: "));
    EXPECT_NE(event.body.find("\nevent: runs\ndata: [{\"id\":\"r1\""), std::string::npos);
    EXPECT_TRUE(event.body.ends_with("}]\n\n"));
}

TEST_F(Served, anything_else_is_not_there) {
    EXPECT_EQ(ask(get("/etc/passwd")).status, 404);
    EXPECT_EQ(ask(get("/api/runs/r1/other")).status, 404);
}

}  // namespace
}  // namespace sosia::server
