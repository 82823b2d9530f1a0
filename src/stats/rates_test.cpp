#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "stats/clustered.h"
#include "stats/distributions.h"
#include "stats/pass_k.h"
#include "stats/proportions.h"
#include "stats/stat_vectors.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

using namespace vectors;

TEST(Proportions, match_the_vectors) {
    for (const auto& c : cases("proportion_ci")) {
        const std::size_t x = count(c, "x");
        const std::size_t n = count(c, "n");
        const double confidence = number(c, "conf");
        expect_close(wilson(x, n, confidence), c.at("wilson"), 1e-9, "wilson");
        expect_close(clopper_pearson(x, n, confidence), c.at("clopper_pearson"), 1e-9, "clopper_pearson");
        expect_close(jeffreys(x, n, confidence), c.at("jeffreys"), 1e-9, "jeffreys");
        expect_close(beta_uniform(x, n, confidence), c.at("beta_uniform"), 1e-9, "beta_uniform");
        expect_close(agresti_coull(x, n, confidence), c.at("agresti_coull"), 1e-9, "agresti_coull");
    }
}

TEST(Proportions, never_collapse_and_stay_inside_zero_and_one) {
    for (std::size_t n = 0; n < 30; ++n) {
        for (std::size_t x = 0; x <= n; ++x) {
            const double rate = n == 0 ? 0.5 : static_cast<double>(x) / static_cast<double>(n);
            for (const Interval& ci : {wilson(x, n), clopper_pearson(x, n), jeffreys(x, n)}) {
                EXPECT_GE(ci.low, 0.0);
                EXPECT_LE(ci.high, 1.0);
                EXPECT_GT(ci.high - ci.low, 0.01);
                EXPECT_LE(ci.low, rate);
                EXPECT_GE(ci.high, rate);
            }
        }
    }
}

TEST(Proportions, three_of_three_says_almost_nothing) {
    const Interval ci = wilson(3, 3);
    EXPECT_NEAR(ci.low, 0.44, 0.005);
    EXPECT_EQ(ci.high, 1.0);
}

TEST(PassK, matches_the_vectors) {
    for (const auto& c : cases("pass_k")) {
        const std::size_t n = count(c, "n");
        const std::size_t passed = count(c, "c");
        const std::size_t k = count(c, "k");
        expect_close(pass_hat_k(n, passed, k), number(c, "pass_hat_k"), 1e-12);
        expect_close(pass_at_k(n, passed, k), number(c, "pass_at_k"), 1e-12);
    }
}

TEST(PassK, keeps_its_digits_where_it_is_tiny) {
    EXPECT_NEAR(pass_hat_k(200, 120, 100) / 3.25375047874303e-37, 1.0, 1e-12);
}

std::vector<TaskRuns> airline_tasks() {
    std::vector<TaskRuns> tasks;
    for (const auto& row : rows(cases("clustered_se").at(1).at("rows"))) {
        TaskRuns task{row.size(), 0};
        for (const double reward : row) {
            task.passed += reward == 1.0 ? 1U : 0U;
        }
        tasks.push_back(task);
    }
    return tasks;
}

TEST(PassK, averages_over_tasks_as_tau_bench_publishes_it) {
    const auto& c = cases("clustered_se").at(1);
    const std::vector<TaskRuns> tasks = airline_tasks();
    for (const auto& k : {"1", "2", "3", "4"}) {
        const PassK all = mean_pass_hat_k(tasks, static_cast<std::size_t>(std::stoi(k)));
        expect_close(all.value, number(c.at("pass_hat_k"), k), 1e-9);
        expect_close(all.se, number(c.at("pass_hat_k_se_over_tasks"), k), 1e-9);
        EXPECT_NEAR(all.value, number(c.at("published_pass_hat_k"), k), 5e-4);
        expect_close(mean_pass_at_k(tasks, static_cast<std::size_t>(std::stoi(k))).value, number(c.at("pass_at_k"), k),
                     1e-9);
    }
    EXPECT_EQ(mean_pass_hat_k(tasks, 5).tasks, 0U);
}

TEST(PassK, the_interval_stays_open_when_every_task_passes) {
    const std::vector<TaskRuns> tasks(10, {4, 4});
    const PassK all = mean_pass_hat_k(tasks, 4);
    EXPECT_EQ(all.value, 1.0);
    EXPECT_NEAR(all.interval.low, wilson(10, 10).low, 1e-12);
    EXPECT_GE(all.interval.high, 1.0 - 1e-12);
}

TEST(PassK, a_leaderboard_row_solves_back_to_whole_tasks) {
    for (const auto& c : cases("tau2_leaderboard_inversion")) {
        const std::vector<double> expected = numbers(c.at("hist_c0_to_c4"));
        std::vector<TaskRuns> tasks;
        for (std::size_t passed = 0; passed < expected.size(); ++passed) {
            tasks.insert(tasks.end(), static_cast<std::size_t>(expected[passed]), TaskRuns{4, passed});
        }
        ASSERT_EQ(tasks.size(), count(c, "n"));
        std::vector<double> pass_hat;
        for (std::size_t k = 1; k <= 4; ++k) {
            pass_hat.push_back(mean_pass_hat_k(tasks, k).value);
        }
        const std::vector<double> solved = passes_histogram(pass_hat, tasks.size());
        for (std::size_t i = 0; i < solved.size(); ++i) {
            EXPECT_NEAR(solved[i], expected[i], 1e-8);
        }
    }
}

TEST(PassK, inconsistent_leaderboard_rows_solve_to_impossible_counts) {
    for (const auto& c : group("tau2_leaderboard_inversion").at("inconsistent").as_array()) {
        const std::vector<double> solved = passes_histogram(numbers(c.at("pass_hat")), count(c, "n"));
        const std::vector<double> expected = numbers(c.at("solved_hist"));
        for (std::size_t i = 0; i < solved.size(); ++i) {
            EXPECT_NEAR(solved[i], expected[i], 0.0051) << c.at("model").as_string();
        }
    }
}

TEST(Clustered, matches_the_vectors) {
    for (const auto& c : cases("clustered_se")) {
        const ClusteredMean m = clustered_mean(rows(c.at("rows")));
        EXPECT_EQ(m.n, count(c, "n"));
        EXPECT_EQ(m.clusters, count(c, "clusters"));
        expect_close(m.mean, number(c, "mean"), 1e-9);
        expect_close(m.se_naive, number(c, "se_naive"), 1e-9);
        expect_close(m.se_miller, number(c, "se_clustered_miller_eq"), 1e-9);
        expect_close(m.se_cr0, number(c, "se_cr0"), 1e-9);
        expect_close(m.se_cr1, number(c, "se_cr1"), 1e-9);
        expect_close(m.icc.value(), number(c, "icc_anova"), 1e-9);
        expect_close(m.msb, number(c, "msb"), 1e-9);
        expect_close(m.msw, number(c, "msw"), 1e-9);
        expect_close(m.n0, number(c, "n0"), 1e-9);
        expect_close(m.design_effect.value(), number(c, "deff"), 1e-9);
        if (c.as_object().contains("ci95_t")) {
            expect_close(clustered_interval(m), c.at("ci95_t"), 1e-9);
            expect_close(two_sided_t(0.95, static_cast<double>(m.clusters - 1)), number(c, "t_crit"), 1e-9);
            const double z = two_sided_z(0.95) * m.se_naive;
            expect_close(Interval{m.mean - z, m.mean + z}, c.at("ci95_naive"), 1e-9);
        }
    }
}

TEST(Clustered, a_rate_without_spread_counts_each_cluster_as_one_trial) {
    const ClusteredRate all = clustered_rate(Clusters(20, {1, 1, 1, 1}));
    EXPECT_EQ(all.rate, 1.0);
    EXPECT_EQ(all.effective_n, 20.0);
    EXPECT_NEAR(all.interval.low, wilson(20, 20).low, 1e-12);
    const ClusteredRate none = clustered_rate(Clusters(20, {0, 0}));
    EXPECT_NEAR(none.interval.high, wilson(0, 20).high, 1e-12);
    const ClusteredRate one_task = clustered_rate({{1, 1, 0, 1, 1, 1, 0, 1}});
    EXPECT_GT(one_task.interval.high - one_task.interval.low, 0.6);
    const ClusteredRate empty = clustered_rate({});
    EXPECT_EQ(empty.interval.low, 0.0);
    EXPECT_EQ(empty.interval.high, 1.0);
}

TEST(Clustered, a_rate_is_never_surer_than_its_number_of_runs) {
    // Every task passes exactly half of its runs: the clustered error is zero, the knowledge is not.
    const ClusteredRate half = clustered_rate(Clusters(10, {0, 1}));
    EXPECT_EQ(half.effective_n, 20.0);
    EXPECT_GT(half.interval.high - half.interval.low, 0.3);
}

TEST(Clustered, intervals_hold_the_truth_as_often_as_promised) {
    Random random(4, "coverage");
    int held = 0;
    constexpr int rounds = 1500;
    for (int round = 0; round < rounds; ++round) {
        Clusters clusters;
        for (int task = 0; task < 40; ++task) {
            const double difficulty = random.uniform();  // mean 0.5; intra-cluster correlation 1/3
            clusters.emplace_back();
            for (int run = 0; run < 4; ++run) {
                clusters.back().push_back(random.chance(difficulty) ? 1.0 : 0.0);
            }
        }
        const Interval ci = clustered_rate(clusters).interval;
        held += ci.low <= 0.5 && 0.5 <= ci.high ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(held) / rounds, 0.95, 0.02);
}

TEST(Clustered, a_scale_of_one_to_five_keeps_its_bounds) {
    const ClusteredRate scores = clustered_bounded_mean({{5, 5}, {5, 4}, {5, 5}, {4, 5}}, 1, 5);
    EXPECT_NEAR(scores.rate, 4.75, 1e-12);
    EXPECT_LT(scores.interval.high, 5.0 + 1e-12);
    EXPECT_GT(scores.interval.low, 3.0);
    const ClusteredRate top = clustered_bounded_mean(Clusters(10, {5, 5}), 1, 5);
    EXPECT_LT(top.interval.low, 4.9);
    EXPECT_GE(top.interval.high, 5.0 - 1e-12);
}

TEST(Summary, medians_match_the_vectors) {
    for (const auto& c : group("median_of_k").at("medians").as_array()) {
        const std::vector<double> x = numbers(c.at("x"));
        if (x.size() % 2 == 1) {
            EXPECT_EQ(median(x), number(c, "median"));
        } else {
            EXPECT_EQ(lower_median(x), number(c, "lower"));
            EXPECT_EQ(upper_median(x), number(c, "upper"));
            EXPECT_EQ(median(x), number(c, "mean"));
        }
    }
}

TEST(Summary, quantiles_follow_their_definitions) {
    const std::vector<double> v{4, 1, 3, 2};
    EXPECT_DOUBLE_EQ(quantile(v, 0.25), 1.75);
    EXPECT_DOUBLE_EQ(quantile(v, 1.0), 4.0);
    EXPECT_DOUBLE_EQ(quantile_type1(v, 0.25), 1.0);
    EXPECT_DOUBLE_EQ(quantile_type1(v, 0.26), 2.0);
    EXPECT_DOUBLE_EQ(quantile_type1(v, 0.0), 1.0);
    EXPECT_EQ(quantile({}, 0.5), 0.0);
    EXPECT_EQ(median({}), 0.0);
    EXPECT_EQ(sample_sd(std::vector<double>{3}), 0.0);
}

}  // namespace
}  // namespace sosia::stats
