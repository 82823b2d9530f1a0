#include <gtest/gtest.h>

#include "stats/agreement.h"
#include "stats/calibration.h"
#include "stats/clustering_metrics.h"
#include "stats/judge_correction.h"
#include "stats/lexical.h"
#include "stats/ppi.h"
#include "stats/stat_vectors.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

using namespace vectors;

TEST(Agreement, of_two_raters_matches_the_vectors) {
    for (const auto& c : cases("cohen_kappa")) {
        const Agreement a = agreement(rows(c.at("matrix")));
        const std::string name(c.at("name").as_string());
        EXPECT_EQ(a.n, number(c, "n"));
        expect_close(a.raw, number(c, "percent_agreement"), 1e-9, name);
        expect_close(a.kappa.value(), number(c, "cohen_kappa"), 1e-9, name);
        expect_close(a.kappa_se, number(c, "kappa_se"), 1e-9, name);
        expect_close(a.kappa_linear.value(), number(c, "weighted_linear"), 1e-9, name);
        expect_close(a.kappa_quadratic.value(), number(c, "weighted_quadratic"), 1e-9, name);
        expect_close(a.gwet_ac1, number(c, "gwet_ac1"), 1e-9, name);
        expect_close(a.pabak, number(c, "pabak"), 1e-9, name);
    }
}

TEST(Agreement, kappa_is_undefined_when_everybody_says_the_same) {
    const Agreement a = agreement({{20, 0}, {0, 0}});
    EXPECT_EQ(a.raw, 1.0);
    EXPECT_FALSE(a.kappa.has_value());
    EXPECT_EQ(agreement({}).n, 0.0);
}

TEST(Agreement, of_many_raters_matches_the_vectors) {
    for (const auto& c : cases("fleiss_kappa")) {
        expect_close(fleiss_kappa(rows(c.at("table"))).value(), number(c, "kappa"), 1e-9);
    }
    EXPECT_FALSE(fleiss_kappa({}).has_value());
}

TEST(Agreement, with_gaps_matches_the_vectors) {
    const std::vector<std::pair<const char*, Scale>> scales{{"nominal", Scale::nominal},
                                                            {"ordinal", Scale::ordinal},
                                                            {"interval", Scale::interval},
                                                            {"ratio", Scale::ratio}};
    for (const auto& c : cases("krippendorff_alpha")) {
        std::vector<std::vector<std::optional<double>>> ratings;
        for (const auto& rater : c.at("raters").as_array()) {
            ratings.emplace_back();
            for (const auto& value : rater.as_array()) {
                ratings.back().push_back(value.is_null() ? std::nullopt : std::optional(number(value)));
            }
        }
        for (const auto& [name, scale] : scales) {
            if (c.as_object().contains(name)) {
                expect_close(krippendorff_alpha(ratings, scale).value(), number(c, name), 1e-9, name);
            }
        }
    }
}

TEST(Agreement, majorities_match_the_vectors) {
    for (const auto& c : cases("median_of_k")) {
        expect_close(majority_correct(number(c, "p_correct"), count(c, "k")), number(c, "p_majority_correct"), 1e-12);
    }
}

TEST(JudgeCorrection, matches_the_vectors) {
    for (const auto& c : cases("judge_rogan_gladen")) {
        const auto corrected =
            correct_judge({number(c, "p_judge"), number(c, "specificity_q0"), number(c, "sensitivity_q1"),
                           count(c, "n"), count(c, "m0"), count(c, "m1")});
        ASSERT_TRUE(corrected.has_value());
        expect_close(corrected->rate, number(c, "theta"), 1e-9);
        expect_close(corrected->unclipped, number(c, "theta_unclipped"), 1e-9);
        expect_close(corrected->se, number(c, "se_delta"), 1e-9);
        expect_close(corrected->interval, c.at("ci95_lee"), 1e-9);
        EXPECT_EQ(corrected->contradiction, number(c, "theta_unclipped") < 0);
    }
}

TEST(JudgeCorrection, a_judge_no_better_than_chance_corrects_nothing) {
    EXPECT_FALSE(correct_judge({0.5, 0.4, 0.6, 100, 50, 50}).has_value());
    EXPECT_FALSE(correct_judge({0.5, 0.9, 0.9, 100, 0, 50}).has_value());
}

TEST(Ppi, matches_the_vectors) {
    for (const auto& c : cases("ppi_mean")) {
        const std::vector<double> labels = numbers(c.at("Y"));
        const std::vector<double> labelled = numbers(c.at("f_lab"));
        const std::vector<double> unlabelled = numbers(c.at("f_unl"));
        const double best = ppi_best_lambda(labels, labelled, unlabelled);
        expect_close(best, number(c, "lambda_star"), 1e-10);
        const PpiMean plain = ppi_mean(labels, labelled, unlabelled, 1.0);
        expect_close(plain.estimate, number(c, "theta_ppi"), 1e-10);
        expect_close(plain.se, number(c, "se_ppi"), 1e-10);
        const PpiMean tuned = ppi_mean(labels, labelled, unlabelled, best);
        expect_close(tuned.estimate, number(c, "theta_ppipp"), 1e-10);
        expect_close(tuned.se, number(c, "se_ppipp"), 1e-10);
        expect_close(tuned.interval, c.at("ci95_ppipp"), 1e-10);
        const PpiMean labels_only = ppi_mean(labels, labelled, unlabelled, 0.0);
        expect_close(labels_only.estimate, number(c, "theta_classical"), 1e-10);
        expect_close(labels_only.se, number(c, "se_classical"), 1e-10);
    }
}

TEST(Calibration, matches_the_vectors) {
    for (const auto& c : cases("calibration")) {
        const std::vector<double> p = numbers(c.at("p"));
        const std::vector<double> y = numbers(c.at("y"));
        expect_close(brier_score(p, y), number(c, "brier"), 1e-10);
        expect_close(expected_calibration_error(p, y, 5), number(c, "ece5"), 1e-10);
        expect_close(discrimination_auc(p, y), number(c, "auc"), 1e-10);
        const std::vector<double> fitted = isotonic_by_p(p, y);
        const std::vector<double> expected = numbers(c.at("isotonic_sorted_by_p"));
        ASSERT_EQ(fitted.size(), expected.size());
        for (std::size_t i = 0; i < fitted.size(); ++i) {
            expect_close(fitted[i], expected[i], 1e-10);
        }
    }
}

std::vector<int> labels_of(const boost::json::value& v) {
    std::vector<int> out;
    for (const double x : numbers(v)) {
        out.push_back(static_cast<int>(x));
    }
    return out;
}

TEST(Grouping, scores_match_the_vectors) {
    for (const auto& c : cases("clustering_metrics")) {
        const GroupingScores s = grouping_scores(labels_of(c.at("truth")), labels_of(c.at("pred")));
        expect_close(s.ari, number(c, "ari"), 1e-9, "ari");
        expect_close(s.homogeneity, number(c, "homogeneity"), 1e-9, "homogeneity");
        expect_close(s.completeness, number(c, "completeness"), 1e-9, "completeness");
        expect_close(s.v_measure, number(c, "v_measure"), 1e-9, "v");
        expect_close(s.nmi, number(c, "nmi_arithmetic"), 1e-9, "nmi");
        expect_close(s.purity, number(c, "purity"), 1e-9, "purity");
    }
}

TEST(Grouping, silhouettes_match_the_vector) {
    const auto& c = group("clustering_metrics").at("silhouette");
    const std::vector<double> values = silhouettes(rows(c.at("X")), labels_of(c.at("labels")));
    const std::vector<double> expected = numbers(c.at("per_point"));
    for (std::size_t i = 0; i < values.size(); ++i) {
        expect_close(values[i], expected[i], 1e-9);
    }
    expect_close(mean(values), number(c, "mean"), 1e-9);
}

TEST(Grouping, words_that_tell_classes_apart_match_the_vector) {
    const auto& c = group("clustering_metrics").at("c_tf_idf");
    std::vector<WordCounts> classes;
    for (const auto& docs : c.at("docs").as_object()) {
        std::vector<Tokens> texts;
        for (const auto& text : docs.value().as_array()) {
            texts.push_back(tokens(std::string(text.as_string())));
        }
        classes.push_back(word_counts(texts));
    }
    const std::vector<WordCounts> weights = class_tf_idf(classes);
    std::size_t at = 0;
    for (const auto& expected : c.at("weights").as_object()) {
        ASSERT_EQ(weights[at].size(), expected.value().as_object().size());
        for (const auto& word : expected.value().as_object()) {
            expect_close(weights[at].at(std::string(word.key())), number(word.value()), 1e-9);
        }
        ++at;
    }
}

}  // namespace
}  // namespace sosia::stats
