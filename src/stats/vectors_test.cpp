// The groups of stat_vectors.json that no other file of this room covers, and that none is left out by all of them.
#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>
#include <regex>
#include <set>

#include "stats/clustering_metrics.h"
#include "stats/covering_array.h"
#include "stats/hdbscan.h"
#include "stats/pairwise.h"
#include "stats/stat_vectors.h"

namespace sosia::stats {
namespace {

using namespace vectors;

TEST(Hdbscan, matches_the_vector) {
    for (const auto& c : cases("hdbscan_tiny")) {
        const auto points = rows(c.at("X"));
        const auto distance = [&](std::size_t i, std::size_t j) {
            return std::hypot(points[i][0] - points[j][0], points[i][1] - points[j][1]);
        };
        const Hdbscan found = hdbscan(points.size(), distance, count(c, "min_cluster_size"), count(c, "min_samples"));
        std::vector<int> expected;
        for (const double label : numbers(c.at("labels"))) {
            expected.push_back(static_cast<int>(label));
        }
        EXPECT_EQ(grouping_scores(expected, found.labels).ari, 1);
        EXPECT_EQ(found.labels.back(), -1);
        expect_close(found.spanning_weight, number(c, "mst_weight_sum"), 1e-9);
        const auto core = numbers(c.at("core_distances"));
        for (std::size_t i = 0; i < core.size(); ++i) {
            expect_close(found.core_distances[i], core[i], 1e-9);
        }
    }
}

TEST(Hdbscan, too_few_points_are_noise_and_equal_ones_a_cluster) {
    const auto same = [](std::size_t, std::size_t) { return 0.0; };
    EXPECT_TRUE(hdbscan(0, same).labels.empty());
    EXPECT_EQ(hdbscan(1, same).labels, std::vector<int>{-1});
    const auto two = [](std::size_t i, std::size_t j) { return i / 5 == j / 5 ? 0.0 : 1.0; };
    EXPECT_EQ(hdbscan(10, two).labels, (std::vector<int>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
}

// The published counts fix how many pairs there are of each kind, up to which of the two orders gave no verdict.
std::vector<PairVerdict> pairs_behind(const boost::json::value& c) {
    using enum OrderVerdict;
    const auto at = [&](const char* key) { return static_cast<long>(count(c, key)); };
    const long n = at("n");
    const long mixed_ties = [&] {  // match in one order, reversed in the other
        if (!c.as_object().contains("both_correct")) {
            return at("inconsistent");
        }
        const long first = std::lround(number(c, "acc_order1") * static_cast<double>(n));
        const long second = std::lround(number(c, "acc_order2") * static_cast<double>(n));
        return first + second - at("both_correct") - at("correct");
    }();
    const long both = c.as_object().contains("both_correct") ? at("both_correct") : at("correct");
    const long half_right = at("correct") - both;
    const long half_wrong = at("inconsistent") - mixed_ties - half_right;
    const long first_only = c.as_object().contains("acc_order1")
                                ? std::lround(number(c, "acc_order1") * static_cast<double>(n)) - both
                                : mixed_ties;
    std::vector<PairVerdict> out;
    const auto add = [&](long times, OrderVerdict a, OrderVerdict b) {
        ASSERT_GE(times, 0);
        out.insert(out.end(), static_cast<std::size_t>(times), {a, b});
    };
    add(both, match, match);
    const long half_first = std::min(half_right, first_only);
    add(half_first, match, none);
    add(half_right - half_first, none, match);
    add(first_only - half_first, match, reversed);
    add(mixed_ties - (first_only - half_first), reversed, match);
    add(half_wrong, reversed, none);
    add(at("incorrect") - half_wrong, reversed, reversed);
    add(at("tie") - mixed_ties, none, none);
    return out;
}

TEST(Pairwise, the_published_counts_of_judgebench_come_out) {
    for (const auto& c : cases("judgebench")) {
        const PairwiseSummary s = pairwise_summary(pairs_behind(c));
        EXPECT_EQ(s.n, count(c, "n"));
        EXPECT_EQ(s.correct, count(c, "correct"));
        EXPECT_EQ(s.incorrect, count(c, "incorrect"));
        EXPECT_EQ(s.tie, count(c, "tie"));
        EXPECT_EQ(s.inconsistent, count(c, "inconsistent"));
        expect_close(100 * s.accuracy, number(c, "accuracy"), 1e-6);
        if (c.as_object().contains("both_correct")) {
            EXPECT_EQ(s.both_correct, count(c, "both_correct"));
            expect_close(s.accuracy_first, number(c, "acc_order1"), 1e-6);
            expect_close(s.accuracy_second, number(c, "acc_order2"), 1e-6);
        }
    }
}

// [5, 5, 3], or "4^15 3^17".
std::vector<int> levels_of(const boost::json::value& v) {
    std::vector<int> out;
    if (v.is_array()) {
        std::ranges::transform(numbers(v), std::back_inserter(out), [](double x) { return static_cast<int>(x); });
        return out;
    }
    const std::string text(v.as_string());
    static const std::regex part(R"((\d+)\^(\d+))");
    for (auto m = std::sregex_iterator(text.begin(), text.end(), part); m != std::sregex_iterator(); ++m) {
        out.insert(out.end(), std::stoul((*m)[2]), std::stoi((*m)[1]));
    }
    return out;
}

// The largest number of rows the file accepts: what PICT needs, or the aim of methods section 4 where it is lower.
std::size_t most_rows(const boost::json::value& c) {
    for (const char* key : {"optimal", "constructive_upper"}) {
        if (c.as_object().contains(key)) {
            return count(c, key);
        }
    }
    return count(c, "pict_best_over_seeds");
}

TEST(CoveringArrays, every_model_of_the_vectors_is_covered_in_no_more_rows_than_asked) {
    for (const auto& c : cases("covering_arrays")) {
        CoveringModel model{.levels = levels_of(c.at("levels")), .strength = count(c, "t")};
        const Result<CoveringArray> array = cover(model, {.steps = 2'000'000});
        const std::string name(c.at("model").as_string());
        ASSERT_TRUE(array) << name;
        EXPECT_EQ(array->feasible_tuples, count(c, "tuples")) << name;
        EXPECT_EQ(array->covered_tuples, array->feasible_tuples) << name;
        EXPECT_GE(array->rows.size(), count(c, "lower_bound")) << name;
        EXPECT_LE(array->rows.size(), most_rows(c)) << name;
    }
}

// A group counts as read when a test asks for its cases by name.
std::set<std::string> groups_read_by_tests() {
    std::set<std::string> out;
    static const std::regex asked(R"re(cases\("([a-z0-9_]+)"\))re");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOSIA_SOURCE_DIR "/src")) {
        const std::string path = entry.path().string();
        if (!path.ends_with("_test.cpp")) {
            continue;
        }
        std::ifstream file(path);
        std::stringstream text;
        text << file.rdbuf();
        const std::string source = text.str();
        for (auto m = std::sregex_iterator(source.begin(), source.end(), asked); m != std::sregex_iterator(); ++m) {
            out.insert((*m)[1]);
        }
    }
    return out;
}

TEST(Vectors, every_group_is_read_by_some_test_and_together_they_are_240_cases) {
    const std::set<std::string> read = groups_read_by_tests();
    std::size_t total = 0;
    for (const auto& [name, group] : all()) {
        const auto* list = group.is_object() ? group.as_object().if_contains("cases") : nullptr;
        const std::size_t n = list == nullptr ? 0 : list->as_array().size();
        EXPECT_TRUE(n == 0 || read.contains(std::string(name))) << name << ": " << n << " cases no test reads";
        total += n;
    }
    EXPECT_EQ(total, 240U);
}

}  // namespace
}  // namespace sosia::stats
