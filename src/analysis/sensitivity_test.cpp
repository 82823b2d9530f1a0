// Which verdicts depend on who plays the user, and how far a model reads as the rules do.
#include "analysis/sensitivity.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/reader_agreement.h"
#include "analysis/test_support.h"

namespace sosia::analysis {
namespace {

Suite two_players() {
    Suite suite = small_suite();
    suite.user.name = "rules";
    suite.more_users = {UserSpec{}};
    suite.more_users.front().name = "model";
    return suite;
}

Conversation played(const std::string& user, Told told) {
    Conversation c = talk(std::move(told));
    c.cell.user = user;
    c.id = to_string(c.cell);
    return c;
}

Outcome outcome(char c) {
    return c == 'p' ? Outcome::passed : c == 'f' ? Outcome::failed : Outcome::invalid;
}

// One conversation per letter (p, f, i) and player; cells differ by persona and adversary.
std::vector<Conversation> pairs(const std::string& first, const std::string& other, int runs = 1) {
    const std::vector<std::pair<std::string, std::string>> cells{
        {"ann", "calm"}, {"ann", "pushy"}, {"bob", "calm"}, {"bob", "pushy"}};
    std::vector<Conversation> out;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto& [persona, adversary] = cells.at(i / static_cast<std::size_t>(runs));
        const int repetition = static_cast<int>(i) % runs;
        for (const auto& [user, letter] : {std::pair("rules", first[i]), std::pair("model", other[i])}) {
            Told told{.persona = persona, .repetition = repetition, .outcome = outcome(letter), .adversary = adversary};
            if (letter == 'f') {
                told.checks = {{.name = "claims", .passed = false, .detail = {}, .quote = {}, .category = {}}};
            }
            out.push_back(played(user, told));
        }
    }
    return out;
}

TEST(SensitivityTest, counts_pairs_and_names_the_cells_that_depend) {
    const Summary s = summary_of(two_players(), pairs("ppff", "pfpf"));
    ASSERT_TRUE(s.sensitivity.has_value());
    const Contrast& c = s.sensitivity->contrasts.at(0);
    EXPECT_EQ(c.other, "model");
    EXPECT_EQ(c.n, 4U);
    EXPECT_EQ(c.both_passed, 1U);
    EXPECT_EQ(c.both_failed, 1U);
    EXPECT_EQ(c.only_first, 1U);
    EXPECT_EQ(c.only_other, 1U);
    EXPECT_EQ(c.difference, 0);
    EXPECT_NEAR(c.kappa.value(), 0, 1e-12);
    EXPECT_EQ(c.cells.passed, 2U);
    EXPECT_EQ(c.cells.n, 4U);
    EXPECT_NEAR(c.cells.low, 0.0676, 5e-4);  // Clopper and Pearson, 2 of 4
    EXPECT_NEAR(c.cells.high, 0.9324, 5e-4);
    ASSERT_EQ(c.dependent.size(), 2U);
    EXPECT_EQ(c.dependent[0].cell.persona, "ann");
    EXPECT_EQ(c.dependent[0].cell.adversary, "pushy");
    EXPECT_EQ(c.dependent[0].first, "ann/refund/-/pushy#0 by rules");
    EXPECT_EQ(c.dependent[0].other, "ann/refund/-/pushy#0 by model");
    ASSERT_EQ(c.checks.size(), 1U);
    EXPECT_EQ(c.checks[0].name, "claims");
    EXPECT_EQ(c.checks[0].discordant(), 2U);
    EXPECT_EQ(c.scenarios.at(0).n, 4U);
}

TEST(SensitivityTest, the_first_decides_and_the_others_are_shown_beside_it) {
    const Summary s = summary_of(two_players(), pairs("pppp", "ffff"));
    EXPECT_EQ(s.planned, 4U);
    EXPECT_EQ(s.done, 4U);
    EXPECT_EQ(s.passed, 4U);
    EXPECT_EQ(s.failed, 0U);
    EXPECT_TRUE(s.findings.empty());
    EXPECT_EQ(s.sensitivity->players.at(0).name, "rules");
    EXPECT_TRUE(s.sensitivity->players.at(0).decides);
    EXPECT_EQ(s.sensitivity->players.at(1).rate.value, 0);
    EXPECT_EQ(s.sensitivity->contrasts.at(0).kappa, 0.0);
    EXPECT_EQ(s.sensitivity->contrasts.at(0).difference, -1);
}

TEST(SensitivityTest, where_everything_passes_there_is_no_kappa) {
    const Summary s = summary_of(two_players(), pairs("pppp", "pppp"));
    EXPECT_FALSE(s.sensitivity->contrasts.at(0).kappa.has_value());
    EXPECT_EQ(s.sensitivity->contrasts.at(0).ac1, 1);
}

TEST(SensitivityTest, progress_counts_everybody) {
    const Suite suite = two_players();
    SummaryBuilder builder(suite, 8);
    for (const Conversation& c : pairs("pf", "pf")) {
        builder.add(c, 0);
    }
    EXPECT_EQ(builder.done(), 4U);
    EXPECT_EQ(builder.passed(), 2U);
    EXPECT_EQ(builder.failed(), 2U);
}

TEST(SensitivityTest, invalid_conversations_are_no_verdict) {
    const Summary s = summary_of(two_players(), pairs("pif", "ifp"));
    const Contrast& c = s.sensitivity->contrasts.at(0);
    EXPECT_EQ(c.n, 1U);
    EXPECT_EQ(c.left_out, 2U);
    EXPECT_EQ(c.only_other, 1U);
}

TEST(SensitivityTest, repetitions_give_one_verdict_a_cell_and_a_measure_of_noise) {
    const Summary s = summary_of(two_players(), pairs("ppfppp", "pffffp", 3));
    const Contrast& c = s.sensitivity->contrasts.at(0);
    EXPECT_EQ(c.n, 6U);
    EXPECT_EQ(c.cells.n, 2U);
    EXPECT_EQ(c.cells.passed, 2U);  // most of three passed with one, not with the other
    EXPECT_EQ(c.dependent.at(0).passed_first, 2U);
    EXPECT_EQ(c.dependent.at(0).passed_other, 1U);
    const PlayerStats& rules = s.sensitivity->players.at(0);
    EXPECT_EQ(rules.repeated_pairs, 6U);
    EXPECT_EQ(rules.repeated_discordant, 2U);
}

TEST(SensitivityTest, the_order_of_arrival_changes_nothing) {
    const Suite suite = two_players();
    const std::vector<Conversation> all = pairs("pfpffp", "ppfffp", 3);
    SummaryBuilder forward(suite, all.size());
    SummaryBuilder backward(suite, all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        forward.add(all[i], i);
        backward.add(all[all.size() - 1 - i], all.size() - 1 - i);
    }
    const Contrast a = forward.finish("").sensitivity->contrasts.at(0);
    const Contrast b = backward.finish("").sensitivity->contrasts.at(0);
    EXPECT_EQ(a.n, b.n);
    EXPECT_EQ(a.difference_low, b.difference_low);
    ASSERT_EQ(a.dependent.size(), b.dependent.size());
    for (std::size_t i = 0; i < a.dependent.size(); ++i) {
        EXPECT_EQ(a.dependent[i].first, b.dependent[i].first);
    }
}

TEST(SensitivityTest, a_suite_with_one_user_has_none) {
    EXPECT_FALSE(summary_of(small_suite(), {talk({})}).sensitivity.has_value());
}

Conversation read(std::vector<std::string> model, std::vector<std::string> rules, std::string fault = {}) {
    Conversation c = talk({});
    Turn turn;
    turn.role = Role::agent;
    turn.reading.emplace();
    for (std::string& act : model) {
        turn.reading->acts.push_back({.act = std::move(act)});
    }
    turn.reading->rules = std::move(rules);
    turn.reading->fault = std::move(fault);
    c.turns = {turn};
    return c;
}

TEST(ReaderAgreementTest, counts_acts_by_who_found_them) {
    ReaderCounter counter;
    counter.add(read({"ask-fact:email", "apologise"}, {"ask-fact:email", "apologise"}));
    counter.add(read({"ask-fact:email"}, {"ask-fact:order_id"}));
    counter.add(read({"refuse"}, {"inform"}));
    counter.add(read({}, {"inform"}, "the answer is empty"));
    const ReaderStats s = counter.stats().value();
    EXPECT_EQ(s.turns, 3U);
    EXPECT_EQ(s.fell_back, 1U);
    EXPECT_EQ(s.faults, std::vector<std::string>{"the answer is empty"});
    EXPECT_EQ(s.same, 1U);
    const auto row = [&](std::string_view act) { return *std::ranges::find(s.acts, act, &ActAgreement::act); };
    EXPECT_EQ(row("ask-fact").both, 2U);
    EXPECT_EQ(row("refuse").only_model, 1U);
    EXPECT_EQ(row("inform").only_rules, 1U);
    EXPECT_NEAR(row("ask-fact").kappa.value(), 1, 1e-12);
}

TEST(ReaderAgreementTest, says_nothing_where_the_rules_read) {
    ReaderCounter counter;
    counter.add(talk({}));
    EXPECT_FALSE(counter.stats().has_value());
}

}  // namespace
}  // namespace sosia::analysis
