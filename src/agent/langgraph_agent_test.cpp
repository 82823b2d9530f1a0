#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "agent/agent_fixture.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
namespace test = net::test;
using testing::HasSubstr;
using testing::Not;

const std::string thread = R"({"thread_id":"0199-aa","status":"idle"})";

std::string state(const std::string& messages) {
    return R"({"messages":[{"type":"human","content":"before"},{"type":"ai","content":"old","tool_calls":[{"id":"o","name":"old","args":{}}]},
               {"type":"human","content":"hello"},)" +
           messages + "]}";
}

class LangGraphAgentTest : public AgentFixture {
  protected:
    Exchange ask(std::vector<test::Script> runs, json::object more = {}, int turns = 1) {
        std::vector<test::Script> scripts = {test::answer_json(thread)};
        scripts.insert(scripts.end(), runs.begin(), runs.end());
        test::TestServer server(loop.executor(), test::one_after_another(std::move(scripts)));
        json::object args = std::move(more);
        args["langgraph"] = server.url("/");
        spec = {.type = "langgraph", .args = std::move(args)};
        agent = std::move(make_langgraph_agent(setup()).value());
        auto session = loop.run(agent->open("c1"));
        Exchange exchange;
        for (int i = 0; i < turns; ++i) {
            exchange = turn_in(**session, "hello", "c1");
        }
        requests = server.requests();
        return exchange;
    }
    Exchange says(const std::string& body, json::object more = {}) {
        return ask({test::answer_json(body)}, std::move(more));
    }
    json::value body(std::size_t n) const { return json::parse(requests.at(n).body); }

    std::unique_ptr<Agent> agent;
    std::vector<test::ReceivedRequest> requests;
};

TEST_F(LangGraphAgentTest, a_thread_for_the_conversation_and_a_run_for_each_turn) {
    const Exchange exchange = ask({test::answer_json(state(R"({"type":"ai","content":"Hi."})"))},
                                  {{"assistant", "desk"}, {"key", "lsv2-secret"}}, 2);
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_TRUE(exchange->tools.empty());
    ASSERT_EQ(requests.size(), 3u);
    EXPECT_EQ(requests[0].target, "/threads");
    EXPECT_EQ(requests[0].headers.find("x-api-key"), "lsv2-secret");
    EXPECT_EQ(requests[1].target, "/threads/0199-aa/runs/wait");
    EXPECT_EQ(requests[2].target, "/threads/0199-aa/runs/wait");
    const json::value run = body(1);
    EXPECT_EQ(run.at("assistant_id"), "desk");
    EXPECT_EQ(run.at("input"), json::parse(R"({"messages":[{"role":"user","content":"hello"}]})"));
    EXPECT_EQ(run.at("metadata").at("conversation"), "c1");
    EXPECT_FALSE(run.as_object().contains("config"));
    EXPECT_FALSE(agent->traits().stateless);
}

TEST_F(LangGraphAgentTest, tools_of_this_turn_are_read_with_their_results) {
    const Exchange exchange = says(state(
        R"({"type":"ai","content":[{"type":"text","text":"Let me see."}],"tool_calls":[{"id":"a","name":"lookup","args":{"id":7}}]},
           {"type":"tool","tool_call_id":"a","content":"found"},
           {"type":"AIMessageChunk","content":[{"type":"text","text":"It is "},{"type":"text","text":"here."}]})"));
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "It is here.");
    ASSERT_EQ(exchange->tools.size(), 1u);
    EXPECT_EQ(exchange->tools[0].name, "lookup");
    EXPECT_EQ(exchange->tools[0].arguments->at("id"), 7);
    EXPECT_EQ(*exchange->tools[0].result, "found");
}

TEST_F(LangGraphAgentTest, input_reply_and_context_can_be_shaped) {
    const Exchange exchange = says(R"({"answer":{"text":"Hi."},"used":["lookup"]})",
                                   {{"request", {{"question", "{{last}}"}, {"name", "{{context.customer.name}}"}}},
                                    {"reply", {{"message", "/answer/text"}, {"tools", "/used"}}},
                                    {"send_context", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_EQ(exchange->tools.at(0).name, "lookup");
    EXPECT_EQ(body(1).at("input").at("name"), "Ada \"A\"");
    EXPECT_EQ(body(1).at("config").at("configurable").at("context").at("customer").at("age"), 42);
}

TEST_F(LangGraphAgentTest, an_interrupt_is_asked_and_resumed_with_the_users_answer) {
    const Exchange exchange =
        ask({test::answer_json(R"({"messages":[],"__interrupt__":[{"value":{"question":"Refund 49?"}}]})"),
             test::answer_json(state(R"({"type":"ai","content":"Done."})")),
             test::answer_json(R"({"__interrupt__":[{"value":"Sure?"}]})")},
            {}, 3);
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Sure?");
    EXPECT_TRUE(body(1).as_object().contains("input"));
    EXPECT_EQ(body(2).at("command").at("resume"), "hello");
    EXPECT_FALSE(body(2).as_object().contains("input"));
    EXPECT_TRUE(body(3).as_object().contains("input"));
}

TEST_F(LangGraphAgentTest, a_streamed_run_gives_its_last_state) {
    const std::string events =
        "event: metadata\ndata: {\"run_id\":\"r\"}\n\nevent: values\ndata: {\"messages\":[]}\n\n"
        "event: values\ndata: {\"messages\":[{\"type\":\"ai\",\"content\":\"Hi.\"}]}\n\nevent: end\ndata: null\n\n";
    const Exchange exchange = ask({test::answer(200, events, "text/event-stream")}, {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_EQ(requests[1].target, "/threads/0199-aa/runs/stream");
    EXPECT_EQ(body(1).at("stream_mode").at(0), "values");
    const Exchange failed =
        ask({test::answer(200, "event: error\ndata: {\"error\":\"ValueError\",\"message\":\"boom\"}\n\n",
                          "text/event-stream")},
            {{"stream", true}});
    EXPECT_THAT(failed.error().message, HasSubstr("ValueError: boom"));
    const Exchange cut =
        ask({test::answer(200, "event: metadata\ndata: {}\n\n", "text/event-stream")}, {{"stream", true}});
    EXPECT_THAT(cut.error().message, HasSubstr("ended without a state"));
}

TEST_F(LangGraphAgentTest, answers_that_are_none_are_the_agents_fault) {
    for (const std::string& text :
         {std::string(R"({"__error__":{"error":"ValueError","message":"boom"}})"), std::string("null"),
          std::string("{}"), std::string(R"({"messages":[]})"), state(R"({"type":"ai","content":""})"),
          state(R"({"type":"ai","content":"x","tool_calls":7})"),
          state(R"({"type":"tool","tool_call_id":"a","content":"found"})"),
          std::string(R"({"__interrupt__":[{"value":" "}]})"), std::string("\n\nnonsense")}) {
        const Exchange exchange = says(text);
        ASSERT_FALSE(exchange) << text;
        EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply) << text << exchange.error().message;
    }
    EXPECT_TRUE(says("\n\n\n" + state(R"({"type":"ai","content":"kept alive"})")));
}

TEST_F(LangGraphAgentTest, thread_ids_that_would_change_the_address_are_refused) {
    for (const char* id : {R"({"thread_id":"../../admin"})", R"({"thread_id":""})", "{}", "[]"}) {
        test::TestServer server(loop.executor(), test::answer_json(id));
        spec = {.type = "langgraph", .args = {{"langgraph", server.url()}}};
        agent = std::move(make_langgraph_agent(setup()).value());
        const Exchange exchange = turn(*agent, "hello");
        ASSERT_FALSE(exchange);
        EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply);
        EXPECT_EQ(server.requests().size(), 1u);
    }
}

TEST_F(LangGraphAgentTest, servers_that_break_are_infrastructure_and_keys_stay_secret) {
    const Exchange exchange = ask({test::answer(409, "busy, lsv2-secret")}, {{"key", "lsv2-secret"}});
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_THAT(exchange.error().message, Not(HasSubstr("lsv2-secret")));
    EXPECT_EQ(ask({test::close_mid_body()}).error().kind, FailureKind::unreachable);
}

}  // namespace
}  // namespace sosia::agent
