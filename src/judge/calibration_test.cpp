#include "judge/calibration.h"

#include <boost/json/object.hpp>

#include "judge/calibration_file.h"
#include "judge/test_support.h"
#include "stats/stat_vectors.h"

namespace sosia::judge {
namespace {

// Conversations in which people and judge agree as counted: [person][judge], failed before passed; `others` are judged
// only.
struct Sample {
    std::vector<Label> labels;
    std::vector<JudgedConversation> judged;

    void add(std::size_t n, std::optional<bool> person, bool judge, std::vector<int> votes = {}) {
        for (std::size_t i = 0; i < n; ++i) {
            const std::string id = fmt::format("c{:06}", judged.size());
            Opinion opinion{.criterion = "tone", .model = "m", .level = judge ? 5 : 1};
            opinion.votes = votes.empty() ? std::vector{opinion.level} : votes;
            judged.push_back({.id = id, .opinions = {opinion}});
            if (person) {
                labels.push_back({.conversation = id, .criterion = "tone", .passed = *person});
            }
        }
    }
};

Sample sample(const std::vector<std::vector<double>>& matrix, std::size_t others_passed = 0,
              std::size_t others_failed = 0) {
    Sample out;
    for (const std::size_t person : {0U, 1U}) {
        for (const std::size_t judge : {0U, 1U}) {
            out.add(static_cast<std::size_t>(matrix[person][judge]), person == 1, judge == 1);
        }
    }
    out.add(others_passed, std::nullopt, true);
    out.add(others_failed, std::nullopt, false);
    return out;
}

CriterionReport report_of(const Sample& s) {
    const auto reports = calibrate(s.labels, s.judged, ready_rubrics());
    EXPECT_EQ(reports.size(), 1U);
    return reports.front();
}

TEST(Calibrate, agreement_matches_the_vectors) {
    int checked = 0;
    for (const auto& c : stats::vectors::cases("cohen_kappa")) {
        const auto matrix = stats::vectors::rows(c.at("matrix"));
        if (matrix.size() != 2) {
            continue;
        }
        const CriterionReport r = report_of(sample(matrix));
        stats::vectors::expect_close(r.agreement.kappa.value(), stats::vectors::number(c, "cohen_kappa"), 1e-9);
        stats::vectors::expect_close(r.agreement.gwet_ac1, stats::vectors::number(c, "gwet_ac1"), 1e-9);
        stats::vectors::expect_close(r.agreement.raw, stats::vectors::number(c, "percent_agreement"), 1e-9);
        ++checked;
    }
    EXPECT_GE(checked, 3);
}

TEST(Calibrate, the_corrected_pass_rate_matches_the_vectors) {
    const auto& c = stats::vectors::cases("judge_rogan_gladen").at(0);  // p .4 of 1000, q0 .7 of 200, q1 .9 of 200
    const CriterionReport r = report_of(sample({{140, 60}, {20, 180}}, 160, 440));
    EXPECT_DOUBLE_EQ(r.pass_rate, stats::vectors::number(c, "p_judge"));
    EXPECT_DOUBLE_EQ(r.specificity, stats::vectors::number(c, "specificity_q0"));
    EXPECT_DOUBLE_EQ(r.sensitivity, stats::vectors::number(c, "sensitivity_q1"));
    ASSERT_TRUE(r.corrected.has_value());
    stats::vectors::expect_close(r.corrected->rate, stats::vectors::number(c, "theta"), 1e-9);
    stats::vectors::expect_close(r.corrected->interval, c.at("ci95_lee"), 1e-9);
    EXPECT_EQ(r.shortcoming, "");
}

TEST(Calibrate, labels_and_data_that_cannot_both_be_right_are_called_so) {
    const CriterionReport r = report_of(sample({{140, 60}, {20, 180}}, 0, 600));  // passes 24 %, but fails pass 30 %
    ASSERT_TRUE(r.corrected.has_value());
    EXPECT_TRUE(r.corrected->contradiction);
    EXPECT_TRUE(r.shortcoming.contains("contradicts"));
}

TEST(Calibrate, fifty_labels_of_each_kind_are_needed) {
    EXPECT_EQ(report_of(sample({{50, 0}, {0, 50}})).shortcoming, "");
    EXPECT_TRUE(report_of(sample({{49, 0}, {0, 50}})).shortcoming.contains("50 of each"));
    EXPECT_TRUE(report_of(sample({{50, 0}, {0, 49}})).shortcoming.contains("50 of each"));
}

TEST(Calibrate, a_judge_that_may_be_guessing_does_not_gate) {
    EXPECT_TRUE(report_of(sample({{30, 30}, {30, 30}})).shortcoming.contains("chance"));
    EXPECT_FALSE(report_of(sample({{10, 90}, {90, 10}})).corrected.has_value());
}

TEST(Calibrate, votes_on_both_sides_are_flips) {
    Sample s;
    s.add(3, true, true, {5, 4, 2});
    s.add(1, true, true, {5, 4, 3});
    s.add(2, true, true);
    const CriterionReport r = report_of(s);
    EXPECT_EQ(r.repeated, 4U);
    EXPECT_EQ(r.flipped, 3U);
}

TEST(Calibrate, levels_of_several_raters_count_as_their_median) {
    Sample s;
    s.judged = {{.id = "c1", .opinions = {{.criterion = "tone", .level = 4}}},
                {.id = "c2", .opinions = {{.criterion = "tone", .level = 2}}}};
    s.labels = {{"c1", "tone", "ann", 5},
                {"c1", "tone", "bob", 4},
                {"c1", "tone", "cas", 1},
                {"c2", "tone", "ann", 2},
                {"c2", "tone", "bob", 1}};
    const CriterionReport r = report_of(s);
    ASSERT_TRUE(r.on_levels.has_value());
    EXPECT_EQ(r.levels[3][3], 1);
    EXPECT_EQ(r.levels[0][1], 1);
    EXPECT_EQ(r.pass_labels, 1U);
    EXPECT_TRUE(r.alpha_people.has_value());
}

TEST(Labels, are_pass_fail_or_levels_with_a_row_for_what_is_wrong) {
    const auto labels = read_labels("id,criterion,label,rater\nc1,tone,pass,ann\nc2,\"tone\",2,bob\n\n");
    ASSERT_TRUE(labels.has_value());
    EXPECT_TRUE(labels->at(0).passed);
    EXPECT_EQ(labels->at(1).level, 2);
    for (const char* bad : {"", "id,label\nc,1", "id,criterion,label\nc1,tone,6", "id,criterion,label\nc1,tone,good",
                            "id,criterion,label\nc1,tone"}) {
        EXPECT_FALSE(read_labels(bad).has_value()) << bad;
    }
}

class Stands : public ::testing::Test {
  protected:
    Stands() {
        suite_.judge.criteria = {"tone", "coherence"};
        calibration_.pins = judge()->pins();
        calibration_.criteria = {report_of(sample({{60, 5}, {5, 60}}))};
    }
    std::unique_ptr<Judge> judge(const std::string& model = "m") {
        const auto scripted =
            std::make_shared<llm::ScriptedModel>([](const llm::ChatRequest&) { return llm::text_answer(""); }, model);
        return std::move(*Judge::create(suite_, scripted, book_));
    }
    prompt::Book book_ = std::move(*prompt::Book::create());
    Suite suite_;
    Calibration calibration_;
};

TEST_F(Stands, without_calibration_a_judge_is_advisory_unless_the_suite_says_so) {
    EXPECT_TRUE(standing_of(suite_, *judge(), nullptr).standing.gating.empty());
    EXPECT_EQ(standing_of(suite_, *judge(), nullptr).advisory.at("tone"), "it is not calibrated");
    suite_.judge.gates = true;
    EXPECT_EQ(standing_of(suite_, *judge(), nullptr).standing.gating.size(), 2U);
}

TEST_F(Stands, a_calibrated_criterion_gates_and_the_others_do_not) {
    const Result<Calibration> read = calibration_from_text(to_text(calibration_));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    const StandingReport standing = standing_of(suite_, *judge(), &*read);
    EXPECT_EQ(standing.standing.gating, std::set<std::string>{"tone"});
    EXPECT_EQ(standing.advisory.at("coherence"), "nobody has labelled it");
}

TEST_F(Stands, another_model_prompt_rubric_or_floor_makes_it_stale) {
    EXPECT_TRUE(
        standing_of(suite_, *judge("other"), &calibration_).advisory.at("tone").contains("judge model changed"));
    suite_.scorecard.criteria = {{.name = "tone", .floor = 4}};
    EXPECT_TRUE(standing_of(suite_, *judge(), &calibration_).advisory.at("tone").contains("floor changed"));
    suite_.scorecard.criteria = {
        {.name = "tone", .question = "Kind?", .levels = {{1, "no", ""}, {3, "so", ""}, {5, "yes", ""}}}};
    EXPECT_TRUE(standing_of(suite_, *judge(), &calibration_).advisory.at("tone").contains("rubric tone changed"));
    suite_.scorecard.criteria.clear();
    book_ = std::move(*prompt::Book::create({{"judge-system", "be kind"}}));
    EXPECT_TRUE(standing_of(suite_, *judge(), &calibration_).advisory.at("tone").contains("judge prompts changed"));
}

TEST_F(Stands, one_with_a_shortcoming_stays_advisory) {
    calibration_.criteria = {report_of(sample({{10, 0}, {0, 10}}))};
    EXPECT_TRUE(standing_of(suite_, *judge(), &calibration_).advisory.at("tone").contains("10 pass"));
}

TEST(CalibrationFile, hostile_text_is_an_error) {
    for (const char* text : {"", "{}", "[]", R"({"sosia_judge_calibration":2})",
                             R"({"sosia_judge_calibration":1,"pins":[],"criteria":{}})"}) {
        EXPECT_FALSE(calibration_from_text(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace sosia::judge
