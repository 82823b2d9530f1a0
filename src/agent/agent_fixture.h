// What the tests of agents share: a loop, a client, and a turn that is sent.
#pragma once
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/make_agent.h"
#include "net/test_loop.h"
#include "net/test_server.h"

namespace sosia::agent {

class AgentFixture : public testing::Test {
  protected:
    AgentFixture() { limits.retries = 0; }

    agent::Setup setup() {
        return {.spec = &spec, .limits = &limits, .executor = loop.executor(), .http = &http, .clock = &clock};
    }
    // The third message of a conversation, sent as turn 2 of conversation "c1".
    Exchange turn(Agent& agent, std::string text, const std::string& conversation = "c1") {
        auto session = loop.run(agent.open(conversation));
        return turn_in(**session, std::move(text), conversation);
    }
    Exchange turn_in(Session& session, std::string text, const std::string& conversation) {
        messages = {{Role::user, "hi"}, {Role::agent, "How can I help?"}, {Role::user, std::move(text)}};
        const Request request{.conversation = conversation,
                              .turn = 2,
                              .messages = messages,
                              .context = &context,
                              .traceparent = "00-aa-bb-01",
                              .tools = tools};
        return loop.run(session.send(request));
    }

    net::test::Loop loop;
    net::HttpClient http{loop.executor()};
    SystemClock clock;
    Limits limits;
    AgentSpec spec;
    std::vector<Message> messages;
    ToolHost* tools = nullptr;
    boost::json::object context =
        boost::json::parse(R"({"customer":{"name":"Ada \"A\"","age":42,"fee":42.5,"tags":["x","y"]}})").as_object();
};

}  // namespace sosia::agent
