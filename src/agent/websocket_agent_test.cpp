#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "agent/agent_fixture.h"
#include "net/test_websocket.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
namespace test = net::test;
using test::WebSocketPeer;
using testing::HasSubstr;
using testing::Not;

class WebSocketAgentTest : public AgentFixture {
  protected:
    Result<std::unique_ptr<Agent>> make(json::object args) {
        spec = {.type = "websocket", .args = std::move(args)};
        return make_websocket_agent(setup());
    }
    Exchange ask(const test::WebSocketServer& server, json::object more = {}) {
        json::object args = std::move(more);
        args.emplace("websocket", server.url("/chat"));
        agent = std::move(make(std::move(args)).value());
        return turn(*agent, "hello");
    }
    Exchange ask(test::WebSocketScript script, json::object more = {}) {
        const test::WebSocketServer server(loop.executor(), std::move(script));
        return ask(server, std::move(more));
    }
    Failure failure(test::WebSocketScript script, json::object more = {}) {
        const Exchange exchange = ask(std::move(script), std::move(more));
        EXPECT_FALSE(exchange) << exchange->text;
        return exchange ? Failure{FailureKind::cancelled, "no failure"} : exchange.error();
    }
    static test::WebSocketScript says(std::string message) {
        return test::answering([message](const std::string&) { return message; });
    }

    std::unique_ptr<Agent> agent;
};

TEST_F(WebSocketAgentTest, a_turn_is_one_message_out_and_one_in) {
    const test::WebSocketServer server(loop.executor(),
                                       says(R"({"message":"Hi.","tools":["lookup"],"ended":true,"metadata":{"v":1}})"));
    const Exchange exchange = ask(server, {{"headers", {{"Authorization", "Bearer sk-123456"}}}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_EQ(exchange->tools.at(0).name, "lookup");
    EXPECT_TRUE(exchange->ended);
    const json::value sent = json::parse(server.messages().at(0));
    EXPECT_EQ(sent.at("conversation"), "c1");
    EXPECT_EQ(sent.at("turn"), 2);
    EXPECT_EQ(sent.at("messages").as_array().size(), 3u);
    EXPECT_EQ(server.handshakes().at(0).find("authorization"), "Bearer sk-123456");
    EXPECT_EQ(server.handshakes().at(0).find("x-conversation-id"), "c1");
}

TEST_F(WebSocketAgentTest, a_conversation_keeps_its_connection) {
    const test::WebSocketServer server(loop.executor(), test::answering([n = 0](const std::string&) mutable {
                                           return "{\"message\":\"" + std::to_string(++n) + "\"}";
                                       }));
    agent = std::move(make({{"websocket", server.url()}}).value());
    auto session = loop.run(agent->open("c1"));
    EXPECT_EQ(turn_in(**session, "a", "c1")->text, "1");
    EXPECT_EQ(turn_in(**session, "b", "c1")->text, "2");
    loop.run((*session)->close());
    EXPECT_EQ(server.handshakes().size(), 1u);
    EXPECT_TRUE(turn(*agent, "c", "c2"));
    EXPECT_EQ(server.handshakes().size(), 2u);
}

TEST_F(WebSocketAgentTest, own_wire_forms_and_messages_without_a_text_are_passed_over) {
    const test::WebSocketServer server(loop.executor(), [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.write(R"({"type":"typing"})");
        co_await peer.write(R"({"type":"answer","answer":{"text":"Hi."}})");
        co_await peer.read();
    });
    const Exchange exchange = ask(server, {{"request", {{"say", "{{last}}"}}}, {"reply", "/answer/text"}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_EQ(server.messages().at(0), R"({"say":"hello"})");
    EXPECT_FALSE(agent->traits().stateless);
}

TEST_F(WebSocketAgentTest, answers_that_are_no_reply_are_the_agents_fault) {
    limits.reply_bytes = 1000;
    for (const char* message : {"", "nonsense", "[]", R"({"type":"typing"})", R"({"message":" "})", "<html>"}) {
        const Failure failed = failure(says(message));
        EXPECT_EQ(failed.kind, FailureKind::invalid_reply) << message << failed.message;
    }
    EXPECT_EQ(failure(says(R"({"message":7})"), {{"reply", "/message"}}).kind, FailureKind::invalid_reply);
}

TEST_F(WebSocketAgentTest, connections_that_break_are_infrastructure) {
    limits.reply_bytes = 1000;
    const auto close = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.close(1011);
    };
    const auto drop = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        peer.drop();
    };
    const auto rubbish = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.raw(std::string("\xC3\x01x", 3));
        co_await peer.read();
    };
    for (const test::WebSocketScript& script :
         {test::WebSocketScript(close), test::WebSocketScript(drop), test::WebSocketScript(rubbish),
          says("{\"message\":\"" + std::string(1000, 'x') + "\"}")}) {
        EXPECT_EQ(failure(script).kind, FailureKind::unreachable);
    }
    EXPECT_THAT(failure(close).message, HasSubstr("closed with code 1011"));
}

TEST_F(WebSocketAgentTest, silence_and_endless_chatter_end_with_the_turns_time) {
    limits.turn_timeout_ms = 60;
    const auto silent = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.read();
    };
    EXPECT_EQ(failure(silent).kind, FailureKind::timeout);
    const auto chatter = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        for (int i = 0; i < 100; ++i) {
            co_await peer.write(R"({"type":"typing"})");
            co_await peer.pause(std::chrono::milliseconds(5));
        }
    };
    EXPECT_EQ(failure(chatter, {{"reply", "/text"}}).kind, FailureKind::timeout);
}

TEST_F(WebSocketAgentTest, a_server_that_declines_says_why) {
    const test::TestServer server(loop.executor(), test::answer(401, "no"));
    agent = std::move(make({{"websocket", "ws" + server.url("/chat").substr(4)}}).value());
    const Exchange exchange = turn(*agent, "hello");
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_THAT(exchange.error().message, HasSubstr("status 401"));
    EXPECT_THAT(exchange.error().message, HasSubstr("key and headers"));
}

TEST_F(WebSocketAgentTest, a_dropped_connection_is_opened_again_for_a_stateless_agent_only) {
    limits.retries = 1;
    const auto once_each = [](WebSocketPeer& peer) -> asio::awaitable<void> {
        co_await peer.read();
        co_await peer.write(R"({"message":"Hi."})");
    };
    const test::WebSocketServer server(loop.executor(), once_each);
    const auto twice = [&](json::object args) {
        args["websocket"] = server.url();
        agent = std::move(make(std::move(args)).value());
        auto session = loop.run(agent->open("c1"));
        EXPECT_TRUE(turn_in(**session, "a", "c1"));
        return turn_in(**session, "b", "c1");
    };
    const Exchange again = twice({});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->retries, 1);
    const Exchange lost = twice({{"request", {{"say", "{{last}}"}}}});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, FailureKind::unreachable);
}

TEST_F(WebSocketAgentTest, cancel_ends_turns) {
    const test::WebSocketServer server(loop.executor(), says("{}"));
    agent = std::move(make({{"websocket", server.url()}}).value());
    agent->cancel();
    EXPECT_EQ(turn(*agent, "hello").error().kind, FailureKind::cancelled);
}

TEST_F(WebSocketAgentTest, secrets_are_in_no_message) {
    const Failure failed = failure(test::answering([](const std::string&) { return "you sent sk-123456"; }),
                                   {{"headers", {{"Authorization", "Bearer sk-123456"}}}});
    EXPECT_THAT(failed.message, Not(HasSubstr("sk-123456")));
    const auto wrong = make({{"websocket", "http://127.0.0.1/"}});
    EXPECT_THAT(wrong.error().message, HasSubstr("ws or wss URL"));
}

}  // namespace
}  // namespace sosia::agent
