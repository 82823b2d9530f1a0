#include "analysis/gate.h"

#include <gtest/gtest.h>

#include "analysis/test_support.h"

namespace sosia::analysis {
namespace {

// Of `n` conversations of ann and of bob, these many fail.
std::vector<Conversation> run(int n, int ann_fails, int bob_fails) {
    std::vector<Conversation> all;
    for (int i = 0; i < n; ++i) {
        all.push_back(
            talk({.persona = "ann", .repetition = i, .outcome = i < ann_fails ? Outcome::failed : Outcome::passed}));
        all.push_back(talk({.persona = "bob",
                            .repetition = i,
                            .outcome = i < bob_fails ? Outcome::failed : Outcome::passed,
                            .adversary = "pushy"}));
    }
    return all;
}

TEST(Gate, without_thresholds_every_conversation_must_pass) {
    EXPECT_EQ(summary_of(small_suite(), run(4, 0, 0)).verdict, Verdict::passed);
    const Summary s = summary_of(small_suite(), run(4, 0, 1));
    EXPECT_EQ(s.verdict, Verdict::failed);
    EXPECT_EQ(s.verdict_reason, "pass_rate: 7 of 8 passed (87.5 %); at least 100.0 % is required");
}

TEST(Gate, a_rate_equal_to_its_threshold_passes) {
    Suite suite = small_suite();
    suite.gate.pass_rate = 0.875;
    EXPECT_EQ(summary_of(suite, run(4, 0, 1)).verdict, Verdict::passed);
    suite.gate.pass_rate = 0.876;
    EXPECT_EQ(summary_of(suite, run(4, 0, 1)).verdict, Verdict::failed);
}

TEST(Gate, the_floor_holds_for_the_worst_persona_scenario_or_family) {
    Suite suite = small_suite();
    suite.gate.pass_rate = 0.5;
    suite.gate.floor = 0.6;
    EXPECT_EQ(summary_of(suite, run(10, 0, 4)).verdict, Verdict::passed);
    const Summary s = summary_of(suite, run(10, 0, 5));
    EXPECT_EQ(s.verdict, Verdict::failed);
    EXPECT_NE(s.verdict_reason.find("floor: "), std::string::npos);
    EXPECT_NE(s.verdict_reason.find("5 of 10"), std::string::npos);
}

TEST(Gate, the_floor_leaves_out_slices_that_are_too_small_to_say_anything) {
    Suite suite = small_suite();
    suite.gate.pass_rate = 0.5;
    suite.gate.floor = 0.6;
    std::vector<Conversation> all = run(10, 0, 0);
    all.push_back(talk({.persona = "cleo", .outcome = Outcome::failed}));
    EXPECT_EQ(summary_of(suite, all).verdict, Verdict::passed);
}

TEST(Gate, holds_slices_against_their_own_thresholds) {
    Suite suite = small_suite();
    suite.gate.pass_rate = 0.5;
    suite.gate.by["adversary.family"] = 0.8;
    EXPECT_EQ(summary_of(suite, run(10, 0, 2)).verdict, Verdict::passed);
    const Summary s = summary_of(suite, run(10, 0, 3));
    EXPECT_EQ(s.verdict, Verdict::failed);
    EXPECT_NE(s.verdict_reason.find("adversary.family objection-ladder"), std::string::npos);
    suite.gate.by = {{"persona.style=terse", 0.9}};
    EXPECT_EQ(summary_of(suite, run(10, 0, 3)).verdict, Verdict::passed);
    EXPECT_EQ(summary_of(suite, run(10, 2, 0)).verdict, Verdict::failed);
}

TEST(Gate, shows_a_key_that_nothing_ran_for) {
    Suite suite = small_suite();
    suite.gate.by["persona.style=rambling"] = 0.9;
    const Summary s = summary_of(suite, run(2, 0, 0));
    EXPECT_EQ(s.verdict, Verdict::passed);
    EXPECT_EQ(s.gate[1].name, "persona.style=rambling (nothing ran)");
}

TEST(Gate, asks_for_a_mean_score) {
    Suite suite = small_suite();
    suite.gate.score = 4;
    std::vector<Conversation> all = run(1, 0, 0);
    all[0].metrics.score = 5;
    all[1].metrics.score = 2.9;
    const Summary s = summary_of(suite, all);
    EXPECT_EQ(s.verdict, Verdict::failed);
    EXPECT_EQ(s.verdict_reason, "mean score 3.95; at least 4.00 is required");
}

TEST(Gate, too_many_invalid_conversations_make_the_run_not_valid) {
    std::vector<Conversation> all = run(10, 0, 0);
    all.push_back(talk({.persona = "bob", .outcome = Outcome::invalid, .edge_case = "late"}));
    EXPECT_EQ(summary_of(small_suite(), all).verdict, Verdict::passed);  // 1 of 21 is within 5 %
    all.push_back(talk({.persona = "ann", .outcome = Outcome::invalid, .edge_case = "late"}));
    EXPECT_EQ(summary_of(small_suite(), all).verdict, Verdict::not_valid);
    Suite patient = small_suite();
    patient.gate.invalid = 0.2;
    EXPECT_EQ(summary_of(patient, all).verdict, Verdict::passed);
}

TEST(Gate, not_valid_wins_over_failed) {
    std::vector<Conversation> all = run(2, 2, 2);
    all.push_back(talk({.outcome = Outcome::invalid, .edge_case = "late"}));
    EXPECT_EQ(summary_of(small_suite(), all).verdict, Verdict::not_valid);
}

TEST(Gate, a_run_that_stopped_early_or_judged_nothing_is_not_valid) {
    EXPECT_EQ(summary_of(small_suite(), run(2, 0, 0), "interrupted").verdict, Verdict::not_valid);
    EXPECT_EQ(summary_of(small_suite(), {}).verdict, Verdict::not_valid);
    EXPECT_EQ(summary_of(small_suite(), {talk({.outcome = Outcome::invalid})}).verdict, Verdict::not_valid);
}

}  // namespace
}  // namespace sosia::analysis
