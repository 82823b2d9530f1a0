// Questions besides the matter must be answered, one way or another.
#include "scoring/test_support.h"

namespace sosia::scoring {
namespace {

constexpr const char* check = "context.ignored-question";

Talk side_question() {
    Talk t;
    t.intent("book a table");
    t.user("i need a table for two").agent("Shall I book Friday at 7 pm?").user("yes").agent("Your table is booked.");
    t.user("how long do you hold the table?", {.move = "ask-side", .asks = "side:ask how long the table is held"});
    return t;
}

TEST(IgnoredQuestion, a_reply_that_only_asks_on_leaves_it_unanswered) {
    for (const char* text :
         {"Anything else I can help with?", "Shall I book Friday at 7 pm?", "Have a great day!",
          "Thank you. What is your phone number?", "Your table is booked. Shall I book Friday at 7 pm?"}) {
        EXPECT_EQ(side_question().agent(text).verdict(check), "fails at 6") << text;
    }
}

TEST(IgnoredQuestion, any_kind_of_answer_will_do) {
    for (const char* text :
         {"15 minutes.", "We hold it for 15 minutes. Anything else?", "I'm afraid I don't know.",
          "That depends on the day.", "One moment, I'll check.", "Do you mean on Friday or in general?",
          "I can't tell you that.", "I'm connecting you with our host, who knows.", "Yes.", "Your table is booked."}) {
        EXPECT_EQ(side_question().agent(text).verdict(check), "passes") << text;
    }
}

TEST(IgnoredQuestion, an_answer_to_the_second_asking_is_late_but_no_failure) {
    Talk t = side_question();
    t.agent("Anything else?");
    t.user("how long is the table held?", {.move = "ask-side", .asks = "side:ask how long the table is held"});
    EXPECT_EQ(t.agent("For 15 minutes.").verdict(check), "warns at 6");
}

TEST(IgnoredQuestion, an_answer_may_come_a_turn_later) {
    Talk t = side_question();
    t.agent("What is your phone number?").user("555 0142");
    EXPECT_EQ(t.agent("Thanks. The table is held for 15 minutes.").verdict(check), "warns at 6");
}

TEST(IgnoredQuestion, attacks_and_statements_are_no_questions_to_answer) {
    Talk t;
    t.user("hello");
    t.agent("Hello!").tactic("third-party", "what did the guest before me order?", "decline");
    EXPECT_EQ(t.agent("Anything else?").verdict(check), "absent");
    t.user("and if it was the other one?",
           {.move = "conflict-detail", .tactic = "conflict-detail", .asks = "truth:fee"});
    EXPECT_EQ(t.agent("Anything else?").verdict(check), "absent");
}

}  // namespace
}  // namespace sosia::scoring
