#include "analysis/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sosia::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool has(const std::vector<std::size_t>& kept, std::size_t what) {
    return std::ranges::find(kept, what) != kept.end();
}

TEST(Shrink, keeps_only_what_the_failure_needs) {
    int asked = 0;
    const auto needs_two = [&asked](const std::vector<std::size_t>& kept) {
        ++asked;
        return has(kept, 3) && has(kept, 11);
    };
    EXPECT_THAT(smallest_failing(16, needs_two), ElementsAre(3, 11));
    EXPECT_LE(asked, 60);
}

TEST(Shrink, whatever_fails_anyway_needs_nothing) {
    EXPECT_THAT(smallest_failing(9, [](const auto&) { return true; }), IsEmpty());
    EXPECT_THAT(smallest_failing(0, [](const auto&) { return true; }), IsEmpty());
}

TEST(Shrink, what_needs_everything_stays_whole) {
    EXPECT_EQ(smallest_failing(5, [](const auto& kept) { return kept.size() == 5; }).size(), 5U);
    EXPECT_EQ(smallest_failing(1, [](const auto& kept) { return kept.size() == 1; }).size(), 1U);
}

TEST(Shrink, no_single_element_can_be_left_out_of_the_result) {
    const auto odd = [](const std::vector<std::size_t>& kept) { return kept.size() % 2 == 1 && has(kept, 4); };
    const auto result = smallest_failing(9, odd);
    EXPECT_TRUE(odd(result));
    for (std::size_t i = 0; i < result.size(); ++i) {
        auto less = result;
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(odd(less));
    }
}

TEST(Shrink, stops_asking_when_told_to) {
    int asked = 0;
    const auto result = smallest_failing(
        100,
        [&asked](const auto& kept) {
            ++asked;
            return has(kept, 50) && has(kept, 99);
        },
        7);
    EXPECT_LE(asked, 7);
    EXPECT_TRUE(has(result, 50));
}

}  // namespace
}  // namespace sosia::analysis
