#include "llm/make_model.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <numeric>

#include "llm/choice.h"
#include "llm/embeddings.h"
#include "llm/model_fixture.h"

namespace sosia::llm {
namespace {

using testing::HasSubstr;
using testing::Not;

class embeddings : public ModelFixture {
  protected:
    EmbeddingResult embed(const std::string& name, std::vector<std::string> texts) {
        const auto made = make_embedding_model({.name = name}, parts());
        EXPECT_TRUE(made) << made.error().message;
        return loop_.run((*made)->embed(std::move(texts)));
    }
};

TEST_F(embeddings, come_one_per_text_from_every_provider_that_has_them) {
    for (const std::string& name : {std::string("openai/text-embedding-3-small"), std::string("azure/embed"),
                                    std::string("gemini/gemini-embedding-001"), server_->url() + "/v1#bge"}) {
        const EmbeddingResult found = embed(name, {"refund my order", "refund the order", "sunny weather"});
        ASSERT_TRUE(found) << name << ": " << found.error().message;
        ASSERT_EQ(found->vectors.size(), 3U);
        const auto likeness = [&](std::size_t a, std::size_t b) {
            return std::inner_product(found->vectors[a].begin(), found->vectors[a].end(), found->vectors[b].begin(),
                                      0.0F);
        };
        EXPECT_NEAR(likeness(0, 0), 1.0F, 1e-5F) << name;
        EXPECT_GT(likeness(0, 1), likeness(0, 2)) << name;
    }
    EXPECT_FALSE(make_embedding_model({.name = "anthropic/claude"}, parts()));
}

class make_model_test : public ModelFixture {
  protected:
    Error refusal(const ModelChoice& choice) {
        const auto made = make_model(choice, parts());
        EXPECT_FALSE(made) << choice.name;
        return made ? Error{} : made.error();
    }
};

TEST_F(make_model_test, says_what_is_wrong_with_a_name) {
    EXPECT_THAT(refusal({.name = "opnai/gpt"}).hint, HasSubstr("openai/gpt"));
    EXPECT_THAT(refusal({.name = "gpt-4o"}).message, HasSubstr("names no provider"));
    EXPECT_THAT(refusal({.name = "openai/"}).message, HasSubstr("no name behind"));
    EXPECT_THAT(refusal({.name = "http://localhost:11434/v1"}).hint, HasSubstr("#qwen3"));
    EXPECT_THAT(refusal({.name = "openai/x", .base_url = "ftp://x"}).message, HasSubstr("no plain http"));
    EXPECT_THAT(refusal({.name = "openai/x", .base_url = "https://me:secret@x"}).message, Not(HasSubstr("secret")));
}

TEST_F(make_model_test, names_the_variable_that_is_missing) {
    environment_.erase("ANTHROPIC_API_KEY");
    EXPECT_THAT(refusal({.name = "anthropic/claude"}).message, HasSubstr("ANTHROPIC_API_KEY"));
    EXPECT_THAT(refusal({.name = "openai/gpt", .key_env = "MY_KEY"}).message, HasSubstr("MY_KEY"));
    EXPECT_THAT(refusal({.name = "openai/gpt", .key_file = "/nowhere/key"}).message, HasSubstr("/nowhere/key"));
    environment_.erase("AZURE_OPENAI_ENDPOINT");
    EXPECT_THAT(refusal({.name = "azure/gpt"}).hint, HasSubstr("AZURE_OPENAI_ENDPOINT"));
}

TEST_F(make_model_test, sends_no_providers_key_to_another_server) {
    restart({.key = test_key});
    const ChatResult answer = ask(server_->url() + "/v1#qwen3", asking("Hello."));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, FailureKind::authentication);
}

Result<ModelChoice> choice(std::string_view settings) {
    return choice_of("openai/gpt", boost::json::parse({settings.data(), settings.size()}).as_object());
}

TEST(choice_of, takes_its_own_settings_and_hands_the_rest_to_the_provider) {
    const auto made =
        choice(R"({"temperature":0.5,"seed":7,"timeout":2.5,"concurrency":3,"retries":0,"key_env":"MY_KEY",)"
               R"("requests_per_minute":60,"reasoning_effort":"low","max_tokens":5})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->defaults.temperature, 0.5);
    EXPECT_EQ(made->defaults.seed, 7U);
    EXPECT_EQ(made->timeout, std::chrono::milliseconds(2500));
    EXPECT_EQ(made->max_concurrency, 3);
    EXPECT_EQ(made->retries, 0);
    EXPECT_EQ(made->key_env, "MY_KEY");
    EXPECT_EQ(made->requests_per_minute, 60);
    EXPECT_EQ(made->parameters.size(), 2U);
    EXPECT_TRUE(made->parameters.contains("reasoning_effort"));
}

TEST(choice_of, names_the_setting_that_cannot_be) {
    for (const char* settings : {R"({"temperature":"hot"})", R"({"timeout":0})", R"({"retries":1.5})", R"({"seed":-1})",
                                 R"({"base_url":1})", R"({"concurrency":1e300})"}) {
        const auto made = choice(settings);
        ASSERT_FALSE(made) << settings;
        EXPECT_THAT(std::string(settings), HasSubstr(made.error().message.substr(12, 4)));
    }
}

}  // namespace
}  // namespace sosia::llm
