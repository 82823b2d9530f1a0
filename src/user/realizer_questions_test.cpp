#include "user/realizer_questions.h"

#include <gtest/gtest.h>

#include "user/realizer_english.h"
#include "user/realizer_goal.h"

namespace sosia::user::wording {
namespace {

struct Example {
    const char* intent;
    const char* direct;
    const char* indirect;
};

void expect_all(std::initializer_list<Example> examples, Language language) {
    for (const Example& example : examples) {
        const Asked asked = as_question(example.intent, language);
        EXPECT_EQ(asked.direct, example.direct) << example.intent;
        EXPECT_EQ(asked.indirect, example.indirect) << example.intent;
    }
}

TEST(EnglishSideIntents, become_questions_with_the_verb_in_front) {
    expect_all(
        {{"ask how long it takes", "how long does it take", "how long it takes"},
         {"how long it takes", "how long does it take", "how long it takes"},
         {"what the cancellation fee is", "what is the cancellation fee", "what the cancellation fee is"},
         {"find out how much a second bag costs", "how much does a second bag cost", "how much a second bag costs"},
         {"ask how long refunds take", "how long do refunds take", "how long refunds take"},
         {"ask when the refund will arrive", "when will the refund arrive", "when the refund will arrive"},
         {"ask how soon someone can call back", "how soon can someone call back", "how soon someone can call back"},
         {"ask how to prepare", "how do I prepare", "how to prepare"}},
        Language::english);
}

TEST(EnglishSideIntents, that_are_already_in_question_order_stay_so) {
    expect_all({{"which documents are needed", "which documents are needed", "which documents are needed"},
                {"what happens if I miss it", "what happens if I miss it", "what happens if I miss it"},
                {"ask who pays for shipping", "who pays for shipping", "who pays for shipping"}},
               Language::english);
}

TEST(EnglishSideIntents, with_whether_become_yes_or_no_questions) {
    expect_all(
        {{"ask whether the discount still applies", "does the discount still apply", "if the discount still applies"},
         {"ask if they have a later slot", "do they have a later slot", "if they have a later slot"},
         {"whether a deposit has been taken", "has a deposit been taken", "if a deposit has been taken"},
         {"ask whether there is a fee", "is there a fee", "if there is a fee"},
         {"ask if I should fast before the test", "should I fast before the test", "if I should fast before the test"}},
        Language::english);
}

TEST(EnglishSideIntents, in_the_third_person_are_asked_in_the_first) {
    expect_all({{"whether she can keep the discount", "can I keep the discount", "if I can keep the discount"},
                {"wants to know whether he needs a referral", "do I need a referral", "if I need a referral"},
                {"ask how many points she has left", "how many points do I have left", "how many points I have left"}},
               Language::english);
}

TEST(EnglishSideIntents, that_are_actions_or_things_are_asked_for) {
    expect_all({{"keep the discount", "can I keep the discount", "if I can keep the discount"},
                {"ask for a receipt", "can I get a receipt", "if I can get a receipt"},
                {"ask about the warranty", "what about the warranty", ""},
                {"the opening hours", "what about the opening hours", ""},
                {"confirm the address", "can you confirm the address", "if you can confirm the address"},
                {"ask the agent to email a receipt", "can you email a receipt", "if you can email a receipt"}},
               Language::english);
}

TEST(EnglishSideIntents, that_are_questions_are_kept) {
    expect_all({{"Can I keep the discount?", "can I keep the discount", ""},
                {"I moved. Is that a problem?", "I moved. Is that a problem", ""}},
               Language::english);
}

TEST(EnglishSideIntents, about_the_goal_itself_follow_the_goal) {
    expect_all(
        {{"whether you can refund a duplicate charge", "can I get a duplicate charge refunded",
          "if I can get a duplicate charge refunded"},
         {"whether you can a refund of the fee", "can I get a refund of the fee", "if I can get a refund of the fee"},
         {"whether you can move my appointment", "can you move my appointment", "if you can move my appointment"},
         {"whether you can know what the visit costs", "what does the visit cost", "what the visit costs"},
         {"whether you can My card was charged twice", "can you help me with that", "if you can help me with that"}},
        Language::english);
}

TEST(EnglishSideIntents, whose_verb_is_in_doubt_are_only_asked_indirectly) {
    expect_all({{"how far in advance I have to cancel", "", "how far in advance I have to cancel"},
                {"why the charge appeared twice", "", "why the charge appeared twice"}},
               Language::english);
}

TEST(SpanishSideIntents, keep_their_word_order) {
    expect_all({{"preguntar cuánto tarda", "cuánto tarda", "cuánto tarda"},
                {"si puedo llevar acompañante", "puedo llevar acompañante", "si puedo llevar acompañante"},
                {"el precio", "qué hay del precio", ""},
                {"¿Puedo ir en coche?", "puedo ir en coche", ""}},
               Language::spanish);
}

TEST(GermanSideIntents, are_asked_indirectly_when_they_are_clauses) {
    expect_all({{"fragen, wie lange es dauert", "", "wie lange es dauert"},
                {"ob ich den Rabatt behalte", "", "ob ich den Rabatt behalte"},
                {"den Rabatt behalten", "kann ich den Rabatt behalten", ""},
                {"nach der Garantie fragen", "was ist mit der Garantie", ""}},
               Language::german);
}

TEST(Goals, fit_behind_i_want_whatever_their_form) {
    EXPECT_EQ(read_goal("get the duplicate charge refunded", Language::english).want,
              "to get the duplicate charge refunded");
    EXPECT_EQ(read_goal("Reschedule the check-up.", Language::english).want, "to reschedule the check-up");
    EXPECT_EQ(read_goal("to move my appointment", Language::english).todo, "move my appointment");
    EXPECT_EQ(read_goal("a refund for the fee", Language::english).want, "a refund for the fee");
    EXPECT_EQ(read_goal("a refund for the fee", Language::english).todo, "get a refund for the fee");
    EXPECT_EQ(read_goal("find out why his bill doubled", Language::english).want, "to know why my bill doubled");
    EXPECT_EQ(read_goal("recuperar el cargo", Language::spanish).want, "recuperar el cargo");
}

TEST(Goals, that_are_sentences_are_recognised) {
    EXPECT_EQ(read_goal("My card was charged twice", Language::english).form, GoalForm::statement);
    EXPECT_EQ(read_goal("Can I get a refund?", Language::english).form, GoalForm::question);
    EXPECT_EQ(read_goal("March 4", Language::english).form, GoalForm::value);
    EXPECT_EQ(read_goal("I want my money back.", Language::english).want, "my money back");
}

TEST(Goals, in_the_words_of_the_agent_or_of_a_third_person_are_turned_round) {
    EXPECT_EQ(read_goal("refund a duplicate charge", Language::english).want, "to get a duplicate charge refunded");
    EXPECT_EQ(read_goal("issue a refund", Language::english).want, "to get a refund");
    EXPECT_EQ(read_goal("A patient wants to see the doctor. The reception finds a slot.", Language::english).want,
              "to see the doctor");
    EXPECT_EQ(read_goal("The customer asks for a refund of her order", Language::english).want, "a refund of my order");
    EXPECT_EQ(read_goal("Customer was charged twice and wants a refund", Language::english).said,
              "I was charged twice and want a refund");
}

TEST(Goals, to_know_something_are_wishes_to_know) {
    const Goal dose = read_goal("know how much ibuprofen is safe", Language::english);
    EXPECT_EQ(dose.want, "to know how much ibuprofen is safe");
    EXPECT_EQ(dose.todo, "find out how much ibuprofen is safe");
    EXPECT_EQ(read_goal("ask about the warranty", Language::english).want, "to know more about the warranty");
    EXPECT_EQ(read_goal("find out whether her insurance covers it", Language::english).want,
              "to know if my insurance covers it");
}

TEST(Goals, that_are_bare_topics_are_wishes_for_help) {
    EXPECT_EQ(read_goal("duplicate charge", Language::english).want, "help with duplicate charge");
    EXPECT_EQ(read_goal("moving my appointment", Language::english).want, "help with moving my appointment");
    EXPECT_EQ(read_goal("cancel subscription", Language::english).want, "to cancel subscription");
    EXPECT_EQ(read_goal("renegotiate the contract", Language::english).want, "to renegotiate the contract");
}

TEST(LooksEnglish, tells_english_goals_from_spanish_and_german_ones) {
    for (const char* const text :
         {"book an appointment", "cancel subscription", "refund the fee", "ask how long it takes"}) {
        EXPECT_TRUE(looks_english(text)) << text;
    }
    for (const char* const text :
         {"recuperar el cargo", "que me reembolsen el cargo duplicado", "einen Termin vereinbaren", "Test wiederholen",
          "fragen wie lange der Termin dauert", "preguntar cuánto tarda", "die Reservierung stornieren"}) {
        EXPECT_FALSE(looks_english(text)) << text;
    }
}

}  // namespace
}  // namespace sosia::user::wording
