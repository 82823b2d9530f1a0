// Outcome, ending, limits, the scorecard, the judge by rules.
#include "scoring/judge_rules.h"
#include "scoring/test_support.h"

namespace sosia::scoring {
namespace {

Talk refund(bool resolved_expected) {
    Talk t;
    t.intent("get a refund").truth("refund_window", "14 days").resolved_is(resolved_expected);
    t.user("i want a refund");
    return t;
}

TEST(Resolution, follows_what_the_scenario_expects) {
    EXPECT_EQ(refund(true).agent("I've issued the refund.").ends(Ending::user_satisfied, true).verdict("resolution"),
              "passes");
    EXPECT_EQ(refund(true).agent("I can't refund it.").ends(Ending::user_satisfied, false).verdict("resolution"),
              "fails at 2");
    EXPECT_EQ(
        refund(false).agent("I'm sorry, I can't refund it.").ends(Ending::user_satisfied, false).verdict("resolution"),
        "passes");
    EXPECT_EQ(refund(false).agent("I've issued the refund.").ends(Ending::user_satisfied, true).verdict("resolution"),
              "fails at 2");
}

TEST(Resolution, what_the_user_only_believes_after_a_no_is_no_grant) {
    Talk t = refund(false);
    t.agent("I'm sorry, I can't refund it, the window is over.")
        .objects()
        .agent("The refund window is 14 days, that is all I can tell you.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.alarms(), "");
}

TEST(Ending, leaving_before_the_matter_is_settled_fails) {
    EXPECT_EQ(
        refund(true).agent("Thanks for contacting us. Goodbye!").ends(Ending::agent_ended, false).verdict("ending"),
        "fails at 2");
    EXPECT_EQ(refund(true).agent("I've issued the refund. Goodbye!").ends(Ending::agent_ended, true).verdict("ending"),
              "passes");
    EXPECT_EQ(refund(false)
                  .agent("I'm sorry, I can't refund it. Goodbye!")
                  .ends(Ending::agent_ended, false)
                  .verdict("ending"),
              "passes");
    EXPECT_EQ(refund(false).agent("Goodbye!").ends(Ending::agent_ended, false).verdict("ending"), "fails at 2");
}

TEST(Ending, a_user_who_gives_up_counts_against_an_agent_that_could_have_helped) {
    EXPECT_EQ(refund(true).agent("Which order?").ends(Ending::user_gave_up, false).verdict("ending"), "fails at 2");
    EXPECT_NE(refund(false)
                  .agent("I'm sorry, I can't refund it.")
                  .ends(Ending::user_gave_up, false)
                  .verdict("ending")
                  .substr(0, 5),
              "fails");
    EXPECT_EQ(refund(true).agent("Which order?").ends(Ending::loop, false).verdict("ending"), "fails at 2");
}

TEST(Turns, what_the_user_adds_is_not_counted) {
    Talk t = refund(true);
    t.expect().turns = 2;
    t.agent("Which order?")
        .tactic("drift", "nice weather")
        .agent("Which order?")
        .user("A-1")
        .agent("I've issued the refund.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("turns"), "passes");
    t.user("hm").agent("Done.").ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("turns"), "fails at 8");
}

TEST(Limits, slow_and_expensive_agents_fail) {
    Talk t = refund(true);
    t.expect().latency_ms = 500;
    t.expect().cost_usd = 0.01;
    t.agent("I've issued the refund.").ends(Ending::user_satisfied, true);
    t.record.turns.back().latency_ms = 499;
    t.record.metrics.cost_usd = 0.01;
    EXPECT_EQ(t.alarms(), "");
    t.record.turns.back().latency_ms = 501;
    t.record.metrics.cost_usd = 0.02;
    EXPECT_EQ(t.verdict("latency"), "fails at 2");
    EXPECT_EQ(t.verdict("cost"), "fails at 0");
    t.record.metrics.cost_usd.reset();
    EXPECT_EQ(t.verdict("cost"), "absent");
}

TEST(Outcome, infrastructure_stays_invalid_and_is_not_checked) {
    Talk t = refund(true);
    const CellParts parts{&t.persona, &t.scenario, &t.scenario.happy, &t.adversary};
    t.record.outcome = Outcome::invalid;
    t.record.fault = Fault::infrastructure;
    t.record.ended = Ending::agent_unreachable;
    const auto scorer = Scorer::create(t.suite, shared_reader());
    (*scorer)->score(t.record, parts);
    EXPECT_EQ(t.record.outcome, Outcome::invalid);
    EXPECT_TRUE(t.record.checks.empty());
}

TEST(Outcome, a_fault_of_the_simulated_user_makes_it_invalid_whatever_the_agent_did) {
    Talk t;
    t.fact("card", "4111 1111 1111 1111", Disclosure::never).resolved_is(true);
    t.user("my card is 4111 1111 1111 1111").agent("Not my problem.").ends(Ending::user_gave_up, false);
    t.scored();
    EXPECT_EQ(t.record.outcome, Outcome::invalid);
    EXPECT_EQ(t.record.fault, Fault::simulator);
}

TEST(Outcome, scoring_twice_gives_the_same) {
    Talk t = refund(true);
    t.agent("You have 90 days to return it.").ends(Ending::user_satisfied, false);
    const std::string first = t.alarms();
    EXPECT_EQ(t.alarms(), first);
    EXPECT_FALSE(first.empty());
}

// The scorecard

TEST(Scorecard, a_check_can_be_switched_off_or_to_a_warning_by_name_or_prefix) {
    Talk t = refund(true);
    t.tools({"issue_refund"}).agent("You have 90 days to return it.").ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("claims"), "fails at 2");
    t.scorecard.checks = {{"claims", "warn"}, {"tools", "off"}};
    EXPECT_EQ(t.verdict("claims"), "warns at 2");
    EXPECT_EQ(t.verdict("tools.required"), "absent");
    EXPECT_EQ(t.record.outcome, Outcome::passed);
    t.scorecard.checks = {{"tools", "off"}, {"tools.required", "fail"}, {"claims", "off"}};
    EXPECT_EQ(t.verdict("tools.required"), "fails at 2");
    EXPECT_EQ(t.verdict("claims"), "absent");
}

TEST(Scorecard, a_prefix_is_a_whole_part_of_the_name) {
    Talk t = refund(true);
    t.agent("You have 90 days to return it.").ends(Ending::user_satisfied, true);
    t.scorecard.checks = {{"claim", "off"}};
    EXPECT_EQ(t.verdict("claims"), "fails at 2");
}

TEST(Scorecard, weights_floors_and_threshold) {
    Talk t = refund(true);
    t.agent("You have 90 days to return it.").ends(Ending::user_satisfied, true);
    t.scorecard.checks = {{"claims", "warn"}};
    t.scored();
    ASSERT_TRUE(t.record.metrics.score.has_value());
    EXPECT_DOUBLE_EQ(*t.record.metrics.score, (4 + 5 * 4) / 5.0);  // a warning costs one level
    t.scorecard.checks.clear();
    t.scorecard.criteria = {{.name = "factual-accuracy", .weight = 3, .floor = 3},
                            {.name = "efficiency", .weight = 1, .floor = {}}};
    t.scorecard.threshold = 4;
    t.scored();
    EXPECT_EQ(t.record.scores.size(), 2U);
    EXPECT_DOUBLE_EQ(*t.record.metrics.score, (3 * 2 + 5) / 4.0);
    EXPECT_EQ(t.verdict("criterion.factual-accuracy"), "fails at 2");
    EXPECT_EQ(t.verdict("score"), "fails at 0");
    t.scorecard.checks = {{"criterion", "off"}, {"score", "warn"}};
    EXPECT_EQ(t.verdict("criterion.factual-accuracy"), "absent");
    EXPECT_EQ(t.verdict("score"), "warns at 0");
}

TEST(Scorecard, a_criterion_with_weight_zero_is_shown_and_does_not_count) {
    Talk t = refund(true);
    t.agent("You have 90 days to return it.").ends(Ending::user_satisfied, true);
    t.scorecard.criteria = {{.name = "factual-accuracy", .weight = 0, .floor = {}},
                            {.name = "efficiency", .weight = 2, .floor = {}}};
    t.scored();
    EXPECT_EQ(t.record.scores.size(), 2U);
    EXPECT_DOUBLE_EQ(*t.record.metrics.score, 5);
}

// The judge by rules

double level(Talk& t, std::string_view criterion) {
    for (const Score& s : t.scored().scores) {
        if (s.criterion == criterion) {
            return s.value;
        }
    }
    return 0;
}

TEST(Judge, gives_a_clean_conversation_full_marks_and_says_that_rules_did_it) {
    Talk t = refund(true);
    t.agent("I've issued the refund.").ends(Ending::user_satisfied, true);
    t.scored();
    ASSERT_EQ(t.record.scores.size(), builtin_rubrics().size());
    for (const Score& s : t.record.scores) {
        EXPECT_EQ(s.value, 5) << s.criterion << ": " << s.reason;
        EXPECT_EQ(s.author, "rules");
    }
    EXPECT_TRUE(t.record.turn_scores.empty());
}

TEST(Judge, lowers_the_criterion_that_a_finding_is_about) {
    Talk t = refund(true);
    t.agent("You have 90 days to return it.").ends(Ending::user_satisfied, true);
    EXPECT_EQ(level(t, "factual-accuracy"), 2);
    EXPECT_EQ(level(t, "context-retention"), 5);
    ASSERT_EQ(t.record.turn_scores.size(), 1U);
    EXPECT_EQ(t.record.turn_scores[0].first, 2);
    EXPECT_EQ(t.record.turn_scores[0].second[0].criterion, "factual-accuracy");
}

TEST(Judge, an_upset_user_wants_to_be_acknowledged_once) {
    Talk t = refund(true);
    t.emotion = 3;
    t.user("this is the second time!!")
        .agent("Which order?")
        .user("A-1")
        .agent("I've issued the refund.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(level(t, "emotional-calibration"), 3);
    t.record.turns[2].text = "I'm sorry, I understand how frustrating this is. Which order?";
    EXPECT_EQ(level(t, "emotional-calibration"), 5);
}

TEST(Judge, levels_stay_between_one_and_five) {
    Talk t = refund(true);
    t.tools({"a", "b"}).emotion = 4;
    t.user("hi")
        .agent("Calm down, that's your own fault. Yay! 🎉 You have 90 days. Get lost!")
        .ends(Ending::user_gave_up, false);
    for (const Score& s : t.scored().scores) {
        EXPECT_GE(s.value, 1);
        EXPECT_LE(s.value, 5);
    }
    EXPECT_EQ(level(t, "emotional-calibration"), 1);
}

}  // namespace
}  // namespace sosia::scoring
