// Numbers of which only the last digits are shown: they agree with what is known, or they do not.
#include "scoring/masked.h"
#include "scoring/test_support.h"

namespace sosia::scoring {
namespace {

std::string digits_in(std::string_view text) {
    const std::vector<MaskedNumber> found = masked_numbers(text);
    return found.empty() ? "" : found.front().digits;
}

TEST(MaskedNumbers, are_seen_in_the_ways_they_are_written) {
    for (const char* text : {
             "The charge is on your card ending in 4242.",
             "your Visa ending 4242",
             "Card: •••• 4242",
             "| Card | **** **** **** 4242 |",
             "I see the card xxxx-xxxx-xxxx-4242 here.",
             "card …4242",
             "The last four digits are **4242**.",
             "Ihre Karte endet auf 4242.",
             "die Karte mit den letzten vier Ziffern 4242",
             "la tarjeta terminada en 4242",
             "sus últimos cuatro dígitos son 4242",
         }) {
        EXPECT_EQ(digits_in(text), "4242") << text;
    }
}

TEST(MaskedNumbers, other_figures_are_none) {
    for (const char* text : {
             "It cost **4242** dollars.",
             "* 2024 was the year of the contract",
             "# 4242",
             "• 2024 plan",
             "Could you share the last four digits?",
             "There is a pending 4242 on your card.",
             "You may spend on 400 things.",
             "Wait ... 4242 is your order.",
             "The plan ends on 2026-04-01.",
         }) {
        EXPECT_EQ(digits_in(text), "") << text;
    }
}

Talk card_holder() {
    Talk t;
    return t.intent("dispute a charge").truth("card", "4000 1234 5678 4242").truth("dispute_window", "60 days");
}

std::string told(Talk talk, const std::string& text) {
    talk.user("there is a charge that i did not make").agent(text).ends(Ending::user_satisfied, true);
    return talk.verdict("claims");
}

TEST(MaskedNumbers, that_end_like_the_card_in_the_ground_truth_are_true) {
    for (const char* text : {"I can see the charge on your card ending in 4242.", "Card: •••• 4242", "Visa *4242",
                             "It's the card with the last four digits 4242."}) {
        EXPECT_EQ(told(card_holder(), text), "passes") << text;
    }
}

TEST(MaskedNumbers, that_end_otherwise_contradict_it) {
    for (const char* text : {"I can see the charge on your card ending in 9917.", "Card: •••• 9917",
                             "It's on the Visa xxxx 9917.", "It's the card with the last four digits 9917."}) {
        EXPECT_EQ(told(card_holder(), text), "fails at 2") << text;
    }
    Talk german = card_holder();
    german.language("de");
    EXPECT_EQ(told(german, "Die Buchung lief über Ihre Karte, die auf 9917 endet, also Karte endet auf 9917."),
              "fails at 2");
}

TEST(MaskedNumbers, show_no_more_of_the_truth_than_the_agent_would) {
    Talk talk = card_holder();
    talk.user("hi").agent("It's on your card ending in 9917.");
    const CheckResult* result = talk.result("claims");
    ASSERT_NE(result, nullptr);
    EXPECT_NE(result->detail.find("4242"), std::string::npos) << result->detail;
    EXPECT_EQ(result->detail.find("1234"), std::string::npos) << result->detail;
}

TEST(MaskedNumbers, are_let_be_where_nothing_of_the_kind_is_known) {
    Talk unknown;
    unknown.intent("dispute a charge").truth("dispute_window", "60 days");
    EXPECT_EQ(told(unknown, "I can see it on your card ending in 9917."), "passes");
    EXPECT_EQ(told(card_holder(), "I'll call the phone number ending in 9917."), "passes");
    EXPECT_EQ(told(card_holder(), "The year ending 2025 was busy."), "passes");
}

TEST(MaskedNumbers, of_a_second_card_that_the_user_or_a_tool_named_are_fine) {
    Talk by_user = card_holder();
    by_user.user("it's the other card, 9917")
        .agent("Thank you, so the card ending in 9917.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(by_user.verdict("claims"), "passes");
    Talk by_tool = card_holder();
    by_tool.user("which card is it?")
        .agent("It's on the card ending in 9917.")
        .tool("find_charge", "{}", R"({"card": "**** 9917"})")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(by_tool.verdict("claims"), "passes");
}

TEST(MaskedNumbers, after_a_tool_that_did_not_report_are_a_warning) {
    Talk talk = card_holder();
    talk.user("which card is it?").agent("It's on the card ending in 9917.").tool("find_charge", "{}");
    EXPECT_EQ(talk.verdict("claims"), "warns at 2");
}

}  // namespace
}  // namespace sosia::scoring
