#include <gtest/gtest.h>

#include <cmath>

#include "stats/distributions.h"
#include "stats/fisher.h"
#include "stats/mcnemar.h"
#include "stats/multiplicity.h"
#include "stats/newcombe.h"
#include "stats/noninferiority.h"
#include "stats/paired.h"
#include "stats/power.h"
#include "stats/stat_vectors.h"
#include "stats/stratified.h"
#include "stats/tango.h"

namespace sosia::stats {
namespace {

using namespace vectors;

TEST(Paired, matches_the_vectors) {
    for (const auto& c : cases("paired_diff")) {
        const PairedDifference d = paired_difference(numbers(c.at("a")), numbers(c.at("b")));
        EXPECT_EQ(d.n, count(c, "n"));
        expect_close(d.mean, number(c, "mean_diff"), 1e-9);
        expect_close(d.se, number(c, "se_paired"), 1e-9);
        expect_close(d.se_unpaired, number(c, "se_unpaired"), 1e-9);
        expect_close(d.correlation.value(), number(c, "corr"), 1e-9);
        expect_close(d.t, number(c, "t"), 1e-9);
        expect_close(d.p_two_sided, number(c, "p_two_sided"), 1e-9);
        expect_close(d.interval, c.at("ci95"), 1e-9);
        expect_close(d.se * d.se / (d.se_unpaired * d.se_unpaired), number(c, "variance_ratio"), 1e-9);
    }
}

TEST(Paired, few_or_equal_tasks_prove_little) {
    const PairedDifference none = paired_difference({}, {});
    EXPECT_EQ(none.p_two_sided, 1.0);
    const std::vector<double> one{1};
    EXPECT_EQ(paired_difference(one, one).interval.low, -1.0);
    const std::vector<double> passed{1, 1, 1};
    const std::vector<double> failed{0, 0, 0};
    EXPECT_EQ(paired_difference(passed, failed).p_two_sided, 0.25);
    EXPECT_EQ(paired_difference(passed, passed).p_two_sided, 1.0);
}

TEST(SignFlip, matches_the_vectors) {
    for (const auto& c : cases("sign_flip_permutation")) {
        const SignFlip test = sign_flip(numbers(c.at("d")));
        EXPECT_TRUE(test.exact);
        expect_close(test.p_two_sided, number(c, "p_two_sided"), 1e-12);
        expect_close(test.p_lower, number(c, "p_one_sided_lower"), 1e-12);
    }
}

TEST(SignFlip, sampling_agrees_with_the_binomial_where_that_is_exact) {
    std::vector<double> d(30, 1.0);
    std::fill(d.begin(), d.begin() + 10, -1.0);  // 20 up, 10 down: 2 P(Bin(30, 1/2) <= 10)
    const SignFlip test = sign_flip(d);
    EXPECT_FALSE(test.exact);
    EXPECT_NEAR(test.p_two_sided, 2 * binomial_at_most(10, 30, 0.5), 0.004);
}

TEST(McNemar, matches_the_vectors) {
    for (const auto& c : cases("mcnemar")) {
        const McNemar test = mcnemar(count(c, "b"), count(c, "c"));
        expect_close(test.p_exact, number(c, "p_exact_two_sided"), 1e-9);
        expect_close(test.p_mid, number(c, "p_mid_two_sided"), 1e-9);
        expect_close(test.chi2, number(c, "chi2"), 1e-9);
        expect_close(test.p_chi2, number(c, "p_chi2"), 1e-9);
        expect_close(test.chi2_corrected, number(c, "chi2_cc"), 1e-9);
        expect_close(test.p_chi2_corrected, number(c, "p_chi2_cc"), 1e-9);
        expect_close(test.p_c_large, number(c, "p_exact_one_sided_c_large"), 1e-9);
    }
}

TEST(Tango, matches_the_vectors) {
    for (const auto& c : cases("tango_paired_diff_ci")) {
        expect_close(tango(count(c, "b"), count(c, "c"), count(c, "n"), number(c, "conf")), c.at("ci"), 1e-6);
    }
    EXPECT_EQ(tango(0, 0, 0).low, -1.0);
    EXPECT_LE(tango(10, 0, 10).high, 1.0);
    EXPECT_GT(tango(10, 0, 10).low, 0.3);
}

TEST(Tango, whole_effective_numbers_give_the_same_interval) {
    const Interval whole = tango(12, 5, 100);
    const Interval effective = tango_effective(12, 5, 100, two_sided_z(0.95));
    EXPECT_EQ(whole.low, effective.low);
    EXPECT_EQ(whole.high, effective.high);
    EXPECT_LT(tango_effective(6, 2.5, 50, two_sided_z(0.95)).low, whole.low);
}

// b cells that only the new one passed, c that only the old one did, one run each.
std::vector<Stratum> single_runs(std::size_t b, std::size_t c) {
    std::vector<Stratum> cells(b, Stratum{0, 1, 1, 1});
    cells.insert(cells.end(), c, Stratum{1, 1, 0, 1});
    cells.push_back({1, 1, 1, 1});
    return cells;
}

TEST(Stratified, with_one_run_on_each_side_it_is_mcnemars_test) {
    for (const auto& c : cases("mcnemar")) {
        const std::size_t improved = count(c, "b");
        const std::size_t regressed = count(c, "c");
        const StratifiedTest test = stratified_permutation(single_runs(improved, regressed));
        EXPECT_EQ(test.telling, improved + regressed);
        expect_close(test.p_two_sided, number(c, "p_exact_two_sided"), 1e-9);
        expect_close(test.p_mid, number(c, "p_mid_two_sided"), 1e-9);
        expect_close(test.p_worse, number(c, "p_exact_one_sided_c_large"), 1e-9);
    }
}

TEST(Stratified, one_cell_is_fishers_exact_test) {
    const std::vector<Stratum> one{{.old_passed = 8, .old_n = 10, .new_passed = 3, .new_n = 10}};
    EXPECT_NEAR(stratified_permutation(one).p_worse, fisher_exact(3, 7, 8, 2).p_less, 1e-12);
}

TEST(Stratified, unequal_numbers_of_runs_are_enumerated_correctly) {
    // By hand: cell 1 has 2 passes among 3 old and 1 new run, cell 2 one pass among 1 and 1. The new run of cell 1
    // passes with chance 1/2 (difference 2/3 or -2/3), that of cell 2 with 1/2 (difference 1 or -1).
    const std::vector<Stratum> cells{{2, 3, 0, 1}, {1, 1, 0, 1}};
    const StratifiedTest test = stratified_permutation(cells);
    EXPECT_NEAR(test.p_worse, 0.25, 1e-12);
    EXPECT_NEAR(test.p_better, 1.0, 1e-12);
}

TEST(Stratified, the_approximation_agrees_with_the_exact_test) {
    const StratifiedTest exact = stratified_permutation(single_runs(400, 460));
    const StratifiedTest near = stratified_permutation(single_runs(40'000, 40'600));
    EXPECT_TRUE(exact.exact);
    EXPECT_FALSE(near.exact);
    const McNemar known = mcnemar(40'000, 40'600);
    EXPECT_NEAR(near.p_worse, known.p_c_large, 1e-4);
    EXPECT_NEAR(near.p_two_sided, known.p_exact, 2e-4);
}

TEST(Stratified, nothing_told_proves_nothing) {
    const std::vector<Stratum> same{{3, 3, 1, 1}, {0, 2, 0, 2}, {1, 1, 0, 0}};
    const StratifiedTest test = stratified_permutation(same);
    EXPECT_EQ(test.telling, 0U);
    EXPECT_EQ(test.p_worse, 1.0);
}

TEST(Newcombe, matches_the_vectors) {
    for (const auto& c : cases("newcombe_diff")) {
        expect_close(newcombe(count(c, "x1"), count(c, "n1"), count(c, "x2"), count(c, "n2"), number(c, "conf")),
                     c.at("ci"), 1e-9);
    }
    EXPECT_EQ(newcombe(0, 0, 0, 0).high, 1.0);
}

TEST(Noninferiority, of_independent_samples_matches_the_vectors) {
    for (const auto& c : cases("noninferiority_farrington_manning")) {
        const FarringtonManning test = farrington_manning(count(c, "x_new"), count(c, "n_new"), count(c, "x_old"),
                                                          count(c, "n_old"), number(c, "margin"));
        expect_close(test.p_new_restricted, number(c, "p_new_restricted"), 1e-7);
        expect_close(test.p_old_restricted, number(c, "p_old_restricted"), 1e-7);
        expect_close(test.z, number(c, "z"), 1e-7);
        expect_close(test.p, number(c, "p_one_sided"), 1e-7);
        EXPECT_EQ(test.p < 0.05, c.at("noninferior_at_05").as_bool());
    }
}

TEST(Noninferiority, of_independent_samples_survives_the_corners) {
    for (const std::size_t x : {0U, 1U, 19U, 20U}) {
        for (const std::size_t y : {0U, 1U, 19U, 20U}) {
            for (const double margin : {0.0, 0.05, 0.5}) {
                const FarringtonManning test = farrington_manning(x, 20, y, 20, margin);
                EXPECT_TRUE(std::isfinite(test.z));
                EXPECT_GE(test.p_new_restricted, 0.0);
                EXPECT_LE(test.p_old_restricted, 1.0 + 1e-12);
            }
        }
    }
}

TEST(Noninferiority, of_pairs_matches_the_vectors) {
    const std::vector<std::size_t> tasks{50, 50, 10};
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto& c = cases("noninferiority_paired").at(i);
        const double mean = number(c, "mean_diff");
        const double margin = number(c, "margin");
        const double se = number(c, "se");
        const PairedNoninferiority test = noninferiority_paired(mean, se, tasks[i], margin);
        expect_close(test.lower, number(c, "lower95_one_sided"), 1e-9);
        expect_close((mean + margin) / se, number(c, "t_noninf"), 1e-9);
        expect_close(test.p_noninferior, number(c, "p_noninf"), 1e-9);
        expect_close(test.p_tost, number(c, "p_tost"), 1e-9);
        expect_close(student_quantile(0.95, static_cast<double>(tasks[i] - 1)), number(c, "t_crit_95"), 1e-9);
        EXPECT_EQ(test.verdict == Shipping::pass, c.at("noninferior").as_bool());
    }
}

TEST(Noninferiority, has_three_outcomes_and_never_passes_on_nothing) {
    EXPECT_EQ(noninferiority_paired(-0.02, 0.045, 50, 0.1).verdict, Shipping::pass);
    EXPECT_EQ(noninferiority_paired(-0.02, 0.045, 50, 0.03).verdict, Shipping::inconclusive);
    EXPECT_EQ(noninferiority_paired(-0.2, 0.045, 50, 0.03).verdict, Shipping::fail);
    EXPECT_EQ(noninferiority_paired(-0.01, 0.002, 50, 0.05, 0.05, 0.02).verdict, Shipping::pass);
    EXPECT_EQ(noninferiority_paired(0.0, 0.0, 1, 0.05).verdict, Shipping::inconclusive);
}

TEST(Power, matches_the_vectors) {
    for (const auto& c : cases("power_paired")) {
        const PairedDesign design{number(c, "omega2"), number(c, "sigma2A"), number(c, "sigma2B"), number(c, "KA"),
                                  number(c, "KB"),     number(c, "alpha"),   number(c, "power")};
        const double delta = number(c, "delta");
        // The inputs are rounded to 12 digits, so n is compared at that accuracy.
        expect_close(tasks_needed_exactly(design, delta), number(c, "n_exact"), 1e-9);
        EXPECT_EQ(tasks_needed(design, delta), count(c, "n"));
        expect_close(minimum_detectable(design, number(c, "n")), number(c, "mde_at_n"), 1e-9);
    }
    const auto& published = group("power_paired").at("extra").at("hagverdiyev_realized_mde");
    const double mde = number(published, "factor") * number(published, "sd") / std::sqrt(number(published, "n"));
    expect_close(mde, number(published, "mde"), 1e-9);
    EXPECT_NEAR(minimum_detectable(number(published, "sd"), number(published, "n")), number(published, "published"),
                2e-4);
}

TEST(Power, says_when_runs_cannot_buy_what_only_tasks_can) {
    PairedDesign design{.omega2 = 0.0, .sigma2_a = 0.147, .sigma2_b = 0.147};
    const auto runs = runs_needed(design, 50, 0.05);
    ASSERT_TRUE(runs.has_value());
    EXPECT_EQ(*runs, 19U);  // the figure of the method notes for 50 tasks and five points
    design.omega2 = 0.05;
    EXPECT_FALSE(runs_needed(design, 50, 0.05).has_value());
}

TEST(Fisher, matches_the_vectors) {
    for (const auto& c : cases("fisher_exact")) {
        const std::vector<double> t = numbers(c.at("table"));
        const auto cell = [&](std::size_t i) { return static_cast<std::size_t>(t[i]); };
        const Fisher test = fisher_exact(cell(0), cell(1), cell(2), cell(3));
        expect_close(test.p_two_sided, number(c, "p_two_sided"), 1e-10);
        expect_close(test.p_less, number(c, "p_less"), 1e-10);
    }
    EXPECT_NEAR(fisher_exact(0, 0, 0, 0).p_two_sided, 1.0, 1e-12);
}

TEST(Multiplicity, matches_the_vectors) {
    for (const auto& c : cases("multiplicity")) {
        const std::vector<double> p = numbers(c.at("p"));
        const std::vector<std::pair<const char*, std::vector<double>>> adjusted{{"bonferroni", bonferroni(p)},
                                                                                {"holm", holm(p)},
                                                                                {"hochberg", hochberg(p)},
                                                                                {"bh", benjamini_hochberg(p)},
                                                                                {"by", benjamini_yekutieli(p)}};
        for (const auto& [name, values] : adjusted) {
            const std::vector<double> expected = numbers(c.at(name));
            std::size_t rejections = 0;
            for (std::size_t i = 0; i < p.size(); ++i) {
                expect_close(values[i], expected[i], 1e-10, name);
                rejections += values[i] <= 0.05 + 1e-12 ? 1U : 0U;
            }
            EXPECT_EQ(rejections, count(c.at("rejections_at_05"), name)) << name;
        }
    }
}

}  // namespace
}  // namespace sosia::stats
