#include "agent/model_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/agent_fixture.h"
#include "agent/fake_tools.h"
#include "llm/scripted_model.h"
#include "net/interrupt.h"

namespace sosia::agent {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

llm::ChatAnswer asks(std::vector<llm::ToolCall> calls, std::string text = "") {
    llm::ChatAnswer answer = llm::text_answer(std::move(text));
    answer.calls = std::move(calls);
    answer.finish = llm::Finish::tool_calls;
    return answer;
}

llm::ChatAnswer costs(llm::ChatAnswer answer, double usd) {
    answer.cost_usd = usd;
    answer.model = "m-2026";
    answer.usage = {.input = 100, .cached_input = 40, .output = 7};
    return answer;
}

// Answers only when it is cancelled.
class SilentModel final : public llm::ChatModel {
  public:
    explicit SilentModel(boost::asio::any_io_executor executor) : interrupt_(std::move(executor)) {}
    const llm::Traits& traits() const override { return traits_; }
    boost::asio::awaitable<llm::ChatResult> complete(llm::ChatRequest) override {
        const bool waited = co_await interrupt_.sleep(std::chrono::hours(1));
        co_return std::unexpected(
            llm::Failure{.kind = waited ? llm::FailureKind::malformed : llm::FailureKind::cancelled});
    }

  private:
    net::Interrupt interrupt_;
    llm::Traits traits_;
};

class ModelAgentTest : public AgentFixture {
  protected:
    ModelAgentTest() { tools = &host; }

    Result<std::unique_ptr<Agent>> make(std::string type, json::object args) {
        spec = {.type = std::move(type), .args = std::move(args)};
        return make_model_agent(
            setup(), [this](const WantedModel& model, const agent::Setup&) -> Result<std::shared_ptr<llm::ChatModel>> {
                wanted = model;
                return chat;
            });
    }
    void script(llm::ScriptedModel::Script answers) {
        scripted = std::make_shared<llm::ScriptedModel>(std::move(answers));
        chat = scripted;
    }
    Exchange ask(json::object more = {}) {
        json::object args = std::move(more);
        args.emplace("prompt", "You are a refund desk.");
        args.emplace("model", "scripted/model");
        auto agent = make("prompt", std::move(args));
        EXPECT_TRUE(agent) << agent.error().message;
        return turn(**agent, "refund A-1");
    }
    Failure failure(llm::Failure of) {
        script([of](const llm::ChatRequest&) -> llm::ChatResult { return std::unexpected(of); });
        const Exchange exchange = ask();
        EXPECT_FALSE(exchange);
        return exchange ? Failure{} : exchange.error();
    }

    FakeTools host;
    std::shared_ptr<llm::ScriptedModel> scripted;
    std::shared_ptr<llm::ChatModel> chat;
    WantedModel wanted;
};

TEST_F(ModelAgentTest, the_prompt_the_history_and_the_worlds_tools_reach_the_model) {
    script([](const llm::ChatRequest&) { return llm::text_answer("Done."); });
    const Exchange exchange = ask({{"temperature", 0.25}, {"max_tokens", 77}, {"send_context", true}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "Done.");
    const llm::ChatRequest& asked = scripted->asked().at(0);
    ASSERT_EQ(asked.messages.size(), 4u);
    EXPECT_EQ(asked.messages[0].role, llm::Role::system);
    EXPECT_THAT(asked.messages[0].text, HasSubstr("You are a refund desk.\n\nContext of this conversation:\n{\"cust"));
    EXPECT_EQ(asked.messages[1].role, llm::Role::user);
    EXPECT_EQ(asked.messages[2].role, llm::Role::assistant);
    EXPECT_EQ(asked.messages[3].text, "refund A-1");
    EXPECT_EQ(asked.sampling.temperature, 0.25);
    EXPECT_EQ(asked.sampling.max_tokens, 77);
    ASSERT_EQ(asked.tools.size(), 2u);
    EXPECT_EQ(asked.tools[1].name, "refund");
    EXPECT_EQ(asked.tools[1].description, "Pays money back.");
    EXPECT_TRUE(asked.tools[1].parameters.contains("properties"));
}

TEST_F(ModelAgentTest, calls_are_served_until_there_is_a_text_and_the_costs_add_up) {
    script([](const llm::ChatRequest& request) {
        const auto n = static_cast<int>(request.messages.size());
        return n == 4
                   ? costs(asks({{"c1", "get_order", {{"order_id", "A-1"}}}, {"c2", "refund", {}}}, "Let me see."), 0.5)
                   : costs(llm::text_answer("Done."), 0.25);
    });
    const Exchange exchange = ask();
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_THAT(host.calls, ElementsAre(std::pair("get_order", R"({"order_id":"A-1"})"), std::pair("refund", "{}")));
    const auto& sent = scripted->asked().at(1).messages;
    ASSERT_EQ(sent.size(), 7u);
    EXPECT_EQ(sent[4].text, "Let me see.");
    EXPECT_EQ(sent[4].calls.size(), 2u);
    EXPECT_EQ(sent[5].call_id, "c1");
    EXPECT_EQ(sent[6].text, "refund got {}");
    EXPECT_EQ(exchange->metadata.at("cost_usd"), 0.75);
    EXPECT_EQ(exchange->metadata.at("model"), "m-2026");
    EXPECT_EQ(exchange->metadata.at("usage").at("input"), 200);
    EXPECT_EQ(exchange->metadata.at("usage").at("cached_input"), 80);
    EXPECT_EQ(exchange->metadata.at("tool_steps"), 1);
}

TEST_F(ModelAgentTest, a_model_that_only_asks_for_tools_fails) {
    script([](const llm::ChatRequest&) { return asks({{"", "get_order", {}}}); });
    const Exchange exchange = ask({{"tool_steps", 2}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply);
    EXPECT_THAT(exchange.error().message, HasSubstr("asked for tools 3 times in one turn"));
    EXPECT_EQ(host.calls.size(), 2u);
    EXPECT_THAT(scripted->asked().back().messages.back().call_id, Not(""));
}

TEST_F(ModelAgentTest, an_unknown_tool_is_answered_by_the_world) {
    script([](const llm::ChatRequest& request) {
        return request.messages.size() == 4 ? asks({{"c1", "nonsense", {}}}) : llm::text_answer("Sorry.");
    });
    ASSERT_TRUE(ask());
    EXPECT_EQ(host.calls.at(0).first, "nonsense");
}

TEST_F(ModelAgentTest, an_empty_answer_and_calls_without_a_world_are_the_agents_fault) {
    script([](const llm::ChatRequest&) { return llm::text_answer(" \n"); });
    EXPECT_THAT(ask().error().message, HasSubstr("gave an empty answer"));
    tools = nullptr;
    script([](const llm::ChatRequest&) { return asks({{"c1", "get_order", {}}}); });
    const Exchange exchange = ask();
    EXPECT_EQ(exchange.error().kind, FailureKind::invalid_reply);
    EXPECT_THAT(exchange.error().message, HasSubstr("asked for tools where there are none"));
}

TEST_F(ModelAgentTest, an_agent_that_opens_gets_a_stage_direction_first) {
    script([](const llm::ChatRequest&) { return llm::text_answer("Welcome."); });
    auto agent = make("prompt", {{"prompt", "Be kind."}, {"model", "m"}});
    auto session = loop.run((*agent)->open("c1"));
    Request request{.conversation = "c1", .turn = 0, .messages = messages, .context = &context};
    ASSERT_TRUE(loop.run((*session)->send(request)));
    const auto first = scripted->asked().at(0).messages;
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[1].role, llm::Role::user);
    messages = {{Role::agent, "Welcome."}, {Role::user, "hi"}};
    request.messages = messages;
    ASSERT_TRUE(loop.run((*session)->send(request)));
    const auto second = scripted->asked().at(1).messages;
    ASSERT_EQ(second.size(), 4u);
    EXPECT_EQ(second[1], first[1]);
}

TEST_F(ModelAgentTest, what_a_providers_failure_means_for_the_conversation) {
    using enum llm::FailureKind;
    for (const llm::FailureKind kind :
         {authentication, quota, rate_limited, overloaded, bad_request, unreachable, not_cached, over_budget}) {
        EXPECT_EQ(failure({.kind = kind}).kind, FailureKind::unreachable) << static_cast<int>(kind);
    }
    for (const llm::FailureKind kind : {context_length, content_filter, malformed}) {
        EXPECT_EQ(failure({.kind = kind}).kind, FailureKind::invalid_reply) << static_cast<int>(kind);
    }
    EXPECT_EQ(failure({.kind = timeout}).kind, FailureKind::timeout);
    EXPECT_EQ(failure({.kind = cancelled}).kind, FailureKind::cancelled);
    EXPECT_TRUE(failure({.kind = overloaded}).may_retry);
    EXPECT_FALSE(failure({.kind = quota}).may_retry);
}

TEST_F(ModelAgentTest, the_key_is_never_in_a_message) {
    script([](const llm::ChatRequest&) -> llm::ChatResult {
        return std::unexpected(
            llm::Failure{.kind = llm::FailureKind::authentication, .message = "bad key sk-verysecret"});
    });
    const Exchange exchange = ask({{"key", "sk-verysecret"}});
    ASSERT_FALSE(exchange);
    EXPECT_THAT(exchange.error().message, HasSubstr("bad key ***"));
    EXPECT_EQ(wanted.key, "sk-verysecret");
}

TEST_F(ModelAgentTest, a_model_that_is_silent_ends_with_the_turns_time) {
    chat = std::make_shared<SilentModel>(loop.executor());
    limits.turn_timeout_ms = 30;
    const Exchange exchange = ask();
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::timeout);
    EXPECT_THAT(exchange.error().message, HasSubstr("within 30 ms"));
}

TEST_F(ModelAgentTest, cancel_ends_turns_in_flight_and_later_ones) {
    chat = std::make_shared<SilentModel>(loop.executor());
    auto agent = make("prompt", {{"prompt", "Be kind."}, {"model", "m"}});
    (*agent)->cancel();
    const Exchange exchange = turn(**agent, "hello");
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::cancelled);
}

TEST_F(ModelAgentTest, providers_are_named_by_the_way_in) {
    script([](const llm::ChatRequest&) { return llm::text_answer("Done."); });
    ASSERT_TRUE(make("anthropic", {{"anthropic", "http://127.0.0.1:1/"}, {"model", "claude"}, {"system", "Be kind."}}));
    EXPECT_EQ(wanted.name, "anthropic/claude");
    EXPECT_EQ(wanted.base_url, "http://127.0.0.1:1/");
    ASSERT_TRUE(make("openai_responses", {{"openai_responses", "http://127.0.0.1:1/v1"}, {"model", "gpt"}}));
    EXPECT_EQ(wanted.name, "openai-responses/gpt");
    ASSERT_TRUE(make("gemini", {{"gemini", {{"model", "flash"}, {"params", {{"topK", 1}}}}}}));
    EXPECT_EQ(wanted.name, "gemini/flash");
    EXPECT_EQ(wanted.base_url, "");
    EXPECT_TRUE(wanted.parameters.contains("topK"));
}

TEST_F(ModelAgentTest, mistakes_name_the_key) {
    EXPECT_THAT(make("prompt", {{"prompt", "Be kind."}}).error().message, HasSubstr("agent.model is missing"));
    EXPECT_THAT(make("prompt", {{"prompt", " "}, {"model", "m"}}).error().message, HasSubstr("agent.prompt is empty"));
    EXPECT_THAT(make("prompt", {{"prompt", "nowhere.md"}, {"model", "m"}}).error().message,
                HasSubstr("cannot read nowhere.md"));
    EXPECT_THAT(make("gemini", {{"gemini", "http://h"}, {"model", "m"}, {"max_tokens", 0}}).error().message,
                HasSubstr("agent.max_tokens"));
    EXPECT_THAT(make("gemini", {{"gemini", "http://h"}, {"model", "m"}, {"params", 7}}).error().message,
                HasSubstr("agent.params"));
}

TEST_F(ModelAgentTest, a_prompt_may_be_a_file_of_the_suite) {
    std::string folder = (std::filesystem::temp_directory_path() / "sosia-prompt-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::ofstream(folder + "/desk.md") << "You are the desk.\nBe short.\n";
    script([](const llm::ChatRequest&) { return llm::text_answer("Done."); });
    spec = {.type = "prompt", .args = {{"prompt", "desk.md"}, {"model", "m"}}};
    agent::Setup with = setup();
    with.directory = folder;
    auto agent = make_model_agent(
        with,
        [this](const WantedModel&, const agent::Setup&) -> Result<std::shared_ptr<llm::ChatModel>> { return chat; });
    ASSERT_TRUE(agent) << agent.error().message;
    ASSERT_TRUE(turn(**agent, "hello"));
    EXPECT_EQ(scripted->asked().at(0).messages[0].text, "You are the desk.\nBe short.\n");
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sosia::agent
