#include "stats/linkage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/random.h"

namespace sosia::stats {
namespace {

DistanceMatrix on_a_line(const std::vector<double>& points) {
    DistanceMatrix d(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t j = i + 1; j < points.size(); ++j) {
            d.at(i, j) = static_cast<float>(std::abs(points[i] - points[j]));
        }
    }
    return d;
}

// Merges the nearest two groups, recomputing every mean from the points: slow and obviously right.
std::vector<int> by_hand(const std::vector<double>& points, double cut) {
    std::vector<std::vector<double>> groups;
    for (const double p : points) {
        groups.push_back({p});
    }
    while (groups.size() > 1) {
        std::size_t best_a = 0;
        std::size_t best_b = 0;
        double best = 1e300;
        for (std::size_t a = 0; a < groups.size(); ++a) {
            for (std::size_t b = a + 1; b < groups.size(); ++b) {
                double sum = 0;
                for (const double x : groups[a]) {
                    for (const double y : groups[b]) {
                        sum += std::abs(x - y);
                    }
                }
                const double mean = sum / static_cast<double>(groups[a].size() * groups[b].size());
                if (mean < best) {
                    best = mean;
                    best_a = a;
                    best_b = b;
                }
            }
        }
        if (best > cut) {
            break;
        }
        groups[best_a].insert(groups[best_a].end(), groups[best_b].begin(), groups[best_b].end());
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(best_b));
    }
    std::vector<int> labels;
    for (const double p : points) {
        const auto in = std::ranges::find_if(groups, [p](const auto& g) { return std::ranges::find(g, p) != g.end(); });
        labels.push_back(static_cast<int>(in - groups.begin()));
    }
    return labels;
}

bool same_partition(const std::vector<int>& a, const std::vector<int>& b) {
    std::set<std::pair<int, int>> pairs;
    for (std::size_t i = 0; i < a.size(); ++i) {
        pairs.emplace(a[i], b[i]);
    }
    return pairs.size() == std::set<int>(a.begin(), a.end()).size() &&
           pairs.size() == std::set<int>(b.begin(), b.end()).size();
}

TEST(AverageLinkage, agrees_with_the_definition) {
    Random random(3, "linkage");
    for (int round = 0; round < 60; ++round) {
        std::vector<double> points(2 + random.below(25));
        std::ranges::generate(points, [&] { return random.uniform(); });
        const double cut = 0.4 * random.uniform();
        EXPECT_TRUE(same_partition(average_linkage(on_a_line(points), cut), by_hand(points, cut))) << round;
    }
}

TEST(AverageLinkage, few_items_and_extreme_cuts) {
    EXPECT_TRUE(average_linkage(DistanceMatrix(0), 1).empty());
    EXPECT_EQ(average_linkage(DistanceMatrix(1), 1), std::vector<int>{0});
    EXPECT_EQ(average_linkage(on_a_line({1, 1, 1, 1}), 0), (std::vector<int>{0, 0, 0, 0}));
    EXPECT_EQ(average_linkage(on_a_line({1, 2, 4}), -1), (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(average_linkage(on_a_line({1, 9, 1.1, 9.1}), 1), (std::vector<int>{0, 1, 0, 1}));
}

}  // namespace
}  // namespace sosia::stats
