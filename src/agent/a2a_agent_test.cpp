#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "agent/agent_fixture.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
namespace test = net::test;
using testing::HasSubstr;
using testing::Not;

std::string result(const std::string& text) {
    return R"({"jsonrpc":"2.0","id":"x","result":)" + text + "}";
}

std::string task(const std::string& state, const std::string& says, const std::string& artifacts = "[]") {
    const std::string status =
        says.empty() ? "" : R"(,"message":{"messageId":"m","role":"ROLE_AGENT","parts":[{"text":")" + says + R"("}]})";
    return R"({"id":"t-1","contextId":"c-1","status":{"state":")" + state + "\"" + status + R"(},"artifacts":)" +
           artifacts + "}";
}

std::string artifact(const std::string& id, const std::string& text) {
    return R"({"artifactId":")" + id + R"(","parts":[{"text":")" + text + R"("},{"data":{"x":1}}]})";
}

std::string events(const std::vector<std::string>& results) {
    std::string out;
    for (const std::string& one : results) {
        out += "data: " + result(one) + "\n\n";
    }
    return out;
}

class A2aAgentTest : public AgentFixture {
  protected:
    // Serves a card, and the answers one after another.
    test::Script server(std::vector<test::Script> answers, bool old = false) {
        auto count = std::make_shared<std::size_t>(0);
        return [this, answers = std::move(answers), old, count](
                   test::Peer& peer, const test::ReceivedRequest& request) -> asio::awaitable<void> {
            if (request.method == "GET") {
                const test::Script card = test::answer_json(card_override.empty() ? card_of(old) : card_override);
                co_await card(peer, request);
                co_return;
            }
            const test::Script& script = answers[std::min(*count, answers.size() - 1)];
            ++*count;
            co_await script(peer, request);
        };
    }
    std::string card_of(bool old) const {
        return old ? fmt::format(R"({{"name":"a","url":"http://localhost:{0}/rpc","protocolVersion":"0.3.0",
                                      "preferredTransport":"JSONRPC","capabilities":{{"streaming":true}}}})",
                                 port)
                   : fmt::format(R"({{"name":"a","capabilities":{{"streaming":true}},"supportedInterfaces":[
                          {{"url":"http://localhost:{0}/grpc","protocolBinding":"GRPC","protocolVersion":"1.0"}},
                          {{"url":"http://localhost:{0}/old","protocolBinding":"JSONRPC","protocolVersion":"0.3"}},
                          {{"url":"http://localhost:{0}/rpc","protocolBinding":"JSONRPC","protocolVersion":"1.0","tenant":"acme"}}]}})",
                                 port);
    }
    // Starts the agent and sends so many turns.
    Exchange ask(test::TestServer& server, json::object more = {}, int turns = 1) {
        port = server.port();
        json::object args = std::move(more);
        args.emplace("a2a", server.url("/"));
        spec = {.type = "a2a", .args = std::move(args)};
        agent = std::move(make_a2a_agent(setup()).value());
        started = loop.run(agent->start());
        if (!started) {
            return std::unexpected(Failure{FailureKind::cancelled, started.error().message});
        }
        auto session = loop.run(agent->open("c1"));
        Exchange exchange;
        for (int i = 0; i < turns; ++i) {
            exchange = turn_in(**session, "hello", "c1");
        }
        bodies.clear();
        for (const auto& request : server.requests()) {
            bodies.push_back(request.body.empty() ? json::value() : json::parse(request.body));
        }
        return exchange;
    }
    Exchange ask(std::vector<test::Script> answers, json::object more = {}, int turns = 1, bool old = false) {
        test::TestServer peer(loop.executor(), server(std::move(answers), old));
        Exchange exchange = ask(peer, std::move(more), turns);
        requests = peer.requests();
        return exchange;
    }
    Exchange says(const std::string& text, bool old = false) {
        return ask({test::answer_json(result(text))}, {}, 1, old);
    }
    Exchange streams(const std::vector<std::string>& results, bool old = false) {
        return ask({test::answer(200, events(results), "text/event-stream")}, {{"stream", true}}, 1, old);
    }

    std::uint16_t port = 0;
    std::string card_override;
    std::unique_ptr<Agent> agent;
    Result<void> started;
    std::vector<json::value> bodies;
    std::vector<test::ReceivedRequest> requests;
};

TEST_F(A2aAgentTest, a_message_is_answered_by_a_message) {
    const Exchange exchange = says(
        R"({"message":{"messageId":"m","contextId":"c-1","role":"ROLE_AGENT","parts":[{"text":"Hi."},{"data":{"x":1}}],
            "metadata":{"tools":[{"name":"lookup","arguments":{"id":7}}]}}})");
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Hi.");
    EXPECT_EQ(exchange->tools.at(0).name, "lookup");
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0].target, "/.well-known/agent-card.json");
    EXPECT_EQ(requests[1].target, "/rpc");
    EXPECT_EQ(requests[1].headers.find("a2a-version"), "1.0");
    const json::value& body = bodies[1];
    EXPECT_EQ(body.at("method"), "SendMessage");
    EXPECT_EQ(body.at("params").at("tenant"), "acme");
    const json::value& message = body.at("params").at("message");
    EXPECT_EQ(message.at("role"), "ROLE_USER");
    EXPECT_EQ(message.at("messageId"), "c1-2");
    EXPECT_EQ(message.at("parts").at(0).at("text"), "hello");
    EXPECT_EQ(message.at("metadata").at("context").at("customer").at("age"), 42);
    EXPECT_FALSE(message.as_object().contains("taskId"));
    EXPECT_FALSE(agent->traits().stateless);
}

TEST_F(A2aAgentTest, a_task_that_needs_input_goes_on_with_its_id_and_context) {
    const Exchange exchange =
        ask({test::answer_json(result("{\"task\":" + task("TASK_STATE_INPUT_REQUIRED", "Which order?") + "}")),
             test::answer_json(result("{\"task\":" + task("TASK_STATE_COMPLETED", "Done.") + "}"))},
            {}, 3);
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    EXPECT_EQ(exchange->metadata.at("state"), "completed");
    const json::value& second = bodies[2].at("params").at("message");
    EXPECT_EQ(second.at("taskId"), "t-1");
    EXPECT_EQ(second.at("contextId"), "c-1");
    const json::value& third = bodies[3].at("params").at("message");
    EXPECT_FALSE(third.as_object().contains("taskId"));
    EXPECT_EQ(third.at("contextId"), "c-1");
}

TEST_F(A2aAgentTest, artifacts_are_told_once) {
    const std::string first = "[" + artifact("a", "Report one.") + "]";
    const std::string both = "[" + artifact("a", "Report one.") + "," + artifact("b", "Report two.") + "]";
    const auto answer = [](const std::string& artifacts) {
        return test::answer_json(result("{\"task\":" + task("TASK_STATE_COMPLETED", "Bye.", artifacts) + "}"));
    };
    EXPECT_EQ(ask({answer(first)})->text, "Report one.\n\nBye.");
    EXPECT_EQ(ask({answer(first), answer(both)}, {}, 2)->text, "Report two.\n\nBye.");
}

TEST_F(A2aAgentTest, states_that_end_a_task) {
    const auto state = [this](const std::string& name, const std::string& text) {
        return says("{\"task\":" + task(name, text) + "}");
    };
    EXPECT_EQ(state("TASK_STATE_REJECTED", "I may not do that.")->text, "I may not do that.");
    EXPECT_EQ(state("TASK_STATE_AUTH_REQUIRED", "Please log in.")->text, "Please log in.");
    for (const auto& [name, text] :
         {std::pair("TASK_STATE_FAILED", "boom"), std::pair("TASK_STATE_REJECTED", ""),
          std::pair("TASK_STATE_COMPLETED", ""), std::pair("TASK_STATE_INPUT_REQUIRED", "")}) {
        const Exchange exchange = state(name, text);
        ASSERT_FALSE(exchange) << name;
        EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply);
    }
    EXPECT_THAT(state("TASK_STATE_FAILED", "boom").error().message, HasSubstr("the task failed: \"boom\""));
}

TEST_F(A2aAgentTest, a_task_that_is_still_at_work_is_asked_for_until_it_is_done) {
    const Exchange exchange = ask({test::answer_json(result("{\"task\":" + task("TASK_STATE_SUBMITTED", "") + "}")),
                                   test::answer_json(result(task("TASK_STATE_WORKING", "Hold on."))),
                                   test::answer_json(result(task("TASK_STATE_COMPLETED", "Done.")))});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    EXPECT_EQ(bodies[2].at("method"), "GetTask");
    EXPECT_EQ(bodies[2].at("params").at("id"), "t-1");
}

TEST_F(A2aAgentTest, a_task_that_never_ends_takes_the_turns_time) {
    limits.turn_timeout_ms = 250;
    const Exchange exchange = ask({test::answer_json(result("{\"task\":" + task("TASK_STATE_WORKING", "") + "}")),
                                   test::answer_json(result(task("TASK_STATE_WORKING", "")))});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::timeout);
}

TEST_F(A2aAgentTest, streamed_updates_are_put_together) {
    const Exchange exchange = streams(
        {"{\"task\":" + task("TASK_STATE_SUBMITTED", "") + "}",
         R"({"statusUpdate":{"taskId":"t-1","contextId":"c-1","status":{"state":"TASK_STATE_WORKING","message":{"parts":[{"text":"Hm."}]}}}})",
         "{\"artifactUpdate\":{\"taskId\":\"t-1\",\"contextId\":\"c-1\",\"artifact\":" + artifact("a", "Re") + "}}",
         "{\"artifactUpdate\":{\"taskId\":\"t-1\",\"append\":true,\"artifact\":" + artifact("a", "port.") + "}}",
         R"({"statusUpdate":{"taskId":"t-1","contextId":"c-1","status":{"state":"TASK_STATE_COMPLETED"}}})"});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Report.");
    EXPECT_EQ(bodies[1].at("method"), "SendStreamingMessage");
}

TEST_F(A2aAgentTest, a_stream_that_begins_with_the_task_as_it_was_is_read_on) {
    const Exchange exchange = streams(
        {"{\"task\":" + task("TASK_STATE_INPUT_REQUIRED", "Which order?") + "}",
         R"({"statusUpdate":{"taskId":"t-1","contextId":"c-1","status":{"state":"TASK_STATE_WORKING"}}})",
         R"({"statusUpdate":{"taskId":"t-1","contextId":"c-1","status":{"state":"TASK_STATE_COMPLETED","message":{"parts":[{"text":"Done."}]}}}})"});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
}

TEST_F(A2aAgentTest, a_stream_that_stops_early_is_asked_after) {
    const Exchange exchange =
        ask({test::answer(200, events({"{\"task\":" + task("TASK_STATE_WORKING", "") + "}"}), "text/event-stream"),
             test::answer_json(result(task("TASK_STATE_COMPLETED", "Done.")))},
            {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    const Exchange nothing = ask({test::answer(200, ": ping\n\n", "text/event-stream")}, {{"stream", true}});
    EXPECT_THAT(nothing.error().message, HasSubstr("ended before it said anything"));
}

TEST_F(A2aAgentTest, a_server_that_answers_a_stream_in_one_piece_is_understood) {
    const Exchange exchange = ask(
        {test::answer_json(result("{\"task\":" + task("TASK_STATE_COMPLETED", "Done.") + "}"))}, {{"stream", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
}

TEST_F(A2aAgentTest, revision_0_3_is_spoken_to_those_who_know_no_other) {
    const std::string old_task =
        R"({"kind":"task","id":"t-1","contextId":"c-1","status":{"state":"input-required","message":
            {"kind":"message","messageId":"m","role":"agent","parts":[{"kind":"text","text":"Which order?"}]}}})";
    const Exchange exchange = says(old_task, true);
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Which order?");
    EXPECT_EQ(requests[1].headers.find("a2a-version"), "0.3");
    const json::value& body = bodies[1];
    EXPECT_EQ(body.at("method"), "message/send");
    EXPECT_EQ(body.at("params").at("configuration").at("blocking"), true);
    EXPECT_EQ(body.at("params").at("message").at("kind"), "message");
    EXPECT_EQ(body.at("params").at("message").at("role"), "user");
    EXPECT_EQ(body.at("params").at("message").at("parts").at(0).at("kind"), "text");
    const Exchange streamed = streams(
        {R"({"kind":"task","id":"t-1","contextId":"c-1","status":{"state":"working"}})",
         R"({"kind":"artifact-update","taskId":"t-1","artifact":{"artifactId":"a","parts":[{"kind":"text","text":"Done."}]}})",
         R"({"kind":"status-update","taskId":"t-1","status":{"state":"completed"},"final":true})"},
        true);
    ASSERT_TRUE(streamed) << streamed.error().message;
    EXPECT_EQ(streamed->text, "Done.");
    EXPECT_EQ(bodies[1].at("method"), "message/stream");
}

TEST_F(A2aAgentTest, answers_that_are_none_are_the_agents_fault) {
    for (const std::string& body : {std::string(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"boom"}})"),
                                    result("{}"), result("[]"), result(R"({"message":{"parts":[]}})"),
                                    std::string("nonsense"), std::string("[]"), std::string("{}")}) {
        const Exchange exchange = ask({test::answer_json(body)});
        ASSERT_FALSE(exchange) << body;
        EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply) << body << exchange.error().message;
    }
    EXPECT_THAT(ask({test::answer_json(R"({"error":{"code":-32603,"message":"boom"}})")}).error().message,
                HasSubstr("JSON-RPC error -32603: \"boom\""));
}

TEST_F(A2aAgentTest, servers_that_break_are_infrastructure) {
    EXPECT_EQ(ask({test::answer(500, "no")}).error().kind, FailureKind::unreachable);
    EXPECT_EQ(ask({test::close_at_once()}).error().kind, FailureKind::unreachable);
}

TEST_F(A2aAgentTest, cards_that_are_none_stop_the_start) {
    for (const auto& [card, why] : {std::pair("nonsense", "not JSON"), std::pair("[]", "no object"),
                                    std::pair(R"({"supportedInterfaces":[]})", "no JSONRPC interface"),
                                    std::pair(R"({"url":"http://h/","preferredTransport":"GRPC"})", "only \"GRPC\""),
                                    std::pair(R"({"url":"file:///etc/passwd"})", "no http or https URL"),
                                    std::pair(R"({"url":"http://elsewhere.example/rpc"})", "which is another host")}) {
        card_override = card;
        EXPECT_FALSE(ask({test::answer_json("{}")})) << card;
        EXPECT_THAT(started.error().message, HasSubstr(why));
    }
}

TEST_F(A2aAgentTest, an_address_in_the_suite_beats_the_cards) {
    card_override = R"({"url":"http://elsewhere.example/rpc","protocolVersion":"0.3.0"})";
    test::TestServer peer(
        loop.executor(),
        server({test::answer_json(result(R"({"kind":"message","parts":[{"kind":"text","text":"Hi."}]})"))}));
    const Exchange exchange = ask(peer, {{"a2a", {{"base_url", peer.url("/")}, {"url", peer.url("/here")}}}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(peer.requests().at(1).target, "/here");
}

TEST_F(A2aAgentTest, the_key_is_sent_and_never_told) {
    const Exchange exchange = ask({test::answer_json("you sent sk-123456")}, {{"key", "sk-123456"}});
    ASSERT_FALSE(exchange);
    EXPECT_THAT(exchange.error().message, Not(HasSubstr("sk-123456")));
    EXPECT_EQ(requests[1].headers.find("authorization"), "Bearer sk-123456");
}

}  // namespace
}  // namespace sosia::agent
