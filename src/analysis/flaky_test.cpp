#include "analysis/flaky.h"

#include <gtest/gtest.h>

namespace sosia::analysis {
namespace {

Outcomes side(std::vector<Outcome> outcomes, std::string version = "1") {
    OutcomesBuilder builder({.run = "r", .agent_version = std::move(version), .pins = {{"seed", "7"}}});
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        builder.add({"ann", "s", "", "calm", 0}, {.repetition = static_cast<int>(i), .outcome = outcomes[i]});
    }
    return builder.finish();
}

TEST(Flaky, a_cell_that_ends_differently_under_identical_inputs_is_found) {
    const auto flips = flips_between(side({Outcome::passed, Outcome::failed, Outcome::passed}),
                                     side({Outcome::failed, Outcome::failed, Outcome::invalid}));
    ASSERT_TRUE(flips);
    ASSERT_EQ(flips->size(), 1U);
    EXPECT_EQ(flips->at(0).cell, "ann/s/-/calm");
    EXPECT_EQ(flips->at(0).flips, 1U);
    EXPECT_EQ(flips->at(0).runs, 2U);
    EXPECT_TRUE(flips_between(side({Outcome::passed}), side({Outcome::passed}))->empty());
}

TEST(Flaky, a_flip_between_versions_or_suites_is_no_flakiness) {
    EXPECT_FALSE(flips_between(side({Outcome::passed}), side({Outcome::failed}, "2")));
    EXPECT_FALSE(flips_between(side({Outcome::passed}, ""), side({Outcome::failed}, "")));
    Outcomes other = side({Outcome::failed});
    other.pins["seed"] = "8";
    EXPECT_FALSE(flips_between(side({Outcome::passed}), other));
}

TEST(Flaky, marking_again_renews_the_mark) {
    std::vector<FlakyMark> marks;
    mark(marks, {.cell = "a", .expires = "2026-01-01"});
    mark(marks, {.cell = "b", .expires = "2026-01-01"});
    mark(marks, {.cell = "a", .expires = "2026-02-01"});
    ASSERT_EQ(marks.size(), 2U);
    EXPECT_EQ(marks[0].expires, "2026-02-01");
}

}  // namespace
}  // namespace sosia::analysis
