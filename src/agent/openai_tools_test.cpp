// Sosia's own tool loop for OpenAI-style agents that answer with tool calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <utility>

#include "agent/agent_fixture.h"
#include "agent/fake_tools.h"
#include "net/interrupt.h"

namespace sosia::agent {
namespace {

namespace json = boost::json;
namespace test = net::test;
using testing::HasSubstr;
using testing::Not;

std::string says(const std::string& text, const std::string& more = "") {
    return R"({"choices":[{"index":0,"message":{"role":"assistant","content":")" + text + "\"" + more +
           R"(},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2}})";
}

std::string calls(const std::string& list, const std::string& content = "null") {
    return R"({"choices":[{"index":0,"message":{"role":"assistant","content":)" + content + R"(,"tool_calls":[)" +
           list + R"(]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5,"completion_tokens":1}})";
}

std::string call(const std::string& id, const std::string& name, const std::string& arguments) {
    json::object out{{"id", id}, {"type", "function"}, {"function", {{"name", name}, {"arguments", arguments}}}};
    return json_text(out);
}

const std::string get_order = call("c-1", "get_order", R"({"order_id":"A-1"})");

// Tools of a server that takes its time.
class SlowTools final : public ToolHost {
  public:
    explicit SlowTools(boost::asio::any_io_executor executor) : never_(std::move(executor)) {}
    const std::vector<ToolOffer>& offers() const override { return fake_.offers(); }
    boost::asio::awaitable<std::string> call(std::string, boost::json::value) override {
        co_await never_.sleep(std::chrono::hours(1));
        co_return "";
    }
    std::string answer_of(const ToolCall& call) const override { return fake_.answer_of(call); }

  private:
    FakeTools fake_;
    net::Interrupt never_;
};

class OpenAiToolsTest : public AgentFixture {
  protected:
    OpenAiToolsTest() { tools = &host; }

    Exchange ask(std::vector<test::Script> scripts, json::object more = {}) {
        test::TestServer server(loop.executor(), test::one_after_another(std::move(scripts)));
        json::object args = std::move(more);
        args["openai"] = server.url("/v1");
        spec = {.type = "openai", .args = std::move(args)};
        auto agent = make_openai_agent(setup());
        EXPECT_TRUE(agent) << agent.error().message;
        const Exchange exchange = turn(**agent, "refund A-1");
        for (const auto& request : server.requests()) {
            bodies.push_back(json::parse(request.body));
        }
        return exchange;
    }

    FakeTools host;
    std::vector<json::value> bodies;
};

TEST_F(OpenAiToolsTest, the_worlds_tools_are_offered_and_served_until_the_agent_says_something) {
    const Exchange exchange = ask(
        {test::answer_json(calls(get_order + "," + call("c-2", "refund", R"({"order_id":"A-1"})"), "\"One moment.\"")),
         test::answer_json(says("Done."))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    EXPECT_THAT(host.calls, testing::ElementsAre(std::pair("get_order", R"({"order_id":"A-1"})"),
                                                 std::pair("refund", R"({"order_id":"A-1"})")));
    ASSERT_EQ(bodies.size(), 2u);
    EXPECT_EQ(bodies[0].at("tools").as_array().size(), 2u);
    EXPECT_EQ(bodies[0].at("tools").at(0).at("type"), "function");
    EXPECT_EQ(bodies[0].at("tools").at(0).at("function").at("name"), "get_order");
    EXPECT_EQ(bodies[0].at("tools").at(0).at("function").at("parameters").at("type"), "object");
    const json::array& sent = bodies[1].at("messages").as_array();
    ASSERT_EQ(sent.size(), 6u);
    EXPECT_EQ(sent[3].at("role"), "assistant");
    EXPECT_EQ(sent[3].at("content"), "One moment.");
    EXPECT_EQ(sent[3].at("tool_calls").at(1).at("id"), "c-2");
    EXPECT_EQ(sent[3].at("tool_calls").at(1).at("function").at("arguments"), R"({"order_id":"A-1"})");
    EXPECT_EQ(sent[4].at("role"), "tool");
    EXPECT_EQ(sent[4].at("tool_call_id"), "c-1");
    EXPECT_EQ(sent[4].at("content"), R"(get_order got {"order_id":"A-1"})");
    EXPECT_EQ(sent[5].at("tool_call_id"), "c-2");
}

TEST_F(OpenAiToolsTest, usage_of_all_steps_is_added_up) {
    const Exchange exchange = ask(
        {test::answer_json(calls(get_order)), test::answer_json(calls(get_order)), test::answer_json(says("Done."))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->metadata.at("usage").at("prompt_tokens"), 20);
    EXPECT_EQ(exchange->metadata.at("usage").at("completion_tokens"), 4);
    EXPECT_EQ(exchange->metadata.at("tool_steps"), 2);
}

TEST_F(OpenAiToolsTest, streamed_calls_are_served_as_well) {
    const std::string first =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c-9\",\"function\":"
        "{\"name\":\"get_order\",\"arguments\":\"{\\\"order\"}}]}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
        "{\"arguments\":\"_id\\\":\\\"A-1\\\"}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    const std::string second =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Done.\"},\"finish_reason\":\"stop\"}]}\n\n"
        "data: [DONE]\n\n";
    const Exchange exchange =
        ask({test::answer(200, first, "text/event-stream"), test::answer(200, second, "text/event-stream")},
            {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    EXPECT_THAT(host.calls, testing::ElementsAre(std::pair("get_order", R"({"order_id":"A-1"})")));
    EXPECT_EQ(bodies[1].at("messages").at(4).at("tool_call_id"), "c-9");
}

TEST_F(OpenAiToolsTest, tools_have_the_time_of_the_turn) {
    SlowTools slow(loop.executor());
    tools = &slow;
    limits.turn_timeout_ms = 50;
    const Exchange exchange = ask({test::answer_json(calls(get_order))});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::timeout);
    EXPECT_EQ(bodies.size(), 1u);
}

TEST_F(OpenAiToolsTest, an_agent_that_never_says_anything_fails_after_the_steps_allowed) {
    const Exchange exchange = ask({test::answer_json(calls(get_order))}, {{"tool_steps", 3}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply);
    EXPECT_THAT(exchange.error().message, HasSubstr("asked for tools 4 times in one turn"));
    EXPECT_EQ(host.calls.size(), 3u);
    EXPECT_EQ(bodies.size(), 4u);
}

TEST_F(OpenAiToolsTest, no_steps_means_no_offer_and_no_service) {
    const Exchange exchange = ask({test::answer_json(calls(get_order))}, {{"tool_steps", 0}});
    ASSERT_FALSE(exchange);
    EXPECT_THAT(exchange.error().message, HasSubstr("only tool calls"));
    EXPECT_FALSE(bodies[0].as_object().contains("tools"));
    EXPECT_TRUE(host.calls.empty());
}

TEST_F(OpenAiToolsTest, tools_that_are_none_of_the_world_are_the_agents_own) {
    const std::string own = call("c-1", "search_crm", "{}");
    EXPECT_FALSE(ask({test::answer_json(calls(own))}));
    const Exchange exchange = ask({test::answer_json(says("Found it.", R"(,"tool_calls":[)" + own + "]"))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    ASSERT_EQ(exchange->tools.size(), 1u);
    EXPECT_EQ(exchange->tools[0].name, "search_crm");
    EXPECT_TRUE(host.calls.empty());
}

TEST_F(OpenAiToolsTest, a_text_that_reports_calls_is_the_answer) {
    const Exchange exchange = ask({test::answer_json(says("Found it.", R"(,"tool_calls":[)" + get_order + "]"))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Found it.");
    EXPECT_TRUE(host.calls.empty());
}

TEST_F(OpenAiToolsTest, an_unknown_tool_beside_a_known_one_is_answered_too) {
    const Exchange exchange = ask({test::answer_json(calls(get_order + "," + call("c-2", "nonsense", "not json"))),
                                   test::answer_json(says("Done."))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_THAT(host.calls, testing::ElementsAre(testing::_, std::pair("nonsense", "\"not json\"")));
    EXPECT_EQ(bodies[1].at("messages").at(5).at("tool_call_id"), "c-2");
}

TEST_F(OpenAiToolsTest, calls_of_earlier_turns_stand_in_the_history) {
    test::TestServer server(loop.executor(), test::answer_json(says("Done.")));
    spec = {.type = "openai", .args = {{"openai", server.url("/v1")}}};
    auto agent = make_openai_agent(setup());
    auto session = loop.run((*agent)->open("c1"));
    const ToolCall served{.name = "get_order",
                          .arguments = json::object{{"order_id", "A-1"}},
                          .result = json::value("paid"),
                          .served = true};
    const ToolCall reported{.name = "own", .arguments = std::nullopt, .result = std::nullopt};
    messages = {{Role::user, "hi"}, {Role::agent, "It is paid.", {served, reported}}, {Role::user, "ok"}};
    const Request request{.conversation = "c1", .turn = 2, .messages = messages, .context = &context, .tools = tools};
    ASSERT_TRUE(loop.run((*session)->send(request)));
    const json::value body = json::parse(server.requests()[0].body);
    const json::array& sent = body.at("messages").as_array();
    ASSERT_EQ(sent.size(), 5u);
    EXPECT_EQ(sent[1].at("tool_calls").at(0).at("id"), sent[2].at("tool_call_id"));
    EXPECT_TRUE(sent[1].at("content").is_null());
    EXPECT_EQ(sent[2].at("content"), "\"paid\"");
    EXPECT_EQ(sent[3].at("content"), "It is paid.");
}

TEST_F(OpenAiToolsTest, all_steps_together_have_the_time_of_one_turn) {
    limits.turn_timeout_ms = 200;
    const Exchange exchange = ask({test::answer_json(calls(get_order)), test::no_answer()});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::timeout);
}

TEST_F(OpenAiToolsTest, a_later_step_that_fails_is_retried_without_calling_tools_again) {
    limits.retries = 1;
    const Exchange exchange =
        ask({test::answer_json(calls(get_order)), test::answer(503, "busy"), test::answer_json(says("Done."))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->retries, 1);
    EXPECT_EQ(host.calls.size(), 1u);
}

TEST_F(OpenAiToolsTest, the_number_of_steps_is_checked) {
    spec = {.type = "openai", .args = {{"openai", "http://127.0.0.1:1/v1"}, {"tool_steps", -1}}};
    const auto agent = make_openai_agent(setup());
    ASSERT_FALSE(agent);
    EXPECT_THAT(agent.error().message, HasSubstr("agent.tool_steps"));
}

}  // namespace
}  // namespace sosia::agent
