#include <gtest/gtest.h>

#include "analysis/test_support.h"
#include "stats/newcombe.h"

namespace sosia::analysis {
namespace {

Conversation met(const std::string& fault, const std::string& tool, Outcome outcome, int repetition) {
    Conversation c = talk({.repetition = repetition, .outcome = outcome});
    c.world = WorldRecord{.world = "shop", .changes = {}};
    Turn turn{.n = 2, .role = Role::agent};
    turn.tools.push_back(
        {.name = tool, .arguments = {}, .result = {}, .served = true, .wrote = false, .error = "", .fault = fault});
    c.turns.push_back(std::move(turn));
    return c;
}

TEST(Faults, the_pass_rate_with_and_without_one_is_told_with_n_and_interval) {
    std::vector<Conversation> all;
    for (int i = 0; i < 4; ++i) {
        all.push_back(met("timeout", "get_order", i == 0 ? Outcome::passed : Outcome::failed, i));
    }
    for (int i = 4; i < 10; ++i) {
        all.push_back(met("", "get_order", Outcome::passed, i));
    }
    const Summary s = summary_of(small_suite(), all);
    ASSERT_EQ(s.faults.size(), 2U);
    const FaultStats& any = s.faults[0];
    EXPECT_EQ(any.kind, "timeout");
    EXPECT_EQ(any.tool, "");
    EXPECT_EQ(any.calls, 4U);
    EXPECT_EQ(any.with.passed, 1U);
    EXPECT_EQ(any.with.n, 4U);
    EXPECT_EQ(any.without.passed, 6U);
    EXPECT_EQ(any.without.n, 6U);
    EXPECT_DOUBLE_EQ(any.difference, -0.75);
    const stats::Interval interval = stats::newcombe(1, 4, 6, 6);
    EXPECT_DOUBLE_EQ(any.difference_low, interval.low);
    EXPECT_DOUBLE_EQ(any.difference_high, interval.high);
    EXPECT_EQ(any.conversations.size(), 4U);
    EXPECT_EQ(any.conversations[0], all[0].id);
    EXPECT_EQ(s.faults[1].tool, "get_order");
}

TEST(Faults, conversations_without_a_world_are_no_comparison_and_invalid_ones_are_counted_apart) {
    Conversation outside = met("", "x", Outcome::failed, 0);
    outside.world.reset();
    const Summary s = summary_of(
        small_suite(), {outside, met("stale", "x", Outcome::invalid, 1), met("stale", "x", Outcome::passed, 2)});
    ASSERT_EQ(s.faults.size(), 2U);
    EXPECT_EQ(s.faults[0].with.n, 1U);
    EXPECT_EQ(s.faults[0].without.n, 0U);
    EXPECT_EQ(s.faults[0].invalid, 1U);
}

TEST(Faults, of_another_user_in_the_same_world_count_too) {
    Conversation c = met("", "x", Outcome::passed, 0);
    c.others.push_back({.persona = "bob",
                        .scenario = "refund",
                        .ended = Ending::user_satisfied,
                        .resolved = true,
                        .turns = met("slow", "x", Outcome::passed, 0).turns});
    EXPECT_EQ(summary_of(small_suite(), {c}).faults.front().kind, "slow");
    EXPECT_TRUE(summary_of(small_suite(), {met("", "x", Outcome::passed, 0)}).faults.empty());
}

}  // namespace
}  // namespace sosia::analysis
