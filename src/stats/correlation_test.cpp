#include "stats/correlation.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "stats/two_sample.h"

namespace sosia::stats {
namespace {

// Anscombe 1973, the first of the four sets: r = 0.81642.
constexpr std::array<double, 11> anscombe_x{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
constexpr std::array<double, 11> anscombe_y{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};

TEST(Correlation, published_values_come_out) {
    EXPECT_NEAR(*pearson(anscombe_x, anscombe_y), 0.816420516, 1e-9);
    EXPECT_NEAR(*spearman(anscombe_x, anscombe_y), 0.818181818, 1e-9);
    // Without ties Spearman's is 1 - 6 sum d^2/(n(n^2-1)): here d = 1, 1, 0, 1, 1.
    constexpr std::array<double, 5> a{1, 2, 3, 4, 5};
    constexpr std::array<double, 5> b{2, 1, 3, 5, 4};
    EXPECT_NEAR(*spearman(a, b), 0.8, 1e-12);
}

TEST(Correlation, equal_values_share_a_rank) {
    constexpr std::array<double, 5> values{3, 1, 3, 0, 3};
    EXPECT_EQ(ranks(values), (std::vector<double>{4, 2, 4, 1, 4}));
}

TEST(Correlation, what_does_not_vary_has_none) {
    constexpr std::array<double, 3> flat{1, 1, 1};
    constexpr std::array<double, 3> steep{1, 2, 3};
    EXPECT_FALSE(pearson(flat, steep));
    EXPECT_FALSE(pearson(std::span(steep).first(1), std::span(steep).first(1)));
}

// atanh .5 = .549306; 1.959964/sqrt(27) = .377195: tanh of .172111 and .926501.
TEST(Correlation, fishers_interval_is_his) {
    const Interval i = pearson_interval(0.5, 30);
    EXPECT_NEAR(i.low, 0.170432, 1e-5);
    EXPECT_NEAR(i.high, 0.728959, 1e-5);
    const Interval wider = spearman_interval(0.5, 30);
    EXPECT_LT(wider.low, i.low);
    EXPECT_GT(wider.high, i.high);
    EXPECT_EQ(pearson_interval(0.9, 3).low, -1);
    EXPECT_EQ(pearson_interval(1, 10).low, 1);
}

TEST(Correlation, the_bootstrap_is_seeded_and_holds_the_estimate) {
    const Interval a = correlation_bootstrap(anscombe_x, anscombe_y, CorrelationKind::pearson, 500, 1);
    const Interval b = correlation_bootstrap(anscombe_x, anscombe_y, CorrelationKind::pearson, 500, 1);
    EXPECT_EQ(a.low, b.low);
    EXPECT_EQ(a.high, b.high);
    EXPECT_LT(a.low, 0.8164);
    EXPECT_GT(a.high, 0.8164);
    EXPECT_GT(a.low, 0);
    EXPECT_EQ(
        correlation_bootstrap(std::span(anscombe_x).first(3), std::span(anscombe_y).first(3), CorrelationKind::spearman)
            .low,
        -1);
}

TEST(TotalVariation, is_half_of_the_summed_differences_of_shares) {
    EXPECT_NEAR(total_variation({{"a", 3}, {"b", 1}}, {{"a", 1}, {"c", 1}}), 0.5, 1e-12);
    EXPECT_EQ(total_variation({{"a", 2}}, {{"a", 7}}), 0);
    EXPECT_EQ(total_variation({{"a", 2}}, {{"b", 7}}), 1);
    EXPECT_EQ(total_variation({}, {{"b", 7}}), 0);
}

}  // namespace
}  // namespace sosia::stats
