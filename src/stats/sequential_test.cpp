#include "stats/sequential.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "stats/bootstrap.h"
#include "stats/group_sequential.h"
#include "stats/stat_vectors.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

using namespace vectors;

TEST(Sprt, matches_the_vectors) {
    for (const auto& c : cases("sprt_bernoulli")) {
        Sprt test(number(c, "p0"), number(c, "p1"), number(c, "alpha"), number(c, "beta"));
        expect_close(test.upper(), number(c, "upper"), 1e-9);
        expect_close(test.lower(), number(c, "lower"), 1e-9);
        const std::vector<double> path = numbers(c.at("llr_path"));
        const std::vector<double> seq = numbers(c.at("seq"));
        const std::size_t stop_at = count(c, "stop_at");
        ASSERT_EQ(path.size(), stop_at);
        for (std::size_t i = 0; i < stop_at; ++i) {
            EXPECT_EQ(test.decision(), SprtDecision::go_on);
            test.add(seq[i] == 1.0);
            expect_close(test.log_likelihood_ratio(), path[i], 1e-9);
        }
        const std::string decision(c.at("decision").as_string());
        const SprtDecision expected = decision == "accept_H1"   ? SprtDecision::accept_h1
                                      : decision == "accept_H0" ? SprtDecision::accept_h0
                                                                : SprtDecision::go_on;
        EXPECT_EQ(test.decision(), expected);
    }
}

TEST(Sprt, expected_length_matches_the_vectors) {
    for (const auto& c : group("sprt_bernoulli").at("asn").as_array()) {
        const Sprt test(number(c, "p0"), number(c, "p1"), number(c, "alpha"), number(c, "beta"));
        expect_close(test.expected_runs_at_p0(), number(c, "asn_p0"), 1e-9);
        expect_close(test.expected_runs_at_p1(), number(c, "asn_p1"), 1e-9);
    }
}

TEST(Msprt, matches_the_vectors) {
    for (const auto& c : cases("msprt_normal")) {
        const double n = number(c, "n");
        const double mean = number(c, "mean");
        const double sigma2 = number(c, "sigma2");
        const double tau2 = number(c, "tau2");
        expect_close(msprt_log_lambda(n, mean, 0, sigma2, tau2), number(c, "log_lambda"), 1e-8);
        expect_close(msprt_p(n, mean, 0, sigma2, tau2), number(c, "p_always_valid_single_look"), 1e-8);
        expect_close(msprt_interval(n, mean, sigma2, tau2), c.at("confseq95"), 1e-8);
    }
}

TEST(SequentialMcNemar, matches_the_vectors) {
    for (const auto& c : cases("sequential_mcnemar_evalue")) {
        const std::size_t improved = count(c, "improved");
        const std::size_t regressed = count(c, "regressed");
        expect_close(mcnemar_e_two_sided(improved, regressed), number(c, "e_two_sided"), 1e-8);
        expect_close(mcnemar_e_regression(improved, regressed), number(c, "e_regression"), 1e-8);
        EXPECT_EQ(mcnemar_e_regression(improved, regressed) >= 20, c.at("stop_alpha05_regression").as_bool());
    }
}

TEST(SequentialMcNemar, peeking_after_every_pair_seldom_raises_a_false_alarm) {
    Random random(7, "peeking");
    int alarms = 0;
    constexpr int rounds = 4000;
    for (int round = 0; round < rounds; ++round) {
        std::size_t improved = 0;
        std::size_t regressed = 0;
        bool alarm = false;
        for (int pair = 0; pair < 60 && !alarm; ++pair) {
            ++(random.chance(0.5) ? improved : regressed);
            alarm = mcnemar_e_regression(improved, regressed) >= 20;
        }
        alarms += alarm ? 1 : 0;
    }
    EXPECT_LT(static_cast<double>(alarms) / rounds, 0.05);
}

TEST(Betting, matches_the_vectors) {
    for (const auto& c : cases("betting_noninferiority")) {
        const std::vector<double> d = numbers(c.at("d"));
        const double lambda = number(c, "lambda_");
        const bool regression = c.as_object().contains("kind");
        const std::vector<double> path =
            regression ? betting_regression(d, lambda) : betting_noninferiority(d, number(c, "delta"), lambda);
        const std::vector<double> expected = numbers(c.at("capital_path"));
        ASSERT_EQ(path.size(), expected.size());
        for (std::size_t i = 0; i < path.size(); ++i) {
            expect_close(path[i], expected[i], 1e-10);
        }
        if (!regression) {
            expect_close(betting_lambda_max(number(c, "delta")), number(c, "lambda_max"), 1e-10);
        }
    }
}

TEST(GroupSequential, boundaries_match_the_tables) {
    for (const auto& c : cases("group_sequential")) {
        const std::size_t looks = count(c, "K");
        expect_close(pocock_boundaries(looks).back(), number(c, "pocock"), 1e-3);
        expect_close(obrien_fleming_boundaries(looks).back(), number(c, "obrien_fleming"), 1e-3);
    }
}

TEST(GroupSequential, spending_matches_the_vectors) {
    for (const auto& c : group("group_sequential").at("spending").as_array()) {
        const double t = number(c, "t");
        EXPECT_NEAR(obrien_fleming_spending(t, number(c, "alpha")), number(c, "obf"), 1e-9);
        EXPECT_NEAR(pocock_spending(t, number(c, "alpha")), number(c, "pocock"), 1e-9);
    }
}

TEST(GroupSequential, spending_boundaries_spend_exactly_alpha) {
    const std::vector<double> fractions{0.3, 0.55, 0.8, 1.0};
    for (const Spending spending : {Spending::obrien_fleming, Spending::pocock}) {
        double spent = 0;
        for (const double p : crossing_probabilities(fractions, spending_boundaries(fractions, spending))) {
            spent += p;
        }
        EXPECT_NEAR(spent, 0.05, 1e-6);
    }
}

// The stream of the vectors: SplitMix64 straight from its seed.
class SplitMix64 {
  public:
    explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t n) {
        return static_cast<std::size_t>((static_cast<unsigned __int128>(next()) * n) >> 64);
    }

  private:
    std::uint64_t state_;
};

TEST(Bootstrap, all_resamples_match_the_vector) {
    for (const auto& c : cases("cluster_bootstrap_exact")) {
        const Bootstrap b = cluster_bootstrap_exact(rows(c.at("rows")));
        EXPECT_EQ(b.replicates.size(), count(c, "n_resamples"));
        // expected values are rounded to 12 digits
        expect_close(b.mean, number(c, "boot_mean"), 1e-12);
        expect_close(b.se, number(c, "boot_se"), 1e-12);
        expect_close(b.interval.low, number(c, "q025"), 1e-12);
        expect_close(b.interval.high, number(c, "q975"), 1e-12);
        expect_close(quantile_type1(b.replicates, 0.05), number(c, "q05"), 1e-12);
        expect_close(quantile_type1(b.replicates, 0.5), number(c, "median"), 1e-12);
        expect_close(quantile_type1(b.replicates, 0.95), number(c, "q95"), 1e-12);
    }
}

TEST(Bootstrap, a_given_stream_matches_the_vector) {
    const auto& stream = group("cluster_bootstrap_splitmix64").at("splitmix64");
    SplitMix64 published(count(stream, "seed"));
    for (const auto& value : stream.at("first5").as_array()) {
        EXPECT_EQ(std::to_string(published.next()), std::string(value.as_string()));
    }
    const auto& c = cases("cluster_bootstrap_splitmix64").at(0);
    SplitMix64 random(count(c, "seed"));
    std::vector<std::size_t> first;
    const auto below = [&](std::size_t n) {
        const std::size_t index = random.below(n);
        if (first.size() < 10) {
            first.push_back(index);
        }
        return index;
    };
    const Bootstrap b = cluster_bootstrap(rows(cases("clustered_se").at(1).at("rows")), count(c, "B"), below);
    const std::vector<double> expected = numbers(c.at("first_resample_indices"));
    EXPECT_TRUE(std::equal(first.begin(), first.end(), expected.begin(),
                           [](std::size_t a, double e) { return static_cast<double>(a) == e; }));
    expect_close(b.mean, number(c, "mean"), 1e-12);
    expect_close(b.se, number(c, "se"), 1e-12);
    expect_close(b.interval, c.at("ci95"), 1e-12);
}

TEST(Bootstrap, of_nothing_is_nothing) {
    EXPECT_TRUE(cluster_bootstrap({}, 100, 1).replicates.empty());
    EXPECT_TRUE(cluster_bootstrap_exact(Clusters(9, {1.0})).replicates.empty());
}

TEST(BettingCounts, are_the_average_of_the_single_bets) {
    const std::vector<double> d{0, 0, 1, -1, 0, 1};
    double expected = 0;
    for (const double bet : {0.1, 0.2, 0.4, 0.7, 0.95}) {
        expected += betting_noninferiority(d, 0.1, bet * betting_lambda_max(0.1)).back() / 5;
    }
    EXPECT_NEAR(betting_noninferiority_counts(3, 2, 1, 0.1), expected, 1e-12);
    EXPECT_EQ(betting_noninferiority_counts(0, 0, 0, 0.1), 1.0);
}

}  // namespace
}  // namespace sosia::stats
