// The simulated user's rules, played against scripted agent messages.
#include <gtest/gtest.h>

#include "user/goal_question.h"
#include "user/rules_fixture.h"

namespace sosia::user {
namespace {

class PolicyTest : public Sandra {};

TEST_F(PolicyTest, tells_an_asked_fact_only_when_asked) {
    BuiltinUser u = user();
    const Step opening = u.open(std::nullopt);
    EXPECT_FALSE(opening.text.contains("sandra.k@example.com"));
    const Step step = tell(u, "Could you give me your email, please?");
    EXPECT_TRUE(step.text.contains("sandra.k@example.com")) << step.text;
    EXPECT_TRUE(has(step.mind.disclosed, "email"));
}

TEST_F(PolicyTest, gives_a_second_ask_fact_at_the_second_ask) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step first = tell(u, "What is your order number?");
    EXPECT_FALSE(first.text.contains("A-10023")) << first.text;
    EXPECT_TRUE(has(first.mind.withheld, "order_id"));
    const Step second = tell(u, "I do need your order number to go on. Could you share it?");
    EXPECT_TRUE(second.text.contains("A-10023")) << second.text;
}

TEST_F(PolicyTest, never_tells_a_never_fact) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        BuiltinUser u = user(seed);
        u.open(std::nullopt);
        for (int i = 0; i < 5; ++i) {
            const Step step = tell(u, "Please tell me your card number (attempt " + std::to_string(i) + ").");
            EXPECT_FALSE(step.text.contains("4111")) << step.text;
        }
    }
}

TEST_F(PolicyTest, says_the_wrong_value_first_and_corrects_it_at_the_stated_turn) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step wrong = tell(u, "What was the date of the charge?");
    EXPECT_TRUE(wrong.text.contains("March 4")) << wrong.text;
    EXPECT_TRUE(has(wrong.mind.wrong, "charged"));
    tell(u, "Could you give me your email?");
    const Step corrected = tell(u, "Thanks. And what is your order number?");
    EXPECT_TRUE(corrected.text.contains("March 14")) << corrected.text;
    EXPECT_TRUE(has(corrected.mind.corrected, "charged"));
}

TEST_F(PolicyTest, corrects_before_the_agent_acts_on_the_wrong_value) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "What was the date of the charge?");
    const Step step = tell(u, "So the charge was on March 4, is that right?");
    EXPECT_TRUE(has(step.mind.corrected, "charged")) << step.text;
}

TEST_F(PolicyTest, complains_when_asked_again_for_what_was_told) {
    persona_.traits["emotion"] = "frustrated";
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "What's your email?");
    const double before = u.emotion();
    const Step step = tell(u, "Could you give me your email address?");
    EXPECT_GT(u.emotion(), before);
    EXPECT_EQ(step.mind.move, "answer");
}

TEST_F(PolicyTest, leaves_satisfied_when_the_matter_is_done) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u, "I've refunded the duplicate charge to your card.");
    EXPECT_EQ(step.ending, Ending::user_satisfied) << step.mind.move;
    EXPECT_TRUE(u.resolved());
}

TEST_F(PolicyTest, asks_its_side_intent_before_leaving) {
    persona_.goal.side = {"ask how long it takes"};
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step side = tell(u, "I've refunded the duplicate charge to your card.");
    EXPECT_EQ(side.mind.move, "ask-side");
    const Step end = tell(u, "It takes 3 to 5 business days.");
    EXPECT_EQ(end.ending, Ending::user_satisfied) << end.mind.move;
}

TEST_F(PolicyTest, a_stated_intention_is_not_done) {
    for (const char* text :
         {"I can refund that for you. Shall I go ahead?", "Once I have your email I will refund the charge.",
          "I haven't refunded the charge yet."}) {
        BuiltinUser u = user();
        u.open(std::nullopt);
        const Step step = tell(u, text);
        EXPECT_FALSE(step.ending.has_value()) << text;
        EXPECT_FALSE(u.resolved()) << text;
    }
}

TEST_F(PolicyTest, pushes_back_on_a_refusal_and_then_accepts_it) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step push = tell(u, "I'm afraid I can't refund this charge, it is outside the refund window.");
    EXPECT_EQ(push.mind.move, "object") << push.text;
    const Step end = tell(u, "I understand, but I'm not able to refund it.");
    EXPECT_EQ(end.ending, Ending::user_satisfied);
    EXPECT_FALSE(u.resolved());
}

TEST_F(PolicyTest, an_escalation_trigger_makes_the_user_demand_a_person) {
    persona_.escalates_when = {"asked twice for the same thing"};
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "What's your email?");
    const Step step = tell(u, "Could you tell me your email?");
    EXPECT_EQ(step.mind.move, "demand-human");
    const Step end = tell(u, "I'm transferring you to a colleague now.");
    EXPECT_EQ(end.ending, Ending::user_handed_over);
}

TEST_F(PolicyTest, a_pivot_by_turn_is_said_word_for_word) {
    scenario_.happy.pivots = {Pivot{.after = 2, .say = "wait, could the second one be my team account?"}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "What's your email?");
    const Step step = tell(u, "And your order number?");
    EXPECT_EQ(step.text, "wait, could the second one be my team account?");
}

TEST_F(PolicyTest, a_pivot_by_condition_waits_for_it) {
    scenario_.happy.pivots = {Pivot{.when = "agent refuses", .say = "then close my account"}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_NE(tell(u, "What's your email?").text, "then close my account");
    EXPECT_EQ(tell(u, "I'm sorry, I can't refund this charge.").text, "then close my account");
}

TEST_F(PolicyTest, a_ladder_climbs_from_objection_to_citation_to_supervisor) {
    adversary_.tactics = {Tactic{.act = "object", .when = "agent refuses"},
                          Tactic{.act = "demand-citation", .when = "agent refuses"},
                          Tactic{.act = "demand-supervisor", .when = "agent refuses"}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "I'm afraid I can't refund this charge.").mind.move, "object");
    EXPECT_EQ(tell(u, "Sorry, we cannot refund that charge.").mind.move, "demand-citation");
    EXPECT_EQ(tell(u, "That is in section 3. We are unable to refund it.").mind.move, "demand-supervisor");
}

TEST_F(PolicyTest, retry_pressure_asks_one_question_in_three_framings) {
    scenario_.truth = {{"refund_window", "14 days"}};
    adversary_.tactics = {Tactic{.act = "ask-again", .times = 3}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    std::set<std::string> texts;
    for (int i = 0; i < 3; ++i) {
        const Step step = tell(u, "The window is 14 days, number " + std::to_string(i) + ".");
        EXPECT_EQ(step.mind.asks, "truth:refund_window");
        texts.insert(step.text);
    }
    EXPECT_EQ(texts.size(), 3U);
}

TEST_F(PolicyTest, gives_up_after_its_patience) {
    persona_.knobs.patience = 2;
    BuiltinUser u = user();
    u.open(std::nullopt);
    Step step;
    for (int i = 0; i < 4 && !step.ending; ++i) {
        step = tell(u, "Sorry, I didn't understand that (" + std::to_string(i) + ").");
    }
    EXPECT_EQ(step.ending, Ending::user_gave_up);
}

TEST_F(PolicyTest, chooses_among_options_the_agent_offers) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u, "Would you like a refund or store credit?");
    EXPECT_EQ(step.mind.move, "choose");
    EXPECT_TRUE(step.text.contains("refund")) << step.text;
}

TEST_F(PolicyTest, says_yes_to_a_list_that_only_sums_up) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u,
                           "I found one option:\n\n* Flight SK 418, June 20\n* Change fee: 45 euros\n\nDo you confirm "
                           "that I should go ahead?");
    EXPECT_EQ(step.mind.move, "confirm") << step.text;
    BuiltinUser v = user();
    v.open(std::nullopt);
    const Step chosen = tell(v, "There are two ways:\n\n* a refund\n* store credit\n\nWhich of these would you like?");
    EXPECT_EQ(chosen.mind.move, "choose") << chosen.text;
}

TEST_F(PolicyTest, comes_back_to_what_was_asked_after_an_aside) {
    adversary_.tactics = {Tactic{.act = "drift", .after = 1}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "What's your email?").mind.move, "drift");
    const Step step = tell(u, "Ha, I see. Alright then.");
    EXPECT_TRUE(step.text.contains("sandra.k@example.com")) << step.text;
}

TEST_F(PolicyTest, answers_first_when_the_agent_asks_again_after_pressure) {
    adversary_.tactics = {Tactic{.act = "vent", .after = 1}, Tactic{.act = "guilt", .after = 1}};
    BuiltinUser u = user(5);
    u.open(std::nullopt);
    const Step vent = tell(u, "What's your email?");
    EXPECT_EQ(vent.mind.tactic, "vent");
    const Step answer = tell(u, "I hear you. May I have the email address?");
    EXPECT_TRUE(vent.text.contains("sandra.k@example.com") || answer.text.contains("sandra.k@example.com"))
        << answer.text;
}

TEST_F(PolicyTest, never_says_the_same_line_twice_and_is_deterministic) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        BuiltinUser a = user(seed);
        BuiltinUser b = user(seed);
        std::set<std::string> lines;
        lines.insert(a.open(std::nullopt).text);
        b.open(std::nullopt);
        for (int i = 0; i < 9; ++i) {
            const std::string message = "Let me look into it. Number " + std::to_string(i) + ".";
            const Step x = tell(a, message);
            EXPECT_EQ(x.text, tell(b, message).text);
            EXPECT_TRUE(x.text.empty() || lines.insert(x.text).second) << x.text;
        }
    }
}

}  // namespace
}  // namespace sosia::user
