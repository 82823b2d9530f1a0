#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "agent/agent_fixture.h"

namespace sosia::agent {
namespace {

namespace json = boost::json;
namespace test = net::test;
using testing::HasSubstr;

class OpenAiAgentTest : public AgentFixture {
  protected:
    Result<std::unique_ptr<Agent>> make(json::object args) {
        spec = {.type = "openai", .args = std::move(args)};
        return make_openai_agent(setup());
    }
    Exchange ask(test::Script script, json::object more = {}) {
        test::TestServer server(loop.executor(), std::move(script));
        json::object args = std::move(more);
        args["base_url"] = server.url("/v1/");
        args.emplace("model", "m1");
        auto agent = make(std::move(args));
        EXPECT_TRUE(agent) << agent.error().message;
        const Exchange exchange = turn(**agent, "hello");
        if (!server.requests().empty()) {
            got = server.requests().back();
            requests = server.requests().size();
        }
        return exchange;
    }
    Exchange stream(std::string body) {
        return ask(test::answer(200, std::move(body), "text/event-stream"), {{"stream", true}});
    }
    std::string invalid(const Exchange& exchange) {
        EXPECT_FALSE(exchange);
        EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply) << exchange.error().message;
        return exchange.error().message;
    }

    test::ReceivedRequest got;
    std::size_t requests = 0;
};

std::string plain(const std::string& message) {
    return R"({"id":"x","model":"m1-0613","choices":[{"index":0,"message":)" + message +
           R"(,"finish_reason":"stop"}],"usage":{"total_tokens":9}})";
}

std::string event(const std::string& delta) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}\n\n";
}

const std::string end_of_stream =
    "data: "
    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":9}}\n\ndata: "
    "[DONE]\n\n";

TEST_F(OpenAiAgentTest, sends_history_system_and_parameters) {
    const Exchange exchange =
        ask(test::answer_json(plain(R"({"role":"assistant","content":"Hi."})")), {{"key", "sk-123456"},
                                                                                  {"system", "Be kind."},
                                                                                  {"temperature", 0.5},
                                                                                  {"send_context", true},
                                                                                  {"max_tokens", 50},
                                                                                  {"params", {{"top_p", 0.5}}}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_EQ(exchange->metadata.at("usage").at("total_tokens"), 9);
    EXPECT_EQ(got.target, "/v1/chat/completions");
    EXPECT_EQ(got.headers.find("authorization"), "Bearer sk-123456");
    EXPECT_EQ(got.headers.find("traceparent"), "00-aa-bb-01");
    EXPECT_EQ(got.headers.find("x-conversation-id"), "c1");
    const json::value body = json::parse(got.body);
    EXPECT_EQ(body.at("model"), "m1");
    EXPECT_EQ(body.at("user"), "c1");
    EXPECT_EQ(body.at("temperature"), 0.5);
    EXPECT_EQ(body.at("max_tokens"), 50);
    EXPECT_EQ(body.at("top_p"), 0.5);
    EXPECT_FALSE(body.as_object().contains("stream"));
    const auto& sent = body.at("messages").as_array();
    ASSERT_EQ(sent.size(), 5u);
    EXPECT_EQ(sent[0].at("role"), "system");
    EXPECT_EQ(sent[0].at("content"), "Be kind.");
    EXPECT_THAT(std::string(sent[1].at("content").as_string()), HasSubstr("\"fee\":42.5"));
    EXPECT_EQ(sent[3].at("role"), "assistant");
    EXPECT_EQ(sent[4].at("content"), "hello");
}

TEST_F(OpenAiAgentTest, the_context_is_sent_only_when_asked_for) {
    ASSERT_TRUE(ask(test::answer_json(plain(R"({"content":"Hi."})"))));
    EXPECT_THAT(got.body, testing::Not(HasSubstr("customer")));
}

TEST_F(OpenAiAgentTest, records_tool_calls_and_joins_text_parts) {
    const Exchange exchange =
        ask(test::answer_json(plain(R"({"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],
        "tool_calls":[{"id":"1","type":"function","function":{"name":"lookup","arguments":"{\"id\":7}"}}]})")));
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "ab");
    EXPECT_EQ(exchange->tools.at(0).name, "lookup");
    EXPECT_EQ(exchange->tools.at(0).arguments->at("id"), 7);
}

TEST_F(OpenAiAgentTest, a_refusal_is_a_reply) {
    const Exchange exchange = ask(test::answer_json(plain(R"({"content":null,"refusal":"I cannot do that."})")));
    ASSERT_TRUE(exchange);
    EXPECT_EQ(exchange->text, "I cannot do that.");
}

TEST_F(OpenAiAgentTest, answers_without_text_are_no_replies) {
    EXPECT_THAT(invalid(ask(test::answer_json(
                    plain(R"({"content":null,"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]})")))),
                HasSubstr("only tool calls"));
    EXPECT_THAT(invalid(ask(test::answer_json(plain(R"({"content":" "})")))), HasSubstr("empty"));
    EXPECT_THAT(invalid(ask(test::answer_json(R"({"error":{"message":"boom"}})"))), HasSubstr("boom"));
    EXPECT_THAT(invalid(ask(test::answer_json(R"({"choices":[]})"))), HasSubstr("/choices/0/message"));
    EXPECT_THAT(invalid(ask(test::answer_json("[]"))), HasSubstr("/choices/0/message"));
    EXPECT_THAT(invalid(ask(test::answer_json("<html>"))), HasSubstr("HTML"));
}

TEST_F(OpenAiAgentTest, puts_a_stream_together) {
    const Exchange exchange =
        stream(": hello\n\n" + event(R"({"role":"assistant","content":""})") + event(R"({"content":"Hel"})") +
               event(R"({"content":"lo \u00fc"})") +
               event(R"({"tool_calls":[{"index":1,"function":{"name":"second","arguments":""}}]})") +
               event(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"first","arguments":"{\"a\""}}]})") +
               event(R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]})") + end_of_stream);
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hello ü");
    ASSERT_EQ(exchange->tools.size(), 2u);
    EXPECT_EQ(exchange->tools[0].name, "first");
    EXPECT_EQ(exchange->tools[0].arguments->at("a"), 1);
    EXPECT_EQ(exchange->tools[1].name, "second");
    EXPECT_FALSE(exchange->tools[1].arguments);
    EXPECT_EQ(exchange->metadata.at("finish_reason"), "stop");
    EXPECT_EQ(json::parse(got.body).at("stream"), true);
    EXPECT_EQ(got.headers.find("accept"), "text/event-stream");
}

TEST_F(OpenAiAgentTest, a_stream_that_comes_byte_by_byte_is_the_same) {
    const std::string body = event(R"({"content":"Hi ü"})") + end_of_stream;
    const Exchange exchange =
        ask(test::drip(test::http_answer(200, body, "text/event-stream"), std::chrono::milliseconds(0)),
            {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi ü");
}

TEST_F(OpenAiAgentTest, a_whole_answer_to_a_stream_request_is_accepted) {
    const Exchange exchange = ask(test::answer_json("\n" + plain(R"({"content":"Hi."})")), {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
}

TEST_F(OpenAiAgentTest, broken_streams_are_no_replies) {
    EXPECT_THAT(invalid(stream(event(R"({"content":"Hel"})"))), HasSubstr("before [DONE]"));
    EXPECT_THAT(invalid(stream(event(R"({"content":"Hel"})") + "data: {oops\n\n" + end_of_stream)),
                HasSubstr("not JSON"));
    EXPECT_THAT(invalid(stream("data: {\"error\":{\"message\":\"overloaded\"}}\n\n")), HasSubstr("overloaded"));
    EXPECT_THAT(invalid(stream(end_of_stream)), HasSubstr("empty"));
    EXPECT_THAT(invalid(stream("")), HasSubstr("empty"));
    EXPECT_THAT(invalid(stream("hello")), HasSubstr("before [DONE]"));
}

TEST_F(OpenAiAgentTest, a_stream_that_breaks_off_starts_over) {
    limits.retries = 1;
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 5000\r\n\r\n";
    const Exchange exchange =
        ask(test::one_after_another(
                {test::raw(head + event(R"({"content":"lost "})")),
                 test::answer(200, event(R"({"content":"found"})") + end_of_stream, "text/event-stream")}),
            {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "found");
    EXPECT_EQ(exchange->retries, 1);
    EXPECT_EQ(requests, 2u);
}

TEST_F(OpenAiAgentTest, endless_streams_are_cut_off) {
    const Exchange exchange = ask(test::endless_body(), {{"stream", true}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
}

TEST_F(OpenAiAgentTest, statuses_mean_the_same_as_for_other_agents) {
    for (const bool streamed : {false, true}) {
        const Exchange exchange = ask(test::answer(401, R"({"error":"key sk-123456 is wrong"})"),
                                      {{"stream", streamed}, {"key", "sk-123456"}});
        ASSERT_FALSE(exchange);
        EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
        EXPECT_THAT(exchange.error().message,
                    testing::AllOf(HasSubstr("401"), HasSubstr("is wrong"), testing::Not(HasSubstr("sk-123456"))));
    }
}

TEST_F(OpenAiAgentTest, the_short_form_names_the_server_or_the_model) {
    EXPECT_EQ((*make({{"openai", "http://h:1/v1"}, {"model", "m"}}))->traits().description,
              "POST http://h:1/v1/chat/completions (model m)");
    EXPECT_EQ((*make({{"openai", "m"}}))->traits().description,
              "POST https://api.openai.com/v1/chat/completions (model m)");
    EXPECT_EQ((*make({{"openai", {{"model", "m"}, {"url", "http://h/x"}}}}))->traits().description,
              "POST http://h/x (model m)");
    EXPECT_EQ((*make({{"openai", "http://h:1"}}))->traits().description,
              "POST http://h:1/v1/chat/completions (model default)");
    EXPECT_EQ((*make({{"openai", "http://h:1/v1/chat/completions/"}}))->traits().description,
              "POST http://h:1/v1/chat/completions (model default)");
    EXPECT_FALSE(make({{"openai", json::object()}}));
    EXPECT_FALSE(make({{"model", "m"}, {"stream", "yes"}}));
    EXPECT_FALSE(make({{"model", "m"}, {"key", "a\nb"}}));
}

}  // namespace
}  // namespace sosia::agent
