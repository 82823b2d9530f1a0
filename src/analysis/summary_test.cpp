#include <gtest/gtest.h>

#include <cmath>

#include "analysis/test_support.h"

namespace sosia::analysis {
namespace {

TEST(Summary, does_not_depend_on_the_order_conversations_finish_in) {
    const Suite suite = small_suite();
    SummaryBuilder forward(suite, 12);
    SummaryBuilder backward(suite, 12);
    std::vector<Conversation> all;
    for (int i = 0; i < 6; ++i) {
        all.push_back(talk({.repetition = i,
                            .outcome = i == 0 ? Outcome::failed : Outcome::passed,
                            .checks = {{.name = "claims", .passed = i != 0, .turn = 2, .detail = "d"}}}));
        all.push_back(talk({.persona = "bob", .repetition = i}));
        all.back().metrics.score = 1 + i / 3.0;
        all.back().metrics.cost_usd = 0.1 * i;
        all.back().scores = {{.criterion = "emotional-calibration", .value = 5 - i / 7.0}};
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        forward.add(all[i], i);
        backward.add(all[all.size() - 1 - i], all.size() - 1 - i);
    }
    const Summary a = forward.finish("");
    const Summary b = backward.finish("");
    EXPECT_EQ(a.rate.passed, 11U);
    EXPECT_EQ(a.rate.low, b.rate.low);
    EXPECT_EQ(*a.score, *b.score);
    EXPECT_EQ(*a.cost_usd, *b.cost_usd);
    EXPECT_EQ(a.criteria, b.criteria);
    EXPECT_EQ(a.tone[0].spread, b.tone[0].spread);
    ASSERT_EQ(a.findings.size(), 1U);
    EXPECT_EQ(a.findings[0].examples[0].conversation, b.findings[0].examples[0].conversation);
}

TEST(Summary, leaves_invalid_conversations_out_of_the_rate_and_shows_both_conventions) {
    const Summary s = summary_of(small_suite(), {talk({}), talk({.persona = "bob", .outcome = Outcome::invalid})});
    EXPECT_EQ(s.rate.n, 1U);
    EXPECT_EQ(s.rate_invalid_failed.n, 2U);
    EXPECT_DOUBLE_EQ(s.rate_invalid_failed.value, 0.5);
    EXPECT_EQ(s.invalid_by.at("infrastructure"), 1U);
    ASSERT_EQ(s.invalid_examples.size(), 1U);
}

TEST(Summary, slices_by_trait_category_edge_case_family_and_tag_add_up) {
    const Suite suite = small_suite();
    std::vector<Conversation> all;
    for (const char* persona : {"ann", "bob"}) {
        for (const char* adversary : {"calm", "pushy"}) {
            for (const char* edge_case : {"", "late"}) {
                const bool fails = std::string_view(persona) == "bob" && std::string_view(adversary) == "pushy";
                all.push_back(talk({.persona = persona,
                                    .outcome = fails ? Outcome::failed : Outcome::passed,
                                    .adversary = adversary,
                                    .edge_case = edge_case}));
            }
        }
    }
    const Summary s = summary_of(suite, all);
    EXPECT_DOUBLE_EQ(s.slice("persona.style", "terse")->rate.value, 1.0);
    EXPECT_DOUBLE_EQ(s.slice("persona.style", "verbose")->rate.value, 0.5);
    EXPECT_DOUBLE_EQ(s.slice("adversary.family", "objection-ladder")->rate.value, 0.5);
    EXPECT_EQ(s.slice("edge_case", "-")->rate.n, 4U);
    EXPECT_EQ(s.slice("edge_case", "refund/late")->rate.n, 4U);
    EXPECT_EQ(s.slice("category", "billing")->rate.n, 8U);
    EXPECT_EQ(s.slice("tag", "smoke")->rate.n, 8U);
    for (const char* dimension :
         {"persona", "persona.style", "scenario", "edge_case", "adversary", "adversary.family"}) {
        std::uint64_t n = 0;
        std::uint64_t passed = 0;
        for (const Slice& slice : s.slices) {
            n += slice.dimension == dimension ? slice.rate.n : 0;
            passed += slice.dimension == dimension ? slice.rate.passed : 0;
        }
        EXPECT_EQ(n, s.rate.n) << dimension;
        EXPECT_EQ(passed, s.rate.passed) << dimension;
    }
}

TEST(Summary, three_of_three_says_almost_nothing) {
    const Summary s = summary_of(small_suite(), {talk({}), talk({.adversary = "pushy"}), talk({.edge_case = "late"})});
    EXPECT_NEAR(s.slice("persona", "ann")->rate.low, 0.44, 0.005);
    EXPECT_EQ(s.slice("persona", "ann")->rate.high, 1.0);
}

TEST(Summary, repetitions_of_a_cell_say_less_than_independent_conversations) {
    std::vector<Conversation> repeated;
    std::vector<Conversation> spread;
    for (int i = 0; i < 12; ++i) {
        const bool fails = i >= 6;
        repeated.push_back(talk(
            {.persona = fails ? "ann" : "bob", .repetition = i, .outcome = fails ? Outcome::failed : Outcome::passed}));
        spread.push_back(
            talk({.persona = "p" + std::to_string(i), .outcome = fails ? Outcome::failed : Outcome::passed}));
    }
    const Rate clustered = summary_of(small_suite(), repeated).rate;
    const Rate independent = summary_of(small_suite(), spread).rate;
    EXPECT_GT(clustered.high - clustered.low, independent.high - independent.low);
}

TEST(Summary, counts_findings_and_warnings_apart) {
    const Summary s = summary_of(
        small_suite(),
        {talk({.checks = {{.name = "claims", .passed = false, .gates = false}}}),
         talk({.persona = "bob", .outcome = Outcome::failed, .checks = {{.name = "claims", .passed = false}}})});
    ASSERT_EQ(s.checks.size(), 1U);
    EXPECT_EQ(s.checks[0].applied, 2U);
    EXPECT_EQ(s.checks[0].failed, 1U);
    EXPECT_EQ(s.checks[0].warned, 1U);
    ASSERT_EQ(s.findings.size(), 1U);
    EXPECT_EQ(s.findings[0].conversations, 1U);
}

TEST(Summary, task_completion_counts_where_the_scenario_says_how_it_must_end) {
    const auto ends = [](const char* persona, bool right) {
        return talk({.persona = persona,
                     .outcome = right ? Outcome::passed : Outcome::failed,
                     .checks = {{.name = "resolution", .passed = right}}});
    };
    const Summary s = summary_of(
        small_suite(), {ends("ann", true), ends("bob", false), talk({.persona = "bob", .adversary = "pushy"})});
    EXPECT_EQ(s.slice("persona.style", "verbose")->completion.n, 1U);
    EXPECT_DOUBLE_EQ(s.slice("persona.style", "verbose")->completion.value, 0.0);
    EXPECT_DOUBLE_EQ(s.slice("persona.style", "terse")->completion.value, 1.0);
}

TEST(Turns, over_three_times_the_median_are_outliers) {
    std::vector<Conversation> all;
    for (int i = 0; i < 9; ++i) {
        all.push_back(talk({.repetition = i, .turns = 3}));
    }
    all.push_back(talk({.repetition = 9, .turns = 9}));
    all.push_back(talk({.repetition = 10, .turns = 10}));
    const Summary s = summary_of(small_suite(), all);
    ASSERT_EQ(s.turns.size(), 1U);
    EXPECT_EQ(s.turns[0].median, 3);
    EXPECT_EQ(s.turns[0].most, 10);
    ASSERT_EQ(s.turns[0].outliers.size(), 1U);
    EXPECT_EQ(s.turns[0].outliers[0], all.back().id);
}

TEST(Turns, an_even_number_has_its_median_in_the_middle) {
    const Summary s = summary_of(small_suite(), {talk({.turns = 2}), talk({.adversary = "pushy", .turns = 5})});
    EXPECT_EQ(s.turns[0].median, 3.5);
}

TEST(Reliability, pass_at_k_and_pass_hat_k_over_cells) {
    std::vector<Conversation> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(talk({.repetition = i, .outcome = i == 0 ? Outcome::failed : Outcome::passed}));
        all.push_back(talk({.persona = "bob", .repetition = i}));
    }
    const Summary s = summary_of(small_suite(), all);
    ASSERT_TRUE(s.reliability.has_value());
    EXPECT_EQ(s.reliability->k, 3);
    EXPECT_EQ(s.reliability->cells, 2U);
    EXPECT_DOUBLE_EQ(s.reliability->pass_hat_k, 0.5);
    EXPECT_DOUBLE_EQ(s.reliability->pass_at_k, 1.0);
    EXPECT_LT(s.reliability->pass_hat_low, 0.5);
    EXPECT_GT(s.reliability->pass_hat_high, 0.5);
    EXPECT_FALSE(summary_of(small_suite(), {talk({})}).reliability.has_value());
}

TEST(Escalation, is_right_in_both_directions) {
    Suite suite = small_suite();
    suite.scenarios[0].edge_cases[0].expect.escalated = true;
    Conversation met = talk({});
    met.metrics.human_demanded_at = 3;
    met.metrics.handed_over_at = 4;
    Conversation missed =
        talk({.persona = "bob", .outcome = Outcome::failed, .checks = {{.name = "escalation.late", .passed = false}}});
    missed.metrics.human_demanded_at = 3;
    const Conversation expected = talk({.outcome = Outcome::failed,
                                        .checks = {{.name = "escalation.expected", .passed = false}},
                                        .edge_case = "late"});
    Conversation early = talk(
        {.outcome = Outcome::failed, .checks = {{.name = "escalation.early", .passed = false}}, .adversary = "pushy"});
    early.metrics.handed_over_at = 2;
    const Summary s = summary_of(suite, {met, missed, expected, early, talk({.persona = "bob", .adversary = "pushy"})});
    EXPECT_EQ(s.escalation.demanded, 2U);
    EXPECT_EQ(s.escalation.handed_over, 1U);
    EXPECT_EQ(s.escalation.when_needed.n, 3U);
    EXPECT_EQ(s.escalation.when_needed.passed, 1U);
    EXPECT_EQ(s.escalation.when_not_needed.n, 2U);
    EXPECT_EQ(s.escalation.when_not_needed.passed, 1U);
    EXPECT_LT(s.escalation.when_needed.low, s.escalation.when_needed.value);
    EXPECT_GT(s.escalation.when_needed.high, s.escalation.when_needed.value);
}

TEST(Tone, is_even_where_all_phrasings_of_an_intent_get_about_the_same_level) {
    const auto level = [](int repetition, double value, const char* edge_case) {
        Conversation c = talk({.repetition = repetition, .edge_case = edge_case});
        c.scores = {{.criterion = "emotional-calibration", .value = value}, {.criterion = "efficiency", .value = 1}};
        return c;
    };
    const Summary s = summary_of(
        small_suite(), {level(0, 5, ""), level(1, 5, ""), level(2, 4, ""), level(3, 2, ""), level(0, 3, "late")});
    ASSERT_EQ(s.tone.size(), 2U);
    EXPECT_EQ(s.tone[0].intent, "refund");
    EXPECT_EQ(s.tone[0].n, 4U);
    EXPECT_DOUBLE_EQ(s.tone[0].mean, 4);
    EXPECT_DOUBLE_EQ(s.tone[0].least, 2);
    EXPECT_NEAR(s.tone[0].spread, std::sqrt(2.0), 1e-9);
    EXPECT_EQ(s.tone[0].even.passed, 3U);
    EXPECT_EQ(s.tone[1].intent, "refund/late");
    EXPECT_EQ(s.tone[1].spread, 0);
}

std::string cause_of(std::vector<CheckResult> checks, Ending ended = Ending::user_satisfied) {
    Conversation c;
    c.ended = ended;
    c.checks = std::move(checks);
    const CheckResult* cause = root_cause(c);
    return cause == nullptr ? "" : cause->name;
}

TEST(RootCause, is_a_cause_rather_than_a_consequence_and_the_earliest_of_its_kind) {
    EXPECT_EQ(
        cause_of({{.name = "resolution", .passed = false, .turn = 2}, {.name = "claims", .passed = false, .turn = 6}}),
        "claims");
    EXPECT_EQ(cause_of({{.name = "claims", .passed = false, .turn = 6},
                        {.name = "tone.cheerful", .passed = false, .turn = 4}}),
              "tone.cheerful");
    EXPECT_EQ(cause_of({{.name = "tools.required", .passed = false, .turn = 4},
                        {.name = "resolution", .passed = false, .turn = 4}}),
              "tools.required");
    EXPECT_EQ(cause_of({{.name = "score", .passed = false}, {.name = "criterion.efficiency", .passed = false}}),
              "score");
    EXPECT_EQ(cause_of({{.name = "my-own-check", .passed = false, .turn = 8},
                        {.name = "resolution", .passed = false, .turn = 2}}),
              "my-own-check");
}

TEST(RootCause, a_wrong_figure_comes_before_its_difference_unless_the_question_was_asked_before) {
    Conversation c;
    c.turns = {{.n = 1, .role = Role::user},
               {.n = 2, .role = Role::agent},
               {.n = 3, .role = Role::user},
               {.n = 4, .role = Role::agent}};
    c.turns[2].mind.asks = "side:how long it takes";
    c.checks = {{.name = "claims", .passed = false, .turn = 4}, {.name = "contradiction", .passed = false, .turn = 4}};
    EXPECT_EQ(root_cause(c)->name, "claims");
    c.turns[0].mind.asks = c.turns[2].mind.asks;
    EXPECT_EQ(root_cause(c)->name, "contradiction");
}

TEST(RootCause, in_one_turn_the_most_exact_name_wins) {
    EXPECT_EQ(cause_of({{.name = "claims", .passed = false, .turn = 6},
                        {.name = "contradiction", .passed = false, .turn = 6}}),
              "contradiction");
    EXPECT_EQ(cause_of({{.name = "tools.forbidden", .passed = false, .turn = 6},
                        {.name = "stance", .passed = false, .turn = 6}}),
              "stance");
    EXPECT_EQ(
        cause_of({{.name = "boundary", .passed = false, .turn = 6}, {.name = "privacy", .passed = false, .turn = 6}}),
        "privacy");
}

TEST(RootCause, questions_repeated_in_a_loop_or_instead_of_a_person_are_part_of_that) {
    EXPECT_EQ(cause_of({{.name = "context.repeated-question", .passed = false, .turn = 4},
                        {.name = "loop", .passed = false, .turn = 8}}),
              "loop");
    EXPECT_EQ(cause_of({{.name = "context.repeated-question", .passed = false, .turn = 4},
                        {.name = "escalation.late", .passed = false, .turn = 6}}),
              "escalation.late");
    EXPECT_EQ(cause_of({{.name = "context.lost-thread", .passed = false, .turn = 4, .quote = "How can I help?"},
                        {.name = "loop", .passed = false, .turn = 8, .quote = "How can I help?"}}),
              "loop");
    EXPECT_EQ(cause_of({{.name = "context.lost-thread", .passed = false, .turn = 4, .quote = "How can I help?"},
                        {.name = "loop", .passed = false, .turn = 8, .quote = "Your card number, please."}}),
              "context.lost-thread");
}

TEST(RootCause, an_agent_that_hangs_up_causes_what_is_left_undone) {
    const std::vector<CheckResult> checks{{.name = "tools.required", .passed = false, .turn = 4},
                                          {.name = "resolution", .passed = false, .turn = 4},
                                          {.name = "ending", .passed = false, .turn = 4}};
    EXPECT_EQ(cause_of(checks, Ending::agent_ended), "ending");
    EXPECT_EQ(cause_of(checks, Ending::user_gave_up), "tools.required");
}

TEST(RootCause, warnings_and_passed_checks_are_none) {
    EXPECT_EQ(
        cause_of({{.name = "claims", .passed = false, .turn = 2, .gates = false}, {.name = "loop", .passed = true}}),
        "");
}

}  // namespace
}  // namespace sosia::analysis
