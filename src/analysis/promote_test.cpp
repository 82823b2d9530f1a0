#include "analysis/promote.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/stand_ins.h"
#include "analysis/test_support.h"

namespace sosia::analysis {
namespace {

struct Said {
    Role role;
    std::string text;
    TurnSigns signs;
};

struct Real {
    Conversation conversation;
    std::vector<TurnSigns> signs;
};

Real real(std::vector<Said> said) {
    Real out;
    out.conversation.id = "c1";
    out.conversation.cell = {"production", "refund", "", "production", 0};
    out.conversation.outcome = Outcome::failed;
    out.conversation.checks = {{.name = "loop", .passed = false}};
    int n = 0;
    for (Said& one : said) {
        out.conversation.turns.push_back({.n = ++n, .role = one.role, .text = one.text});
        out.signs.push_back(std::move(one.signs));
    }
    return out;
}

const Fact* fact(const Draft& draft, std::string_view name) {
    return draft.persona.fact(name);
}

Draft draft_of(std::vector<Said> said) {
    const Real r = real(std::move(said));
    return promote_transcript(r.conversation, r.signs, "again");
}

TEST(Promote, facts_are_told_as_they_were_told) {
    const Draft d =
        draft_of({{Role::user, "I was charged twice, mail a@b.c", {.asks = {}, .values = {{"email", "a@b.c"}}}},
                  {Role::agent, "Your order number?", {.asks = {"order_id"}, .values = {}}},
                  {Role::user, "why do you need that?", {}},
                  {Role::agent, "To find it. Order number?", {.asks = {"order_id"}, .values = {}}},
                  {Role::user, "A-1", {.asks = {}, .values = {{"id", "A-1"}}}},
                  {Role::agent, "And who is your doctor?", {.asks = {"doctor"}, .values = {}}},
                  {Role::user, "Dr Patel", {}}});
    ASSERT_NE(fact(d, "email"), nullptr);
    EXPECT_EQ(fact(d, "email")->when, Disclosure::freely);
    ASSERT_NE(fact(d, "order_id"), nullptr);
    EXPECT_EQ(fact(d, "order_id")->when, Disclosure::second_ask);
    ASSERT_NE(fact(d, "doctor"), nullptr);
    EXPECT_EQ(fact(d, "doctor")->when, Disclosure::asked);
    EXPECT_EQ(fact(d, "doctor")->value, "Dr Patel");
    EXPECT_EQ(d.check, "loop");
    EXPECT_EQ(d.scenario.opening, "I was charged twice, mail a@b.c");
    EXPECT_EQ(d.scenario.personas.ids, std::vector<std::string>{"again"});
    EXPECT_EQ(d.persona.only_in, std::vector<std::string>{"again"});
}

TEST(Promote, a_value_put_right_later_is_a_correction) {
    const Draft d = draft_of({{Role::user, "about order A-1", {.asks = {}, .values = {{"id", "A-1"}}}},
                              {Role::agent, "Found it.", {}},
                              {Role::user, "sorry, I meant order A-2", {.asks = {}, .values = {{"id", "A-2"}}}}});
    ASSERT_EQ(d.persona.facts.size(), 1U);
    EXPECT_EQ(d.persona.facts[0].name, "order_id");
    EXPECT_EQ(d.persona.facts[0].when, Disclosure::corrected);
    EXPECT_EQ(d.persona.facts[0].first_says, "A-1");
    EXPECT_EQ(d.persona.facts[0].value, "A-2");
    EXPECT_EQ(d.persona.facts[0].at_turn, 2);
    EXPECT_EQ(d.persona.traits.at("intent"), "correction-prone");
}

TEST(Promote, what_the_user_brought_up_unasked_becomes_a_pivot) {
    const Draft d = draft_of({{Role::user, "my parcel is late", {}},
                              {Role::agent, "It is on its way.", {}},
                              {Role::user, "this is ridiculous, i want my money back for that", {}},
                              {Role::agent, "Shall I refund it?", {}},
                              {Role::user, "yes of course, what a question to ask", {}},
                              {Role::agent, "Done.", {}},
                              {Role::user, "thanks", {}}});
    ASSERT_EQ(d.scenario.happy.pivots.size(), 1U);
    EXPECT_EQ(d.scenario.happy.pivots[0].after, 1);
    EXPECT_EQ(d.scenario.happy.pivots[0].say, "this is ridiculous, i want my money back for that");
    EXPECT_EQ(d.persona.traits.at("emotion"), "frustrated");
}

TEST(Promote, what_was_asked_and_never_told_is_left_to_the_reviewer) {
    const Draft d = draft_of({{Role::user, "hello there", {}},
                              {Role::agent, "Invoice number?", {.asks = {"invoice_number"}, .values = {}}}});
    EXPECT_TRUE(std::ranges::any_of(d.to_check, [](const auto& line) { return line.contains("invoice_number"); }));
}

TEST(Promote, a_simulated_conversation_keeps_what_its_cell_knew) {
    Suite suite = small_suite();
    suite.scenarios[0].truth = {{"fee", "$5"}};
    suite.scenarios[0].edge_cases[0].truth = {{"fee", "$9"}};
    suite.scenarios[0].edge_cases[0].expect.resolved = false;
    Conversation c =
        talk({.outcome = Outcome::failed, .checks = {{.name = "claims", .passed = false}}, .edge_case = "late"});
    c.turns = {{.n = 1, .role = Role::user, .text = "i want my money"}};
    const Draft d = promote_simulated(
        c, {&suite.personas[0], &suite.scenarios[0], &suite.scenarios[0].edge_cases[0], &suite.adversaries[0]}, "x");
    EXPECT_EQ(d.scenario.truth.at("fee"), "$9");
    EXPECT_EQ(d.scenario.happy.expect.resolved, false);
    EXPECT_EQ(d.scenario.opening, "i want my money");
    EXPECT_EQ(d.scenario.adversaries.ids, std::vector<std::string>{"calm"});
    EXPECT_EQ(d.persona.traits.at("style"), "terse");
    EXPECT_EQ(d.check, "claims");
}

TEST(StandIns, personal_data_becomes_made_up_values_and_what_the_suite_knows_stays) {
    Conversation c;
    c.turns = {
        {.n = 1, .role = Role::user, .text = "My name is Jane Miller, mail jane@corp.com or known@shop.com, order A-1"},
        {.n = 2, .role = Role::agent, .text = "Thanks Jane Miller, is [phone] right?"}};
    const Cleaned clean = without_personal_data(c, std::vector<std::string>{"known@shop.com"});
    EXPECT_EQ(clean.conversation.turns[0].text,
              "My name is Alex Morgan, mail alex.morgan@example.com or known@shop.com, order A-1");
    EXPECT_EQ(clean.conversation.turns[1].text, "Thanks Alex Morgan, is +1 202 555 0143 right?");
    EXPECT_EQ(clean.replaced, (std::vector<std::string>{"email", "name", "phone"}));
}

}  // namespace
}  // namespace sosia::analysis
