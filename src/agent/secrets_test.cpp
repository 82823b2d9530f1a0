// Whatever an agent does with the keys it was sent, no message of ours repeats them: every way in, every misbehaviour.
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

const std::string key = "sk-Very5ecret-0123456789";

struct Way {
    std::string type;
    Result<std::unique_ptr<Agent>> (*make)(const Setup&);
    std::string path;  // of what `type` is set to
};

class SecretsTest : public AgentFixture, public testing::WithParamInterface<Way> {
  protected:
    // Everything said while the agent starts and answers one turn.
    std::string said(const std::string& address) {
        spec = {.type = GetParam().type,
                .args = {{GetParam().type, address},
                         {"key", key},
                         {"model", "m"},
                         {"stream", stream},
                         {"headers", {{"Authorization", "Bearer " + key}, {"X-Own", key}}}}};
        auto agent = GetParam().make(setup());
        if (!agent) {
            return agent.error().message + agent.error().hint;
        }
        std::string out = (*agent)->traits().description;
        if (const Result<void> started = loop.run((*agent)->start()); !started) {
            return out + started.error().message + started.error().hint;
        }
        const Exchange exchange = turn(**agent, "hello");
        return out + (exchange ? "answered" : exchange.error().message);
    }

    bool stream = false;
};

// Serves what each protocol needs to come as far as its first turn.
test::Script behind_the_door(const test::Script& script) {
    return [script](test::Peer& peer, const test::ReceivedRequest& request) -> asio::awaitable<void> {
        if (request.target.ends_with("agent-card.json")) {
            const std::string host(request.headers.find("host").value_or(""));
            const test::Script card =
                test::answer_json(R"({"url":"http://)" + host + R"(/rpc","capabilities":{"streaming":true}})");
            co_await card(peer, request);
        } else if (request.target.ends_with("/threads")) {
            const test::Script thread = test::answer_json(R"({"thread_id":"t"})");
            co_await thread(peer, request);
        } else {
            co_await script(peer, request);
        }
    };
}

std::vector<test::Script> misbehaviours() {
    const std::string echo = "you sent Bearer " + key;
    return {
        test::answer(401, echo),
        test::answer(500, echo),
        test::answer(302, "", "text/plain", "Location: http://elsewhere/?k=" + key + "\r\n"),
        test::answer_json("\"" + echo + "\""),
        test::answer_json(R"({"error":{"code":1,"message":")" + echo + "\"}}"),
        test::answer_json(R"({")" + key + R"(":{"text":"x"}})"),
        test::answer_json(R"({"__error__":{"error":")" + key + R"(","message":"x"}})"),
        test::answer_json(R"({"result":{"task":{"id":"t","status":{"state":"failed","message":{"parts":[{"text":")" +
                          key + R"("}]}}}}})"),
        test::answer(200, "event: error\ndata: {\"error\":\"" + key + "\"}\n\n", "text/event-stream"),
        test::answer(200, "data: " + echo + "\n\n", "text/event-stream"),
        test::answer(200, echo, "text/html"),
        test::raw(echo)};
}

TEST_P(SecretsTest, keys_are_in_no_message) {
    for (const bool streamed : {false, true}) {
        stream = streamed;
        for (const test::Script& script : misbehaviours()) {
            for (const test::Script& served : {script, behind_the_door(script)}) {
                test::TestServer server(loop.executor(), served);
                const std::string words = said(server.url(GetParam().path));
                EXPECT_THAT(words, Not(HasSubstr(key)));
                EXPECT_THAT(words, Not(HasSubstr("Very5ecret")));
            }
        }
    }
}

TEST_P(SecretsTest, a_key_that_is_cut_off_at_the_end_of_an_excerpt_is_hidden_too) {
    for (std::size_t padding = 150; padding < 200; ++padding) {
        const test::Script script =
            behind_the_door(test::answer(401, std::string(padding, '.') + key + std::string(99, '.')));
        test::TestServer server(loop.executor(), script);
        EXPECT_THAT(said(server.url(GetParam().path)), Not(HasSubstr(key.substr(0, 4)))) << padding;
    }
}

TEST_P(SecretsTest, keys_in_addresses_are_in_no_message) {
    const std::string port = std::to_string(test::unused_port(loop.executor()));
    const std::string scheme = GetParam().type == "websocket" ? "ws" : "http";
    const std::string words = said(scheme + "://user:" + key + "@127.0.0.1:" + port + "/?key=" + key);
    EXPECT_THAT(words, Not(HasSubstr(key)));
}

Result<std::unique_ptr<Agent>> make_websocket_of_http(const Setup& setup) {
    AgentSpec spec = *setup.spec;
    std::string url(spec.args["websocket"].as_string());
    spec.args["websocket"] = url.starts_with("http") ? "ws" + url.substr(4) : url;
    Setup own = setup;
    own.spec = &spec;
    return make_websocket_agent(own);
}

INSTANTIATE_TEST_SUITE_P(all, SecretsTest,
                         testing::Values(Way{"url", make_http_agent, "/chat"}, Way{"openai", make_openai_agent, "/v1"},
                                         Way{"a2a", make_a2a_agent, "/"}, Way{"langgraph", make_langgraph_agent, "/"},
                                         Way{"websocket", make_websocket_of_http, "/chat"}),
                         [](const auto& way) { return way.param.type; });

}  // namespace
}  // namespace sosia::agent
