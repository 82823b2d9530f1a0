// What tests of models share: the mock provider on the test's own loop, a clock that only waits move.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "llm/answer_cache.h"
#include "llm/make_model.h"
#include "llm/mock/mock_server.h"
#include "llm/prices.h"
#include "llm/traffic.h"
#include "net/http_client.h"
#include "net/test_loop.h"

namespace sosia::llm {

inline constexpr const char* test_key = "sk-test-5f1c2b7e9a0d4c33";

class MemoryCache final : public AnswerCache {
  public:
    std::optional<std::string> find(const Question& q) override {
        const auto at = kept.find(name(q));
        return at == kept.end() ? std::nullopt : std::optional(at->second);
    }
    void keep(const Question& q, const std::string& answer) override { kept[name(q)] = answer; }
    static std::string name(const Question& q) {
        return q.provider + " " + q.model + " " + q.hash + " " + std::to_string(q.repetition);
    }
    std::map<std::string, std::string> kept;
};

class ModelFixture : public testing::Test {
  protected:
    ModelFixture() { restart({}); }
    ~ModelFixture() override { server_->stop(); }

    void restart(mock::MockOptions options) {
        if (server_) {
            server_->stop();
        }
        server_ = std::make_unique<mock::MockServer>(loop_.executor(), system_clock_, std::move(options));
        ASSERT_TRUE(server_->start());
        loop_.poll();  // it is accepting before it may be stopped
        environment_ = {{"OPENAI_BASE_URL", server_->url() + "/v1"}, {"OPENAI_API_KEY", test_key},
                        {"ANTHROPIC_BASE_URL", server_->url()},      {"ANTHROPIC_API_KEY", test_key},
                        {"GEMINI_BASE_URL", server_->url()},         {"GEMINI_API_KEY", test_key},
                        {"AZURE_OPENAI_ENDPOINT", server_->url()},   {"AZURE_OPENAI_API_KEY", test_key}};
    }

    ModelParts parts() {
        return {.http = client_,
                .clock = clock_,
                .environment = [this](std::string_view name) -> std::optional<std::string> {
                    const auto at = environment_.find(std::string(name));
                    return at == environment_.end() ? std::nullopt : std::optional(at->second);
                },
                .prices = &PriceTable::built_in(),
                .wait = [this](std::chrono::microseconds time) { return wait(time); }};
    }

    // Nobody waits in a test: the clock moves instead.
    boost::asio::awaitable<bool> wait(std::chrono::microseconds time) {
        waits_.push_back(time);
        clock_.advance(time);
        co_return true;
    }

    std::shared_ptr<ChatModel> model(ModelChoice choice) {
        auto made = make_model(choice, parts());
        EXPECT_TRUE(made) << made.error().message;
        return made ? *made : nullptr;
    }
    std::shared_ptr<ChatModel> model(const std::string& name) { return model(ModelChoice{.name = name}); }

    static ChatRequest asking(std::string text, bool stream = false) {
        return {.messages = {{Role::system, "You are short.", {}, {}}, {Role::user, std::move(text), {}, {}}},
                .stream = stream};
    }

    ChatResult ask(ChatModel& model, ChatRequest request) { return loop_.run(model.complete(std::move(request))); }
    ChatResult ask(const std::string& name, ChatRequest request) { return ask(*model(name), std::move(request)); }

    net::test::Loop loop_;
    SystemClock system_clock_;
    ManualClock clock_;
    std::vector<std::chrono::microseconds> waits_;
    std::map<std::string, std::string> environment_;
    net::HttpClient client_{loop_.executor()};
    std::unique_ptr<mock::MockServer> server_;
};

}  // namespace sosia::llm
