#include "llm/text_embedder.h"

#include <gmock/gmock.h>

#include "llm/model_fixture.h"

namespace sosia::llm {
namespace {

using testing::HasSubstr;

class text_embedder : public ModelFixture {
  protected:
    std::expected<EmbeddedTexts, Failure> embed(const std::vector<std::string>& texts, const ModelChoice& choice) {
        ModelParts with = parts();
        with.cache = &cache_;
        with.replay_only = replay_;
        const auto made = make_text_embedder(choice, with);
        EXPECT_TRUE(made) << made.error().message;
        return loop_.run((*made)->embed(texts));
    }
    std::expected<EmbeddedTexts, Failure> embed(const std::vector<std::string>& texts) {
        return embed(texts, {.name = "openai/text-embedding-3-small", .retries = 0});
    }

    MemoryCache cache_;
    bool replay_ = false;
};

TEST_F(text_embedder, asks_for_each_text_once_and_says_what_it_cost) {
    const auto found = embed({"refund my order", "sunny weather", "refund my order", "  ", "refund my order "});
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->vectors.size(), 5U);
    EXPECT_EQ(found->asked, 2U);
    EXPECT_EQ(found->kept, 0U);
    EXPECT_EQ(found->vectors[0], found->vectors[2]);
    EXPECT_EQ(found->vectors[0], found->vectors[4]);
    EXPECT_NE(found->vectors[0], found->vectors[1]);
    EXPECT_TRUE(found->vectors[3].empty());  // providers refuse empty texts
    EXPECT_GT(found->usage.input, 0);
    ASSERT_TRUE(found->cost_usd);
    EXPECT_NEAR(*found->cost_usd, 0.02e-6 * static_cast<double>(found->usage.input), 1e-12);
}

TEST_F(text_embedder, what_was_paid_for_once_is_kept_bit_for_bit) {
    const auto first = embed({"refund my order", "sunny weather"});
    ASSERT_TRUE(first);
    server_->stop();  // nobody left to ask
    const auto again = embed({"sunny weather", "refund my order"});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->kept, 2U);
    EXPECT_EQ(again->asked, 0U);
    EXPECT_EQ(again->cost_usd, 0);
    EXPECT_EQ(again->vectors[0], first->vectors[1]);
    EXPECT_EQ(again->vectors[1], first->vectors[0]);
    // shorter vectors of the same model are others
    EXPECT_FALSE(embed({"sunny weather"},
                       {.name = "openai/text-embedding-3-small", .retries = 0, .parameters = {{"dimensions", 8}}}));
}

TEST_F(text_embedder, many_texts_go_in_batches_and_come_back_in_order) {
    std::vector<std::string> texts;
    for (int i = 0; i < 150; ++i) {
        texts.push_back("text number " + std::to_string(i));
    }
    const auto found = embed(texts);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(server_->requests(), 3U);
    const auto one = embed({texts[149]});
    ASSERT_TRUE(one);
    EXPECT_EQ(found->vectors[149], one->vectors[0]);
    EXPECT_EQ(cache_.kept.size(), 150U);
}

TEST_F(text_embedder, a_kept_vector_that_is_none_is_asked_for_anew) {
    ASSERT_TRUE(embed({"sunny weather"}));
    const std::string good = cache_.kept.begin()->second;
    for (const std::string& broken :
         {std::string("xyz"), good + "0", good.substr(1), std::string(), "-" + good.substr(1)}) {
        cache_.kept.begin()->second = broken;
        const auto found = embed({"sunny weather"});
        ASSERT_TRUE(found);
        EXPECT_EQ(found->asked, 1U) << broken.substr(0, 20);
    }
    // of another length than what the model says now
    cache_.kept.begin()->second = good.substr(0, 16);
    EXPECT_FALSE(embed({"sunny weather", "another text"}));
}

TEST_F(text_embedder, replaying_asks_for_nothing_new) {
    ASSERT_TRUE(embed({"sunny weather"}));
    replay_ = true;
    EXPECT_TRUE(embed({"sunny weather"}));
    const auto refused = embed({"sunny weather", "rain"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::not_cached);
}

TEST_F(text_embedder, a_provider_that_fails_or_talks_nonsense_is_a_failure_in_words) {
    for (const char* fault : {"auth", "quota", "rate_limit", "overloaded", "server_error", "garbage", "malformed",
                              "empty", "wrong_shape"}) {
        restart({.faults = {*mock::parse_fault(fault)}});
        const auto refused = embed({"sunny weather"});
        ASSERT_FALSE(refused) << fault;
        EXPECT_FALSE(refused.error().message.empty());
        EXPECT_THAT(refused.error().message, testing::Not(HasSubstr(test_key)));
    }
    EXPECT_TRUE(cache_.kept.empty());
    EXPECT_FALSE(make_text_embedder({.name = "anthropic/claude"}, parts()));
}

}  // namespace
}  // namespace sosia::llm
