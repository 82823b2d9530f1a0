#include "report/comparison_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sosia::report {
namespace {

using namespace analysis;

struct Told {
    std::string edge_case;
    Outcome outcome = Outcome::passed;
    std::optional<double> score = 4;
    int repetition = 0;
};

Outcomes side(const std::string& run, const std::vector<Told>& all) {
    OutcomesBuilder builder({.run = run, .pins = {{"seed", "7"}}});
    for (const Told& told : all) {
        RunOutcome one{.repetition = told.repetition,
                       .outcome = told.outcome,
                       .conversation = run + told.edge_case + std::to_string(told.repetition),
                       .score = told.score};
        if (told.outcome == Outcome::failed) {
            one.failed_checks = {"claims"};
        }
        builder.add({"ann", "refund", told.edge_case, "calm", told.repetition}, std::move(one));
    }
    return builder.finish();
}

std::vector<ChangedPair> pairs_of(const Outcomes& before, const Outcomes& after) {
    return changed_pairs(before, after, *compare(before, after, {}));
}

TEST(ChangedPairs, failing_cells_come_first_then_passing_ones_then_scores) {
    const auto pairs = pairs_of(side("a", {{"x"}, {"y", Outcome::failed}, {"z"}, {"same"}}),
                                side("b", {{"x", Outcome::failed}, {"y"}, {"z", Outcome::passed, 2.5}, {"same"}}));
    ASSERT_EQ(pairs.size(), 3U);
    EXPECT_EQ(pairs[0].change, "failing");
    EXPECT_EQ(pairs[0].cell.edge_case, "x");
    EXPECT_EQ(pairs[0].before.conversation, "ax0");
    EXPECT_EQ(pairs[0].after.conversation, "bx0");
    EXPECT_THAT(pairs[0].checks, testing::ElementsAre("claims"));
    EXPECT_EQ(pairs[1].change, "passing");
    EXPECT_THAT(pairs[1].checks, testing::ElementsAre("claims")) << "of the older side, which is the worse one";
    EXPECT_EQ(pairs[2].change, "score");
    EXPECT_EQ(pairs[2].before.score, 4.0);
    EXPECT_EQ(pairs[2].after.score, 2.5);
}

TEST(ChangedPairs, show_conversations_that_show_the_change) {
    const auto pairs = pairs_of(side("a", {{"x", Outcome::failed, 4, 0}, {"x", Outcome::passed, 4, 1}}),
                                side("b", {{"x", Outcome::failed, 4, 0}, {"x", Outcome::failed, 4, 1}}));
    ASSERT_EQ(pairs.size(), 1U);
    EXPECT_EQ(pairs[0].before.conversation, "ax1");
    EXPECT_EQ(pairs[0].after.conversation, "bx0");
    EXPECT_EQ(pairs[0].before.passed, 1U);
    EXPECT_EQ(pairs[0].before.n, 2U);
    EXPECT_EQ(pairs[0].after.passed, 0U);
}

TEST(ChangedPairs, invalid_conversations_are_no_score_and_no_result) {
    const auto pairs = pairs_of(side("a", {{"x"}, {"y"}}), side("b", {{"x", Outcome::invalid, 1}, {"y"}}));
    EXPECT_TRUE(pairs.empty());
}

TEST(ChangedPairs, the_page_has_pairs_instead_of_lists) {
    const Outcomes before = side("a", {{"x"}, {"y"}});
    const Outcomes after = side("b", {{"x", Outcome::failed}, {"y"}});
    const Comparison comparison = *compare(before, after, {});
    const boost::json::object page = comparison_page_json(comparison, changed_pairs(before, after, comparison));
    EXPECT_EQ(page.at("failing").to_number<int>(), 1);
    EXPECT_EQ(page.at("passing").to_number<int>(), 0);
    EXPECT_EQ(page.at("pairs").at(0).at("after").at("conversation").as_string(), "bx0");
    EXPECT_FALSE(page.contains("newly_failing"));
}

}  // namespace
}  // namespace sosia::report
