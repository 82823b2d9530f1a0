#include "user/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace sosia::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const Reader& reader() {
    static const Reader instance = Reader::create().value();
    return instance;
}

const FactIndex& facts() {
    static const std::array<FactQuery, 6> queries = {{{"order_id", {"order number", "order id"}},
                                                      {"email", {"email", "e-mail address"}},
                                                      {"card", {"card number"}},
                                                      {"birth_date", {"date of birth"}},
                                                      {"charged", {"date of the charge"}},
                                                      {"phone", {}}}};
    static const FactIndex index{queries};
    return index;
}

Reading read(std::string_view text, std::string_view language = "en") {
    return reader().read(text, facts(), language);
}

bool says(std::string_view text, Act act, std::string_view language = "en") {
    return read(text, language).has(act);
}

std::vector<std::string> asked(std::string_view text, std::string_view language = "en") {
    std::vector<std::string> out;
    for (const ReadAct& act : read(text, language).acts) {
        if (act.act == Act::ask_fact) {
            out.push_back(act.fact);
        }
    }
    return out;
}

TEST(ReaderAsks, a_request_names_its_facts) {
    EXPECT_THAT(asked("Could you please provide your order number so I can look into this?"), ElementsAre("order_id"));
    EXPECT_THAT(asked("Kindly send your e-mail address."), ElementsAre("email"));
    EXPECT_THAT(asked("Order number?"), ElementsAre("order_id"));
    EXPECT_THAT(asked("I'll need your order number and the email on the account."), ElementsAre("order_id", "email"));
    EXPECT_THAT(asked("When were you charged?"), ElementsAre("charged"));
    EXPECT_THAT(asked("If you give me your order number I can check."), ElementsAre("order_id"));
    EXPECT_THAT(asked("What's the best number to reach you on?"), ElementsAre("phone"));
}

TEST(ReaderAsks, items_of_a_requested_list_are_asked_for) {
    EXPECT_THAT(
        asked("Please provide the following:\n- Order number\n- **Email address**\n- Date of birth\n\nThank you!"),
        ElementsAre("order_id", "email", "birth_date"));
    EXPECT_THAT(asked("Your order has these parts:\n- Order number\n- Email"), IsEmpty());
}

TEST(ReaderAsks, a_list_may_be_led_in_by_its_length) {
    EXPECT_THAT(asked("Two things, please:\n- **order number**\n- **email**"), ElementsAre("order_id", "email"));
    EXPECT_THAT(asked("Two things happened:\n- the order was split\n- the email bounced"), IsEmpty());
}

TEST(ReaderAsks, a_name_is_recognised_whichever_way_round_it_is_said) {
    const std::array<FactQuery, 2> queries = {
        {{"library_card", {"library card number"}}, {"incident", {"date of the incident"}}}};
    const FactIndex index{queries};
    const auto asks = [&](std::string_view text, std::string_view fact) {
        return reader().read(text, index).asks_for(fact);
    };
    EXPECT_TRUE(asks("What's the number on your library card?", "library_card"));
    EXPECT_TRUE(asks("On which date did the incident occur?", "incident"));
    EXPECT_FALSE(asks("What happened on that date?", "incident"));
}

TEST(ReaderActs, a_name_that_is_here_greets) {
    EXPECT_TRUE(says("Parcel Pilot here! What's up?", Act::greet));
    EXPECT_FALSE(says("Nothing changes here, so no e-mail will follow.", Act::greet));
    EXPECT_FALSE(says("Nothing changes here.", Act::greet));
}

TEST(ReaderActs, asking_for_time_asks_for_no_fact) {
    EXPECT_TRUE(says("Give me two minutes to read the file, please.", Act::hold));
    EXPECT_FALSE(says("Give me two minutes to read the file, please.", Act::ask_fact));
}

TEST(ReaderActs, what_follows_from_something_is_no_purpose) {
    EXPECT_TRUE(says("Nobody picked it up, so I can't trace it.", Act::refuse));
    EXPECT_TRUE(says("It's reserved by another reader, so I'm not able to renew it.", Act::refuse));
    EXPECT_FALSE(says("Could you share it so I can trace it?", Act::refuse));
}

TEST(ReaderAsks, an_unlisted_fact_is_asked_for_without_a_name) {
    EXPECT_THAT(asked("Could you share your membership number?"), ElementsAre(""));
    EXPECT_THAT(asked("May I have your passport number?"), ElementsAre(""));
}

TEST(ReaderAsks, a_mere_mention_asks_for_nothing) {
    for (const char* text : {"I found your order number A-1.", "I've sent an email to your email address.",
                             "Never share your card number with anyone.", "Please don't send your card number here.",
                             "I don't need your card number.", "There is no need to share your date of birth.",
                             "Your order number is A-10023.", "Is your email a@b.com?"}) {
        EXPECT_THAT(asked(text), IsEmpty()) << text;
    }
    EXPECT_TRUE(says("Is your email a@b.com?", Act::ask_confirm));
    EXPECT_TRUE(says("Could you confirm that your email is a@b.com?", Act::ask_confirm));
}

TEST(ReaderActs, done_differs_from_promised_offered_and_imagined) {
    EXPECT_TRUE(says("I've issued the refund.", Act::confirm_done));
    EXPECT_TRUE(says("Your appointment has been rescheduled to March 14.", Act::confirm_done));
    EXPECT_TRUE(says("You're booked for Tuesday at 9:40.", Act::confirm_done));
    for (const char* text : {"I haven't issued the refund yet.", "Once I've issued the refund you'll get an email.",
                             "I can refund that.", "Would you like me to refund it?", "I'll refund it now.",
                             "I would have refunded it.", "If it has been refunded, you will see it.",
                             "You said the charge was refunded.", "It should have been refunded."}) {
        EXPECT_FALSE(says(text, Act::confirm_done)) << text;
    }
    EXPECT_TRUE(says("I'll process the refund now.", Act::promise));
    EXPECT_TRUE(says("Your refund is on its way.", Act::promise));
    EXPECT_TRUE(says("I can refund that for you.", Act::offer));
    EXPECT_FALSE(says("I can refund that for you.", Act::promise));
}

TEST(ReaderActs, refusing_differs_from_apologising) {
    EXPECT_TRUE(says("Sorry for the trouble.", Act::apologise));
    EXPECT_FALSE(says("Sorry for the trouble.", Act::refuse));
    const Reading both = read("Sorry, I can't do that.");
    EXPECT_TRUE(both.has(Act::apologise) && both.has(Act::refuse));
    for (const char* text : {"Unfortunately your order is outside the 14 day window.", "That's not something I can do.",
                             "Only the account holder can request this.", "You're not eligible for a refund.",
                             "Our policy doesn't allow refunds."}) {
        EXPECT_TRUE(says(text, Act::refuse)) << text;
    }
}

TEST(ReaderActs, a_person_is_passed_to_offered_or_only_mentioned) {
    EXPECT_TRUE(says("I'm transferring you to a colleague now.", Act::hand_over));
    EXPECT_TRUE(says("A specialist will contact you within 24 hours.", Act::hand_over));
    EXPECT_TRUE(says("Would you like to speak with a person?", Act::offer_human));
    EXPECT_FALSE(says("Would you like to speak with a person?", Act::hand_over));
    EXPECT_TRUE(says("If you like, I'll transfer you to an agent.", Act::offer_human));
    EXPECT_FALSE(says("If you like, I'll transfer you to an agent.", Act::hand_over));
    EXPECT_TRUE(says("I can't transfer you.", Act::refuse));
    EXPECT_FALSE(says("I can't transfer you to an agent.", Act::offer_human));
    const Reading busy = read("Our agents are busy right now.");
    EXPECT_FALSE(busy.has(Act::hand_over) || busy.has(Act::offer_human));
}

TEST(ReaderActs, feeling_with_the_user_is_no_apology) {
    EXPECT_TRUE(says("I completely understand how frustrating this is.", Act::empathise));
    EXPECT_FALSE(says("I completely understand how frustrating this is.", Act::apologise));
    EXPECT_FALSE(says("I understand you'd like a refund.", Act::empathise));
}

TEST(ReaderActs, blank_text_has_no_acts_and_other_text_some) {
    EXPECT_THAT(read("").acts, IsEmpty());
    EXPECT_THAT(read(" \n\t ").acts, IsEmpty());
    EXPECT_TRUE(says("Refunds take 3-5 business days.", Act::inform));
    EXPECT_FALSE(read("...").acts.empty());
}

TEST(ReaderActs, marks_at_the_end_and_nothing_but_marks_are_read) {
    for (const char* text : {"Shall I go ahead?\xE2\x80\x94", "?-", "- - -", "?!?!", "\xE2\x80\xA6", ")))", "1.",
                             "- \n- \n", "\xFF\xFE?", "if", "not", "Is it", "please -"}) {
        for (const char* language : {"en", "es", "de"}) {
            EXPECT_FALSE(read(text, language).acts.empty()) << text;
        }
    }
}

TEST(ReaderActs, sentences_keep_their_place) {
    const std::string text = "Hello! Could you share your order number?";
    const Reading reading = read(text);
    const ReadAct* ask = reading.find(Act::ask_fact);
    ASSERT_NE(ask, nullptr);
    EXPECT_EQ(text.substr(ask->begin, ask->end - ask->begin), "Could you share your order number?");
    EXPECT_TRUE(reading.asks_for("order_id"));
}

TEST(ReaderActs, names_of_acts_read_back) {
    for (int i = 0; i < act_count; ++i) {
        const Act act = static_cast<Act>(i);
        EXPECT_EQ(parse_act(to_string(act)), act);
    }
    EXPECT_EQ(parse_act("juggle"), std::nullopt);
}

TEST(ReaderBounds, text_beyond_64_kilobytes_is_not_read) {
    std::string text(70000, 'a');
    text += ". I've issued the refund of $49.";
    EXPECT_FALSE(says(text, Act::confirm_done));
    EXPECT_THAT(reader().claims(text), IsEmpty());
}

TEST(ReaderEntities, identifiers_are_found_and_masks_are_not) {
    std::vector<std::string> found;
    const std::string text =
        "Order A-10023 and #4711 of sandra.k@example.com (card 4111 1111 1111 1111, phone +1 (555) 123-4567) is at "
        "https://shop.example/a?b=1. The card ending in 1111 and **** 1111 has 14-day cover until 2026-03-14.";
    for (const Entity& entity : reader().entities(text)) {
        found.push_back(entity.text);
    }
    EXPECT_THAT(found, ElementsAre("A-10023", "#4711", "sandra.k@example.com", "4111 1111 1111 1111",
                                   "+1 (555) 123-4567", "https://shop.example/a?b=1"));
}

}  // namespace
}  // namespace sosia::user
