#include <gtest/gtest.h>

#include "analysis/gate.h"
#include "analysis/summary.h"

namespace sosia::analysis {
namespace {

Suite small_suite() {
    Suite suite;
    Persona a{.id = "ann"};
    a.traits["style"] = "terse";
    suite.personas = {a, Persona{.id = "bob"}};
    Scenario s{.id = "refund"};
    s.category = "billing";
    s.tags = {"smoke"};
    suite.scenarios = {s};
    suite.adversaries = {Adversary{.id = "calm"}};
    return suite;
}

Conversation talk(const std::string& persona, int repetition, Outcome outcome, std::vector<CheckResult> checks = {}) {
    Conversation c;
    c.id = persona + std::to_string(repetition);
    c.cell = {persona, "refund", "", "calm", repetition};
    c.outcome = outcome;
    c.fault = outcome == Outcome::invalid ? Fault::infrastructure : Fault::none;
    c.ended = outcome == Outcome::invalid ? Ending::agent_unreachable : Ending::user_satisfied;
    c.resolved = true;
    c.metrics.user_turns = 3;
    c.checks = std::move(checks);
    return c;
}

TEST(Summary, does_not_depend_on_the_order_conversations_finish_in) {
    const Suite suite = small_suite();
    SummaryBuilder forward(suite, 6);
    SummaryBuilder backward(suite, 6);
    std::vector<Conversation> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(talk("ann", i, i == 0 ? Outcome::failed : Outcome::passed, {{.name = "claims", .passed = i != 0, .turn = 2, .detail = "d"}}));
        all.push_back(talk("bob", i, Outcome::passed));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        forward.add(all[i], i);
        backward.add(all[all.size() - 1 - i], all.size() - 1 - i);
    }
    const Summary a = forward.finish("");
    const Summary b = backward.finish("");
    EXPECT_EQ(a.rate.passed, 5U);
    EXPECT_EQ(a.rate.low, b.rate.low);
    ASSERT_EQ(a.findings.size(), 1U);
    EXPECT_EQ(a.findings[0].examples[0].conversation, b.findings[0].examples[0].conversation);
    ASSERT_TRUE(a.reliability.has_value());
    EXPECT_EQ(a.reliability->k, 3);
    EXPECT_DOUBLE_EQ(a.reliability->pass_hat_k, 0.5);
    EXPECT_DOUBLE_EQ(a.reliability->pass_at_k, 1.0);
}

TEST(Summary, leaves_invalid_conversations_out_of_the_rate_and_shows_both_conventions) {
    const Suite suite = small_suite();
    SummaryBuilder builder(suite, 3);
    builder.add(talk("ann", 0, Outcome::passed), 0);
    builder.add(talk("bob", 0, Outcome::invalid), 1);
    const Summary s = builder.finish("");
    EXPECT_EQ(s.rate.n, 1U);
    EXPECT_EQ(s.rate_invalid_failed.n, 2U);
    EXPECT_DOUBLE_EQ(s.rate_invalid_failed.value, 0.5);
    EXPECT_EQ(s.verdict, Verdict::not_valid);  // half of the run is invalid
}

TEST(Summary, slices_by_trait_category_and_tag_with_an_interval_that_has_width) {
    const Suite suite = small_suite();
    SummaryBuilder builder(suite, 2);
    builder.add(talk("ann", 0, Outcome::passed), 0);
    builder.add(talk("bob", 0, Outcome::passed), 1);
    const Summary s = builder.finish("");
    ASSERT_NE(s.slice("persona.style", "terse"), nullptr);
    EXPECT_EQ(s.slice("persona.style", "terse")->rate.n, 1U);
    EXPECT_EQ(s.slice("category", "billing")->rate.n, 2U);
    EXPECT_EQ(s.slice("tag", "smoke")->rate.n, 2U);
    EXPECT_LT(s.rate.low, 0.5);
    EXPECT_EQ(s.rate.high, 1.0);
}

TEST(Gate, without_thresholds_every_conversation_must_pass) {
    const Suite suite = small_suite();
    SummaryBuilder builder(suite, 2);
    builder.add(talk("ann", 0, Outcome::passed), 0);
    builder.add(talk("bob", 0, Outcome::failed, {{.name = "resolution", .passed = false}, {.name = "claims", .passed = false, .turn = 4}}), 1);
    const Summary s = builder.finish("");
    EXPECT_EQ(s.verdict, Verdict::failed);
    EXPECT_EQ(s.findings[0].check, "claims");  // the cause, not the consequence
}

TEST(Gate, holds_slices_against_their_own_thresholds) {
    Suite suite = small_suite();
    suite.gate.pass_rate = 0.5;
    suite.gate.by["persona"] = 0.9;
    SummaryBuilder builder(suite, 2);
    builder.add(talk("ann", 0, Outcome::passed), 0);
    builder.add(talk("bob", 0, Outcome::failed, {{.name = "claims", .passed = false}}), 1);
    const Summary s = builder.finish("");
    EXPECT_EQ(s.verdict, Verdict::failed);
    EXPECT_NE(s.verdict_reason.find("bob"), std::string::npos);
}

TEST(Gate, a_run_that_stopped_early_is_not_valid_whatever_its_rate) {
    const Suite suite = small_suite();
    SummaryBuilder builder(suite, 10);
    builder.add(talk("ann", 0, Outcome::passed), 0);
    EXPECT_EQ(builder.finish("interrupted").verdict, Verdict::not_valid);
}

}  // namespace
}  // namespace sosia::analysis
