#include "analysis/coverage.h"

#include <gtest/gtest.h>

namespace sosia::analysis {
namespace {

std::vector<Cell> grid() {
    std::vector<Cell> out;
    for (const char* p : {"ann", "bob"}) {
        for (const char* s : {"refund", "return"}) {
            for (const char* a : {"calm", "pushy", "rude"}) {
                out.push_back({p, s, "", a, 0});
            }
        }
    }
    return out;
}

TEST(Coverage, counts_what_was_run_of_what_is_possible) {
    const std::vector<Cell> run{
        {"ann", "refund", "", "calm", 0}, {"ann", "refund", "", "calm", 1}, {"bob", "gone", "", "calm", 0}};
    const Coverage c = coverage_of(grid(), run, 3);
    EXPECT_EQ(c.lines[0].covered, 2U);  // both personas
    EXPECT_EQ(c.lines[1].feasible, 2U);
    EXPECT_EQ(c.lines[1].covered, 1U);
    EXPECT_EQ(c.lines[3].name, "persona x situation");
    EXPECT_EQ(c.lines[3].covered, 1U);
    EXPECT_EQ(c.lines[6].feasible, 12U);
    EXPECT_EQ(c.lines[6].covered, 1U);
    ASSERT_EQ(c.worth_most.size(), 3U);
    EXPECT_EQ(c.worth_most[0].gain, 3U);
    EXPECT_GE(c.worth_most[0].gain, c.worth_most[2].gain);
}

TEST(Coverage, suggestions_complete_the_pairs_and_then_stop) {
    std::vector<Cell> run;
    const Coverage c = coverage_of(grid(), run, 100);
    EXPECT_LT(c.worth_most.size(), 12U);
    for (const WorthRunning& w : c.worth_most) {
        run.push_back(w.cell);
    }
    const Coverage full = coverage_of(grid(), run, 100);
    for (std::size_t i = 3; i < 6; ++i) {
        EXPECT_EQ(full.lines[i].covered, full.lines[i].feasible);
    }
    EXPECT_TRUE(full.worth_most.empty());
}

TEST(Coverage, edge_cases_are_situations_of_their_own) {
    const std::vector<Cell> allowed{{"ann", "refund", "", "calm", 0}, {"ann", "refund", "late", "calm", 0}};
    EXPECT_EQ(coverage_of(allowed, std::vector<Cell>{allowed[0]}, 1).lines[1].covered, 1U);
    EXPECT_TRUE(coverage_of({}, {}, 5).worth_most.empty());
}

}  // namespace
}  // namespace sosia::analysis
