#include "analysis/told.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sosia::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Conversation talk(std::vector<std::string> texts) {
    Conversation c;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        c.turns.push_back(
            {.n = static_cast<int>(i) + 1, .role = i % 2 == 0 ? Role::user : Role::agent, .text = std::move(texts[i])});
    }
    return c;
}

TEST(Told, values_are_known_by_their_form_or_by_the_question_before) {
    Conversation c =
        talk({"I was charged twice for order A-10023", "Your e-mail?", "jane@corp.org", "The order number?", "10023",
              "And your doctor?", "I don't have one", "Your phone number?", "no idea"});
    note_told(c, std::vector<TurnSigns>{{.values = {{"id", "A-10023"}}},
                                        {.asks = {"email"}},
                                        {.values = {{"email", "jane@corp.org"}}},
                                        {.asks = {"ticket_number"}},
                                        {.values = {{"number", "10023"}}},
                                        {.asks = {"doctor"}},
                                        {},
                                        {.asks = {"phone_number"}},
                                        {}});
    EXPECT_EQ(c.turns[0].mind.move, "open");
    EXPECT_THAT(c.turns[0].mind.disclosed, ElementsAre("order_id"));
    EXPECT_THAT(c.turns[2].mind.disclosed, ElementsAre("email"));
    EXPECT_THAT(c.turns[4].mind.disclosed, ElementsAre("ticket_number"));
    EXPECT_THAT(c.turns[6].mind.disclosed, IsEmpty());  // an answer, but no value
    EXPECT_THAT(c.turns[8].mind.disclosed, IsEmpty());
}

TEST(Told, a_greeting_opens_nothing_and_a_value_taken_back_may_be_asked_for_again) {
    Conversation c = talk({"hello there", "Your order number?", "A-10023 it is, I think", "Thanks.",
                           "sorry, I meant A-10032, my mistake"});
    note_told(c, std::vector<TurnSigns>{
                     {}, {.asks = {"order_id"}}, {.values = {{"id", "A-10023"}}}, {}, {.values = {{"id", "A-10032"}}}});
    EXPECT_EQ(c.turns[0].mind.move, "");
    EXPECT_EQ(c.turns[2].mind.move, "open");
    EXPECT_THAT(c.turns[4].mind.corrected, IsEmpty());  // "A-10032" alone: nothing says what it is
    Conversation named = talk({"order A-10023 was charged twice", "I see.", "sorry, I meant order A-10032"});
    note_told(named, std::vector<TurnSigns>{{.values = {{"id", "A-10023"}}}, {}, {.values = {{"id", "A-10032"}}}});
    EXPECT_THAT(named.turns[2].mind.corrected, ElementsAre("order_id"));
}

}  // namespace
}  // namespace sosia::analysis
