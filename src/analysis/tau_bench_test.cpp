// What is known of a real benchmark's runs, from its own files: tau-bench airline with gpt-4o, 50 tasks, 4 trials each
// (sierra-research/tau-bench, MIT). TAU_BENCH_AIRLINE names the folder that holds trajectories.json; skipped without.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

#include "analysis/compare.h"
#include "base/random.h"
#include "stats/clustered.h"
#include "stats/paired.h"
#include "stats/pass_k.h"
#include "stats/proportions.h"
#include "stats/stat_vectors.h"

namespace sosia::analysis {
namespace {

constexpr double rounding = 6e-4;  // the figures are given with three digits

class TauBench : public testing::Test {
  protected:
    void SetUp() override {
        const char* folder = std::getenv("TAU_BENCH_AIRLINE");
        if (folder == nullptr) {
            GTEST_SKIP() << "TAU_BENCH_AIRLINE does not name the data";
        }
        std::ifstream file(std::string(folder) + "/trajectories.json");
        std::stringstream text;
        text << file.rdbuf();
        std::map<int, std::map<int, double>> rewards;
        for (const auto& run : boost::json::parse(text.str()).as_array()) {
            const double reward = run.at("reward").to_number<double>();
            rewards[run.at("task_id").to_number<int>()][run.at("trial").to_number<int>()] =
                std::abs(reward - 1) < 1e-6 ? 1 : 0;
        }
        for (const auto& [task, trials] : rewards) {
            std::vector<double>& row = rows_.emplace_back();
            for (const auto& [trial, reward] : trials) {
                row.push_back(reward);
            }
        }
        ASSERT_EQ(rows_.size(), 50U);
    }

    // Trials from .. from+1 of every task.
    Outcomes half(std::size_t from) const {
        OutcomesBuilder builder({.run = "t" + std::to_string(from), .pins = {{"seed", "1"}}});
        for (std::size_t task = 0; task < rows_.size(); ++task) {
            for (int r = 0; r < 2; ++r) {
                const bool passed = rows_[task][from + static_cast<std::size_t>(r)] > 0;
                builder.add({"user", "task" + std::to_string(task), "", "none", 0},
                            {.repetition = r, .outcome = passed ? Outcome::passed : Outcome::failed});
            }
        }
        return builder.finish();
    }

    std::vector<double> means(std::size_t from) const {
        std::vector<double> out;
        for (const auto& row : rows_) {
            out.push_back((row[from] + row[from + 1]) / 2);
        }
        return out;
    }

    stats::Clusters rows_;
};

TEST_F(TauBench, the_recorded_rewards_are_those_of_the_vectors) {
    EXPECT_EQ(rows_, stats::vectors::rows(stats::vectors::cases("clustered_se").at(1).at("rows")));
}

TEST_F(TauBench, the_honest_interval_is_half_as_wide_again_as_the_naive_one) {
    const stats::ClusteredMean m = stats::clustered_mean(rows_);
    EXPECT_NEAR(m.mean, 0.420, rounding);
    EXPECT_NEAR(m.se_naive, 0.0350, rounding);
    EXPECT_NEAR(m.se_cr1, 0.0522, rounding);
    EXPECT_NEAR(*m.icc, 0.405, rounding);
    EXPECT_NEAR(*m.design_effect, 2.18, 6e-3);
    const stats::Interval honest = stats::clustered_interval(m);
    EXPECT_NEAR(honest.low, 0.315, rounding);
    EXPECT_NEAR(honest.high, 0.525, rounding);
    EXPECT_NEAR(m.mean - 1.96 * m.se_naive, 0.351, rounding);
    EXPECT_NEAR(m.mean + 1.96 * m.se_naive, 0.489, rounding);
}

TEST_F(TauBench, pass_hat_k_is_the_published_one) {
    const double published[] = {0.420, 0.2733, 0.220, 0.200};
    for (std::size_t k = 1; k <= 4; ++k) {
        double sum = 0;
        for (const auto& row : rows_) {
            const auto passed = static_cast<std::size_t>(std::accumulate(row.begin(), row.end(), 0.0));
            sum += stats::pass_hat_k(row.size(), passed, k);
        }
        EXPECT_NEAR(sum / 50, published[k - 1], rounding) << k;
    }
}

TEST_F(TauBench, an_agent_against_itself_is_no_regression) {
    const stats::PairedDifference d = stats::paired_difference(means(0), means(2));
    EXPECT_NEAR(d.mean, -0.02, 1e-9);
    EXPECT_NEAR(d.se, 0.045, rounding);
    EXPECT_NEAR(d.p_two_sided, 0.66, 6e-3);
    const Result<Comparison> wide = compare(half(0), half(2), {.thresholds = {.margin = 0.10}});
    ASSERT_TRUE(wide);
    EXPECT_EQ(wide->answer, Answer::not_worse);
    EXPECT_FALSE(wide->overall.warning);
    const Result<Comparison> tight = compare(half(0), half(2), {.thresholds = {.margin = 0.03}});
    ASSERT_TRUE(tight);
    EXPECT_EQ(tight->answer, Answer::undecided);
    EXPECT_NEAR(tight->overall.one_sided.low, -0.0956, 2e-3);
}

// Methods section 1.3: two-sided 5 %, these tasks' rates, nothing changed: .052, .054 and .048 for 1, 4 and 8 trials.
TEST_F(TauBench, false_alarms_at_these_difficulties_are_at_the_stated_level) {
    constexpr int rounds = 1000;
    Random random(7, "tau-bench");
    for (const int trials : {1, 4, 8}) {
        int alarms = 0;
        for (int i = 0; i < rounds; ++i) {
            std::vector<double> a;
            std::vector<double> b;
            for (const auto& row : rows_) {
                const double rate = std::accumulate(row.begin(), row.end(), 0.0) / 4;
                for (std::vector<double>* side : {&a, &b}) {
                    int passed = 0;
                    for (int t = 0; t < trials; ++t) {
                        passed += random.chance(rate) ? 1 : 0;
                    }
                    side->push_back(static_cast<double>(passed) / trials);
                }
            }
            alarms += stats::paired_difference(a, b).p_two_sided < 0.05 ? 1 : 0;
        }
        EXPECT_NEAR(static_cast<double>(alarms) / rounds, 0.05, 0.021) << trials;  // three standard errors
    }
}

}  // namespace
}  // namespace sosia::analysis
