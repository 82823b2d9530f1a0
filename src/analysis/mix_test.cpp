#include "analysis/mix.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace sosia::analysis {
namespace {

Conversation said(std::vector<std::string> turns, bool passed = true) {
    Conversation c;
    c.outcome = passed ? Outcome::passed : Outcome::failed;
    c.checks = {{.name = "loop", .passed = passed}, {.name = "tools.required", .passed = true}};
    c.metrics.score = passed ? 5 : 2;
    for (std::string& text : turns) {
        c.turns.push_back({.role = Role::user, .text = std::move(text)});
        c.turns.push_back({.role = Role::agent, .text = "ok!!! please, ridiculous?"});
    }
    return c;
}

const MixTrait& trait(const Mix& mix, std::string_view name) {
    return *std::ranges::find(mix.traits, name, &MixTrait::name);
}

TEST(Mix, traits_come_from_what_the_user_wrote_alone) {
    const MixItem item = *mix_item(said({"this is unacceptable!", "i want a real person?"}), "refund");
    EXPECT_EQ(item.traits.at("mood"), "angry");
    EXPECT_EQ(item.traits.at("asks for a person"), "yes");
    EXPECT_EQ(item.traits.at("exclaims"), "yes");
    EXPECT_EQ(item.traits.at("says please or thanks"), "no");
    EXPECT_EQ(item.traits.at("user turns"), "2");
    EXPECT_EQ(item.traits.at("words per turn"), "4-8");
    EXPECT_EQ(item.measures.at("words in the first message"), 3);
    Conversation invalid = said({"x"});
    invalid.outcome = Outcome::invalid;
    EXPECT_FALSE(mix_item(invalid, "refund"));
}

std::vector<MixItem> population(Random random, std::size_t n, double angry, bool extra = false) {
    std::vector<MixItem> out;
    for (std::size_t i = 0; i < n; ++i) {
        const std::string intent = extra && i % 10 == 0 ? "new" : "intent " + std::to_string(random.below(6));
        const double fails = 0.1 * static_cast<double>(intent.back() - '0');
        out.push_back(
            *mix_item(said({random.chance(angry) ? "this is useless" : "hello there"}, !random.chance(fails)), intent));
    }
    return out;
}

TEST(Mix, samples_of_one_population_stay_below_the_floor_as_often_as_stated) {
    int above = 0;
    constexpr int rounds = 60;
    for (int i = 0; i < rounds; ++i) {
        const Random random(static_cast<std::uint64_t>(i), "mix");
        const Mix mix =
            compare_mix(population(random.derive(1), 50, 0.3), population(random.derive(2), 70, 0.3), {.shuffles = 99});
        above += trait(mix, "mood").total_variation > trait(mix, "mood").floor_tv ? 1 : 0;
    }
    EXPECT_LE(above, 9);  // 3 expected; 10 or more has a chance below 1 in 500
}

TEST(Mix, another_mix_is_seen_and_what_nobody_simulates_is_named) {
    const Mix mix = compare_mix(population(Random(1, "a"), 200, 0.1), population(Random(2, "b"), 200, 0.4, true));
    const MixTrait& mood = trait(mix, "mood");
    EXPECT_GT(mood.total_variation, mood.floor_tv);
    EXPECT_GT(mood.jensen_shannon, mood.floor_js);
    EXPECT_LT(mood.p_adjusted, 0.05);
    ASSERT_EQ(mix.not_simulated.size(), 1U);
    EXPECT_EQ(mix.not_simulated[0], "intent new: 10.0 % of real conversations, none simulated");
    EXPECT_EQ(mix.traits.front().name, "intent");
}

TEST(Mix, scores_of_segments_correlate_where_both_sides_find_the_same_hard) {
    const Mix mix = compare_mix(population(Random(1, "a"), 600, 0.1), population(Random(2, "b"), 600, 0.1));
    ASSERT_EQ(mix.correlations.size(), 2U);
    const MixCorrelation& rate = mix.correlations[0];
    EXPECT_EQ(rate.segments.size(), 6U);
    ASSERT_TRUE(rate.pearson);
    EXPECT_GT(*rate.pearson, 0.8);
    EXPECT_GT(*rate.spearman, 0.6);
    EXPECT_LT(rate.pearson_interval.low, *rate.pearson);
    EXPECT_GE(rate.pearson_bootstrap.high, *rate.pearson - 0.2);
    EXPECT_EQ(mix.common_checks, (std::vector<std::string>{"loop", "tools.required"}));
}

TEST(Mix, an_empty_side_gives_no_numbers) {
    EXPECT_TRUE(compare_mix({}, population(Random(1, "a"), 5, 0)).traits.empty());
}

}  // namespace
}  // namespace sosia::analysis
