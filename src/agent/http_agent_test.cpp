#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "agent/agent_fixture.h"
#include "agent/fake_agent.h"
#include "net/task_group.h"

namespace sosia::agent {
namespace {

namespace json = boost::json;
namespace test = net::test;
using testing::HasSubstr;

class HttpAgentTest : public AgentFixture {
  protected:
    Result<std::unique_ptr<Agent>> make(json::object args) {
        spec = {.type = "url", .args = std::move(args)};
        return make_http_agent(setup());
    }
    Exchange ask(json::object args, std::string text = "hello") {
        auto agent = make(std::move(args));
        EXPECT_TRUE(agent) << agent.error().message;
        return turn(**agent, std::move(text));
    }
    // What the misbehaviour becomes; afterwards the same client must still work.
    Failure failure_of(test::Script script, json::object more = {}) {
        test::TestServer server(loop.executor(), std::move(script));
        json::object args = std::move(more);
        args["url"] = server.url("/chat");
        const Exchange exchange = ask(std::move(args));
        EXPECT_FALSE(exchange) << exchange->text;
        test::TestServer good(loop.executor(), test::answer_json(R"({"message":"fine"})"));
        const Exchange after = ask({{"url", good.url()}});
        EXPECT_TRUE(after) << after.error().message;
        EXPECT_EQ(http.in_flight(), 0u);
        return exchange ? Failure{FailureKind::cancelled, "no failure"} : exchange.error();
    }
    Exchange reply_to(std::string body, json::object more = {}) {
        test::TestServer server(loop.executor(), test::answer_json(std::move(body)));
        json::object args = std::move(more);
        args["url"] = server.url("/chat");
        return ask(std::move(args));
    }
    json::value sent(json::object more, std::string text = "hello") {
        test::TestServer server(loop.executor(), test::answer_json(R"({"message":"ok"})"));
        json::object args = std::move(more);
        args["url"] = server.url("/chat");
        const Exchange exchange = ask(std::move(args), std::move(text));
        EXPECT_TRUE(exchange) << exchange.error().message;
        last_request = server.requests().at(0);
        return last_request.body.empty() ? json::value() : json::parse(last_request.body);
    }
    std::string usage_error(json::object args) {
        const auto agent = make(std::move(args));
        EXPECT_FALSE(agent);
        EXPECT_EQ(agent.error().kind, ErrorKind::usage);
        return agent.error().message + " / " + agent.error().hint;
    }

    test::ReceivedRequest last_request;
};

TEST_F(HttpAgentTest, sends_the_default_wire_form) {
    const json::value body = sent({});
    EXPECT_EQ(body, json::parse(R"({"conversation":"c1","turn":2,"messages":[{"role":"user","content":"hi"},
        {"role":"assistant","content":"How can I help?"},{"role":"user","content":"hello"}],
        "context":{"customer":{"name":"Ada \"A\"","age":42,"fee":42.5,"tags":["x","y"]}}})"));
    EXPECT_EQ(last_request.method, "POST");
    EXPECT_EQ(last_request.headers.find("content-type"), "application/json");
    EXPECT_EQ(last_request.headers.find("accept"), "application/json");
    EXPECT_EQ(last_request.headers.find("traceparent"), "00-aa-bb-01");
    EXPECT_EQ(last_request.headers.find("x-conversation-id"), "c1");
}

TEST_F(HttpAgentTest, texts_are_escaped) {
    const std::string text = "line\nquote\" back\\ tab\t bell\x07 ü 漢";
    const json::value body = sent({}, text);
    EXPECT_EQ(std::string(body.at("messages").at(2).at("content").as_string()), text);
}

TEST_F(HttpAgentTest, fills_a_request_template) {
    const json::value body =
        sent({{"request", json::parse(R"({"text":"{{last}}","session":"id-{{conversation}}","n":"{{turn}}",
        "all":"{{messages}}","who":"{{ context.customer.name }}","age":"{{context.customer.age}}","tag":"{{context.customer.tags.1}}",
        "line":"{{context.customer.name}} is {{context.customer.age}}, owes {{context.customer.fee}}{{context.nothing}}",
        "none":"{{context.nothing.there}}","fixed":[1,true,null,"{ {last} }"],"ctx":"{{context}}"})")}});
    EXPECT_EQ(body.at("text"), "hello");
    EXPECT_EQ(body.at("session"), "id-c1");
    EXPECT_EQ(body.at("n"), 2);
    EXPECT_EQ(body.at("all").as_array().size(), 3u);
    EXPECT_EQ(body.at("who"), "Ada \"A\"");
    EXPECT_EQ(body.at("age"), 42);
    EXPECT_EQ(body.at("tag"), "y");
    EXPECT_EQ(body.at("line"), "Ada \"A\" is 42, owes 42.5");
    EXPECT_TRUE(body.at("none").is_null());
    EXPECT_EQ(body.at("fixed"), json::parse(R"([1,true,null,"{ {last} }"])"));
    EXPECT_EQ(body.at("ctx"), json::value(context));
}

TEST_F(HttpAgentTest, a_placeholder_that_text_brings_along_is_not_filled) {
    const json::value body = sent({{"request", {{"text", "{{last}}"}}}}, "{{context}}");
    EXPECT_EQ(body.at("text"), "{{context}}");
}

TEST_F(HttpAgentTest, unknown_placeholders_are_usage_errors) {
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"request", {{"a", "{{massages}}"}}}}),
                testing::AllOf(HasSubstr("{{massages}}"), HasSubstr("did you mean {{messages}}")));
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"request", "{{last.word}}"}}), HasSubstr("last.word"));
}

TEST_F(HttpAgentTest, mistakes_in_args_are_usage_errors) {
    EXPECT_THAT(usage_error({}), HasSubstr("agent.url"));
    EXPECT_THAT(usage_error({{"url", "localhost:8080"}}), HasSubstr("http"));
    EXPECT_THAT(usage_error({{"url", 5}}), HasSubstr("agent.url"));
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"method", "FETCH"}}), HasSubstr("agent.method"));
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"reply", "answer.text"}}), HasSubstr("/answer/text"));
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"headers", "x"}}), HasSubstr("agent.headers"));
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"headers", {{"A B", "x"}}}}), HasSubstr("A B"));
    EXPECT_THAT(usage_error({{"url", "http://h/"}, {"headers", {{"A", "x\r\nB: y"}}}}), HasSubstr("agent.headers.A"));
}

TEST_F(HttpAgentTest, url_method_and_headers_are_configurable) {
    test::TestServer server(loop.executor(), test::answer_json(R"({"message":"ok"})"));
    const Exchange exchange = ask({{"url", server.url("/s/{{conversation}}?q={{ last }}")},
                                   {"method", "get"},
                                   {"headers", {{"X-Turn", "{{turn}}"}, {"accept", "x/y"}, {"X-Number", 7}}}},
                                  "a b&c");
    ASSERT_TRUE(exchange) << exchange.error().message;
    const test::ReceivedRequest& got = server.requests().at(0);
    EXPECT_EQ(got.method, "GET");
    EXPECT_EQ(got.target, "/s/c1?q=a%20b%26c");
    EXPECT_EQ(got.headers.find("x-turn"), "2");
    EXPECT_EQ(got.headers.find("x-number"), "7");
    EXPECT_THAT(got.headers.find_all("accept"), testing::ElementsAre("x/y"));
    EXPECT_TRUE(got.body.empty());
}

TEST_F(HttpAgentTest, is_stateless_when_every_request_carries_the_history) {
    EXPECT_TRUE((*make({{"url", "http://h/"}}))->traits().stateless);
    EXPECT_TRUE((*make({{"url", "http://h/"}, {"request", {{"m", {{"all", "{{messages}}"}}}}}}))->traits().stateless);
    EXPECT_FALSE((*make({{"url", "http://h/"}, {"request", {{"m", "{{last}}"}}}}))->traits().stateless);
}

TEST_F(HttpAgentTest, the_description_hides_user_and_query) {
    EXPECT_EQ((*make({{"url", "https://me:pw@h.example:8/chat?key=s"}}))->traits().description,
              "POST https://h.example:8/chat");
}

TEST_F(HttpAgentTest, reads_tools_end_and_metadata) {
    const Exchange exchange = reply_to(R"({"message":"Done.","ended":true,"metadata":{"usd":0.01},"tools":["lookup",
        {"name":"refund","arguments":{"id":1},"result":[true]},
        {"tool":"a","args":{"x":1}},{"tool":"b","input":{}},{"name":"c","parameters":null,"output":"o"},
        {"id":"1","type":"function","function":{"name":"d","arguments":"{\"y\":2}"}},{"function":"e","arguments":"not json"}]})");
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    EXPECT_TRUE(exchange->ended);
    EXPECT_EQ(exchange->metadata.at("usd"), 0.01);
    ASSERT_EQ(exchange->tools.size(), 7u);
    EXPECT_EQ(exchange->tools[0].name, "lookup");
    EXPECT_FALSE(exchange->tools[0].arguments);
    EXPECT_EQ(exchange->tools[1].arguments->at("id"), 1);
    EXPECT_EQ(exchange->tools[1].result->at(0), true);
    EXPECT_EQ(exchange->tools[2].arguments->at("x"), 1);
    EXPECT_TRUE(exchange->tools[3].arguments->is_object());
    EXPECT_FALSE(exchange->tools[4].arguments);
    EXPECT_EQ(*exchange->tools[4].result, "o");
    EXPECT_EQ(exchange->tools[5].name, "d");
    EXPECT_EQ(exchange->tools[5].arguments->at("y"), 2);
    EXPECT_EQ(*exchange->tools[6].arguments, "not json");
}

TEST_F(HttpAgentTest, follows_configured_pointers) {
    const Exchange exchange = reply_to(
        R"({"a":{"t/x":["no","yes"]},"u":{"tools":["k"]},"over":true,"m":{"z":1}})",
        {{"reply", {{"message", "/a/t~1x/1"}, {"tools", "/u/tools"}, {"ended", "/over"}, {"metadata", "/m"}}}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "yes");
    EXPECT_EQ(exchange->tools.at(0).name, "k");
    EXPECT_TRUE(exchange->ended);
    EXPECT_EQ(exchange->metadata.at("z"), 1);
}

TEST_F(HttpAgentTest, finds_the_text_at_other_usual_places) {
    for (const std::string body :
         {R"({"reply":"x"})", R"({"response":"x"})", R"({"answer":"x"})", R"({"text":"x"})", R"({"content":"x"})",
          R"({"output":"x"})", R"({"choices":[{"message":{"content":"x"}}]})"}) {
        const Exchange exchange = reply_to(body);
        ASSERT_TRUE(exchange) << exchange.error().message;
        EXPECT_EQ(exchange->text, "x");
    }
}

TEST_F(HttpAgentTest, large_metadata_is_dropped) {
    const Exchange exchange = reply_to(R"({"message":"x","metadata":{"blob":")" + std::string(100'000, 'b') + "\"}}");
    ASSERT_TRUE(exchange);
    EXPECT_TRUE(exchange->metadata.contains("dropped_bytes"));
}

struct BadReply {
    std::string body;
    std::string says;
};

TEST_F(HttpAgentTest, answers_that_are_no_replies_are_the_agents_fault) {
    const std::vector<BadReply> bodies = {{"", "empty"},
                                          {"   ", "empty"},
                                          {"hello", "not JSON"},
                                          {R"({"message": "x")", "not JSON"},
                                          {R"({"message": "x"} trailing)", "not JSON"},
                                          {"\xff\xfe{}", "UTF-8"},
                                          {"{\"message\":\"\xc3\x28\"}", "UTF-8"},
                                          {"<!doctype html><html>oops</html>", "HTML"},
                                          {R"({"message": 42})", "must be a text but is a number"},
                                          {R"({"message": null})", "null"},
                                          {R"({"message": ["a"]})", "a list"},
                                          {R"({"message": {"content": "a"}})", "reply: /message/content"},
                                          {R"({"message": "  \n "})", "empty"},
                                          {R"([1,2])", "/message"},
                                          {R"("text")", "/message"},
                                          {R"({"error": "boom"})", "boom"},
                                          {R"({"message": "x", "tools": "lookup"})", "tools must be a list"},
                                          {R"({"message": "x", "tools": [7]})", "tool"},
                                          {R"({"message": "x", "tools": [{}]})", "tool"},
                                          {R"({"message": "x", "ended": "yes"})", "/ended"},
                                          {std::string(100'000, '['), "not JSON"}};
    for (const BadReply& bad : bodies) {
        const Exchange exchange = reply_to(bad.body);
        ASSERT_FALSE(exchange) << bad.body;
        EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply) << bad.body;
        EXPECT_THAT(exchange.error().message, HasSubstr(bad.says));
        EXPECT_LT(exchange.error().message.size(), 1200u);
    }
}

TEST_F(HttpAgentTest, a_missing_configured_pointer_names_it) {
    const Exchange exchange = reply_to(R"({"message":"x"})", {{"reply", "/answer/text"}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply);
    EXPECT_THAT(exchange.error().message, HasSubstr("/answer/text"));
}

TEST_F(HttpAgentTest, wire_faults_are_infrastructure) {
    const std::vector<test::Script> scripts = {
        test::reset_at_once(),  test::close_at_once(),   test::reset_mid_body(),
        test::close_mid_body(), test::bad_status_line(), test::bad_chunking(),
        test::endless_body(),   test::endless_headers(), test::huge_body(200 << 20)};
    for (const test::Script& script : scripts) {
        const Failure failure = failure_of(script);
        EXPECT_EQ(failure.kind, FailureKind::unreachable) << failure.message;
    }
}

TEST_F(HttpAgentTest, error_statuses_are_infrastructure) {
    for (const int status : {301, 400, 401, 404, 408, 422, 429, 500, 502, 503}) {
        const Failure failure = failure_of(test::answer(status, R"({"message":"not for the user"})"));
        EXPECT_EQ(failure.kind, FailureKind::unreachable);
        EXPECT_THAT(failure.message, HasSubstr(std::to_string(status)));
        EXPECT_EQ(failure.may_retry, status == 408 || status == 429 || status >= 500);
    }
}

TEST_F(HttpAgentTest, nobody_listening_is_unreachable) {
    const Exchange exchange = ask({{"url", "http://127.0.0.1:" + std::to_string(test::unused_port(loop.executor()))}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_TRUE(exchange.error().may_retry);
}

TEST_F(HttpAgentTest, silence_and_trickle_are_timeouts) {
    limits.turn_timeout_ms = 60;
    for (const test::Script& script :
         {test::no_answer(), test::drip(test::http_answer(200, R"({"message":"x"})"), std::chrono::seconds(1))}) {
        test::TestServer server(loop.executor(), script);
        const Exchange exchange = ask({{"url", server.url()}});
        ASSERT_FALSE(exchange);
        EXPECT_EQ(exchange.error().kind, FailureKind::timeout);
    }
}

TEST_F(HttpAgentTest, duplicate_headers_are_harmless) {
    test::TestServer server(loop.executor(), test::duplicate_headers(R"({"message":"x"})"));
    const Exchange exchange = ask({{"url", server.url()}});
    ASSERT_TRUE(exchange) << exchange.error().message;
}

TEST_F(HttpAgentTest, a_long_reply_within_the_limit_is_a_reply) {
    const Exchange exchange = reply_to(R"({"message":")" + std::string(900'000, 'x') + "\"}");
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text.size(), 900'000u);
}

TEST_F(HttpAgentTest, transient_failures_are_tried_again) {
    limits.retries = 3;
    test::TestServer server(
        loop.executor(),
        test::one_after_another({test::reset_at_once(), test::answer(503, "busy", "text/plain", "Retry-After: 0\r\n"),
                                 test::answer(429, "", "text/plain", "Retry-After: 0\r\n"),
                                 test::answer_json(R"({"message":"at last"})")}));
    const Exchange exchange = ask({{"url", server.url()}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "at last");
    EXPECT_EQ(exchange->retries, 3);
    EXPECT_EQ(server.requests().size(), 4u);
    EXPECT_EQ(server.requests().front().body, server.requests().back().body);
}

TEST_F(HttpAgentTest, gives_up_after_the_allowed_retries) {
    limits.retries = 2;
    test::TestServer server(loop.executor(), test::answer(500, "broken", "text/plain", "Retry-After: 0\r\n"));
    const Exchange exchange = ask({{"url", server.url()}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().retries, 2);
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(HttpAgentTest, errors_of_the_request_and_bad_replies_are_not_tried_again) {
    limits.retries = 5;
    for (const test::Script& script : {test::answer(400, "no"), test::answer_json("[]"), test::huge_body(5 << 20)}) {
        test::TestServer server(loop.executor(), script);
        EXPECT_FALSE(ask({{"url", server.url()}}));
        EXPECT_EQ(server.requests().size(), 1u);
    }
}

TEST_F(HttpAgentTest, a_wait_longer_than_the_turn_is_not_waited_for) {
    limits.retries = 5;
    test::TestServer server(loop.executor(), test::answer(429, "slow down", "text/plain", "Retry-After: 3600\r\n"));
    const Exchange exchange = ask({{"url", server.url()}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(HttpAgentTest, secrets_that_come_back_are_not_shown) {
    test::TestServer server(loop.executor(), test::answer(401, "bad token s3cr3t-t0ken for Bearer s3cr3t-t0ken"));
    const Exchange exchange = ask({{"url", server.url()}, {"headers", {{"Authorization", "Bearer s3cr3t-t0ken"}}}});
    ASSERT_FALSE(exchange);
    EXPECT_THAT(exchange.error().message, testing::Not(HasSubstr("s3cr3t")));
}

TEST_F(HttpAgentTest, cancelling_ends_the_turn_as_cancelled) {
    test::TestServer server(loop.executor(), test::no_answer());
    auto agent = make({{"url", server.url()}});
    ASSERT_TRUE(agent);
    net::TaskGroup tasks(loop.executor());
    std::optional<Exchange> exchange;
    const Request request{.conversation = "c1", .turn = 1, .messages = messages, .context = &context};
    const auto run = [](Agent& to, Request what, std::optional<Exchange>& out) -> boost::asio::awaitable<void> {
        auto session = co_await to.open("c1");
        out = co_await (*session)->send(what);
    };
    tasks.spawn(run(**agent, request, exchange));
    while (server.requests().empty()) {
        loop.context().restart();
        loop.context().run_one();
    }
    tasks.cancel();
    loop.run(tasks.wait());
    ASSERT_TRUE(exchange.has_value());
    ASSERT_FALSE(*exchange);
    EXPECT_EQ(exchange->error().kind, FailureKind::cancelled);
}

TEST_F(HttpAgentTest, cancel_ends_a_wait_for_another_try) {
    limits.retries = 1;
    limits.turn_timeout_ms = 1'000'000;
    test::TestServer server(loop.executor(), test::answer(503, "", "text/plain", "Retry-After: 600\r\n"));
    auto agent = make({{"url", server.url()}});
    net::TaskGroup tasks(loop.executor());
    std::optional<Exchange> exchange;
    messages = {{Role::user, "hi"}};
    const Request request{.conversation = "c1", .turn = 1, .messages = messages, .context = &context};
    const auto run = [](Agent& to, Request what, std::optional<Exchange>& out) -> boost::asio::awaitable<void> {
        auto session = co_await to.open("c1");
        out = co_await (*session)->send(what);
    };
    tasks.spawn(run(**agent, request, exchange));
    while (server.requests().empty() || http.in_flight() > 0) {
        loop.context().restart();
        loop.context().run_one();
    }
    (*agent)->cancel();
    loop.run(tasks.wait());
    ASSERT_TRUE(exchange.has_value());
    EXPECT_EQ(exchange->error().kind, FailureKind::cancelled);
}

TEST_F(HttpAgentTest, the_fake_agent_follows_its_script) {
    FakeAgent agent(scripted({"one", "two"}));
    EXPECT_EQ(turn(agent, "x")->text, "two");
    EXPECT_TRUE(agent.traits().stateless);
}

}  // namespace
}  // namespace sosia::agent
