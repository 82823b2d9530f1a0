// What the user wants, and what counts as an answer to it, played against scripted agent messages.
#include <gtest/gtest.h>

#include "user/goal_question.h"
#include "user/rules_fixture.h"

namespace sosia::user {
namespace {

class MatterTest : public Sandra {};

TEST_F(MatterTest, says_what_it_came_for_before_anything_else) {
    persona_.knobs.clarity = 0;
    adversary_.tactics = {Tactic{.act = "insult", .after = 1}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u, "How can I help you today?");
    EXPECT_EQ(step.mind.move, "open");
    EXPECT_TRUE(step.text.contains("duplicate charge")) << step.text;
}

TEST_F(MatterTest, wants_what_the_scenario_is_about_where_the_persona_came_for_something_else) {
    persona_.goal.primary = "rebook my flight to another day";
    persona_.goal.side = {"ask what the change fee is"};
    scenario_.intent = "get a refund for a cancelled flight";
    const ConversationGoal goal =
        conversation_goal(engine()->words(), {&persona_, &scenario_, &scenario_.happy, &adversary_});
    EXPECT_EQ(goal.wording, "get a refund for a cancelled flight");
    EXPECT_TRUE(goal.side.empty());
    EXPECT_FALSE(goal.own);
}

TEST_F(MatterTest, words_the_matter_as_the_persona_does_where_both_are_about_the_same) {
    persona_.goal.primary = "change the date of my flight";
    scenario_.intent = "change a flight to another date";
    const ConversationGoal goal =
        conversation_goal(engine()->words(), {&persona_, &scenario_, &scenario_.happy, &adversary_});
    EXPECT_EQ(goal.wording, "change the date of my flight");
    EXPECT_TRUE(goal.own);
}

TEST_F(MatterTest, asks_about_the_rule_that_belongs_to_the_matter) {
    const auto clause = [](const std::map<std::string, std::string>& truth, std::string_view goal) {
        return rule_question(engine()->words(), truth, goal).clause;
    };
    EXPECT_EQ(
        clause({{"breakfast_hours", "6:30 to 10:30"}, {"free_cancellation", "48 hours"}}, "cancel my reservation"),
        "how long the free cancellation is");
    EXPECT_EQ(clause({{"change_fee", "$45"}, {"bag_weight", "23 kg"}}, "find out about the fee"),
              "how much the change fee is");
    EXPECT_EQ(clause({{"breakfast_hours", "6:30 to 10:30"}}, "have breakfast"), "what the breakfast hours are");
    EXPECT_EQ(clause({{"dispute_deadline", "60 days"}}, "dispute a charge"), "what the dispute deadline is");
    EXPECT_EQ(clause({{"note", "no figures here"}}, "dispute a charge"), "");
    EXPECT_EQ(rule_question(engine()->words(), {{"kuendigungsfrist", "6 Wochen"}}, "kündigen", "de").clause,
              "was zum Thema Kuendigungsfrist gilt");
}

TEST_F(MatterTest, a_fact_named_in_a_condition_is_asked_for) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_TRUE(has(tell(u, "What is your order number?").mind.withheld, "order_id"));
    const Step step = tell(u, "Whenever you have the order number at hand, just send it here and I'll look it up.");
    EXPECT_TRUE(step.text.contains("A-10023")) << step.text;
}

TEST_F(MatterTest, a_no_to_a_part_of_it_is_not_a_no_to_the_matter) {
    persona_.goal.primary = "cancel my reservation";
    scenario_.intent = "cancel a reservation";
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(
        u,
        "I regret that the charge of one night cannot be waived. Shall I proceed with the cancellation nonetheless?");
    EXPECT_EQ(step.mind.move, "confirm") << step.text;
}

TEST_F(MatterTest, types_an_option_without_its_marks) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u,
                           "Here are your options:\n\n1. **SW416**, departing 9:40\n2. **SW420**, departing "
                           "17:15\n\nWhich one would you like?");
    EXPECT_EQ(step.mind.move, "choose");
    EXPECT_TRUE(step.text.contains("SW416")) << step.text;
    EXPECT_FALSE(step.text.contains("*")) << step.text;
}

TEST_F(MatterTest, a_list_of_facts_is_no_choice) {
    scenario_.intent = "find out what a second bag costs";
    persona_.goal.primary = scenario_.intent;
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u,
                           "Happy to help with baggage!\n\n- **First bag:** included\n- **Second bag:** $70 each "
                           "way\n\nIs there anything else I can help you with?");
    EXPECT_NE(step.mind.move, "choose") << step.text;
    EXPECT_TRUE(u.resolved());
}

TEST_F(MatterTest, picks_its_matter_from_a_menu) {
    persona_.goal.primary = "cancel my contract";
    scenario_.intent = "cancel a contract";
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u, "Which service do you need: internet, plan, bill or cancel?");
    EXPECT_TRUE(step.text.contains("cancel")) << step.text;
}

TEST_F(MatterTest, yes_or_no_is_answered_with_yes) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "Please confirm the refund: yes or no?").mind.move, "confirm");
}

TEST_F(MatterTest, declines_what_it_did_not_come_for) {
    persona_.goal.primary = "cancel my contract";
    scenario_.intent = "cancel the contract";
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "Shall I upgrade you to the bigger plan?").mind.move, "decline");
}

TEST_F(MatterTest, a_look_up_settles_nothing_where_the_answer_must_be_no) {
    scenario_.happy.expect.tools = {{.name = "line_test", .arguments = {}}};
    scenario_.happy.expect.resolved = false;
    BuiltinUser u = user();
    u.open(std::nullopt);
    const std::vector<ToolCall> tools{{.name = "line_test", .arguments = {}, .result = {}}};
    u.react({.text = "The test is done. There is an outage in your area.", .tools = &tools});
    EXPECT_FALSE(u.resolved());
}

TEST_F(MatterTest, hears_the_same_answer_to_the_same_question_without_leaving) {
    scenario_.truth = {{"refund_window", "14 days"}};
    adversary_.tactics = {Tactic{.act = "ask-again", .times = 3}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(tell(u, "The refund window is 14 days from the purchase.").ending.has_value()) << i;
    }
}

TEST_F(MatterTest, a_rule_told_on_the_side_promises_nothing) {
    persona_.goal.side = {"ask how long it takes"};
    persona_.facts.resize(2);
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "I see.").mind.move, "ask-side");
    tell(u, "Refunds are usually quick: you will get your refund within 5 days.");
    EXPECT_EQ(tell(u, "I'm afraid I can't refund this charge.").mind.move, "object");
}

TEST_F(MatterTest, what_nobody_asked_for_is_told_with_its_name) {
    persona_.facts[0].when = Disclosure::freely;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        BuiltinUser u = user(seed);
        const Step opening = u.open(std::nullopt);
        const Step step = tell(u, "I see.");
        for (const Step* told : {&opening, &step}) {
            if (has(told->mind.disclosed, "email")) {
                EXPECT_TRUE(told->text.contains("mail")) << told->text;
            }
        }
    }
}

TEST_F(MatterTest, facts_are_called_by_a_noun) {
    EXPECT_EQ(Ledger::label(
                  Fact{.name = "new_date", .asked_by = {"which date", "when would you like to fly", "travel date"}}),
              "travel date");
    EXPECT_EQ(Ledger::label(Fact{.name = "new_date", .asked_by = {"which date"}}), "new date");
}

}  // namespace
}  // namespace sosia::user
