#include "spec/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "spec/matrix_sample.h"
#include "spec/trait.h"

namespace sosia::spec {
namespace {

Persona persona(const std::string& id, std::map<std::string, std::string> traits = {}) {
    Persona out;
    out.id = id;
    out.traits = std::move(traits);
    return out;
}

Scenario scenario(const std::string& id, const std::vector<std::string>& edge_cases = {}) {
    Scenario out;
    out.id = id;
    for (const std::string& edge_case : edge_cases) {
        out.edge_cases.push_back({.id = edge_case});
    }
    return out;
}

Adversary adversary(const std::string& id, AdversaryFamily family = AdversaryFamily::cooperative) {
    Adversary out;
    out.id = id;
    out.family = family;
    return out;
}

// 3 personas, 2 scenarios of which one has two edge cases, 2 adversaries.
Suite small_suite() {
    Suite suite;
    suite.personas = {persona("ann", {{"style", "terse"}}), persona("bob", {{"style", "verbose"}}),
                      persona("cem", {{"style", "terse"}})};
    suite.scenarios = {scenario("refund", {"late", "lost"}), scenario("booking")};
    suite.adversaries = {adversary("cooperative"), adversary("skeptic", AdversaryFamily::objection_ladder)};
    suite.matrix.seed = 7;
    return suite;
}

std::vector<std::string> names(const Plan& plan) {
    std::vector<std::string> out;
    std::ranges::transform(plan.conversations, std::back_inserter(out),
                           [](const PlannedConversation& one) { return to_string(one.cell); });
    return out;
}

Plan expanded(const Suite& suite) {
    auto plan = expand(suite);
    EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
    return plan ? *plan : Plan{};
}

bool any_cell(const Plan& plan, const std::function<bool(const Cell&)>& holds) {
    return std::ranges::any_of(plan.conversations,
                               [&holds](const PlannedConversation& one) { return holds(one.cell); });
}

TEST(matrix, full_product_follows_the_order_of_the_files) {
    const Plan plan = expanded(small_suite());
    EXPECT_EQ(plan.cells, 24U);
    EXPECT_EQ(plan.full_cells, 24U);
    EXPECT_EQ(plan.pruned, 0U);
    const auto cells = names(plan);
    ASSERT_EQ(cells.size(), 24U);
    EXPECT_EQ(cells[0], "ann/refund/-/cooperative#0");
    EXPECT_EQ(cells[1], "ann/refund/-/skeptic#0");
    EXPECT_EQ(cells[2], "ann/refund/late/cooperative#0");
    EXPECT_EQ(cells[23], "cem/booking/-/skeptic#0");
}

TEST(matrix, repetitions_follow_each_other_and_have_ids_and_seeds_of_their_own) {
    Suite suite = small_suite();
    suite.matrix.runs = 3;
    const Plan plan = expanded(suite);
    ASSERT_EQ(plan.conversations.size(), 72U);
    EXPECT_EQ(names(plan)[2], "ann/refund/-/cooperative#2");
    std::set<std::string> ids;
    std::set<std::uint64_t> seeds;
    for (const PlannedConversation& one : plan.conversations) {
        ids.insert(one.id);
        seeds.insert(one.seed);
        EXPECT_EQ(one.id.size(), 12U);
    }
    EXPECT_EQ(ids.size(), 72U);
    EXPECT_EQ(seeds.size(), 72U);
}

TEST(matrix, ids_depend_on_the_seed_and_the_cell_alone) {
    Suite suite = small_suite();
    const Plan before = expanded(suite);
    suite.personas.erase(suite.personas.begin());
    const Plan fewer = expanded(suite);
    EXPECT_EQ(before.conversations[8].cell, fewer.conversations[0].cell);
    EXPECT_EQ(before.conversations[8].id, fewer.conversations[0].id);
    EXPECT_EQ(before.conversations[8].seed, fewer.conversations[0].seed);
    suite.matrix.seed = 8;
    EXPECT_NE(expanded(suite).conversations[0].id, fewer.conversations[0].id);
}

TEST(matrix, all_who_play_the_user_play_every_cell_with_its_seed) {
    Suite suite = small_suite();
    suite.matrix.runs = 2;
    const Plan alone = expanded(suite);
    suite.user.name = "builtin";
    suite.more_users.resize(2);
    suite.more_users[0].name = "gpt";
    suite.more_users[1].name = "other";
    const Plan plan = expanded(suite);
    ASSERT_EQ(plan.conversations.size(), 3 * alone.conversations.size());
    EXPECT_EQ(plan.cells, alone.cells);
    std::set<std::string> ids;
    std::map<std::string, std::set<std::uint64_t>> seeds;
    std::vector<PlannedConversation> first;
    for (const PlannedConversation& one : plan.conversations) {
        ids.insert(one.id);
        Cell cell = one.cell;
        cell.user.clear();
        seeds[to_string(cell)].insert(one.seed);
        if (one.cell.user == "builtin") {
            first.push_back(one);
        }
    }
    EXPECT_EQ(ids.size(), plan.conversations.size());
    EXPECT_TRUE(std::ranges::all_of(seeds, [](const auto& entry) { return entry.second.size() == 1; }));
    ASSERT_EQ(first.size(), alone.conversations.size());
    for (std::size_t i = 0; i < first.size(); ++i) {  // whoever decides has the ids of a suite with nobody beside it
        EXPECT_EQ(first[i].id, alone.conversations[i].id);
        EXPECT_EQ(first[i].seed, alone.conversations[i].seed);
    }
}

TEST(matrix, scenarios_meet_only_personas_that_fit) {
    Suite suite = small_suite();
    suite.scenarios[1].personas.ids = {"bob"};
    suite.scenarios[0].personas.traits = {{{"style", {"terse"}}}};
    suite.scenarios[0].personas.not_ids = {"cem"};
    const Plan plan = expanded(suite);
    EXPECT_EQ(plan.cells, 8U);
    EXPECT_EQ(plan.pruned, 16U);
    EXPECT_FALSE(any_cell(plan, [](const Cell& cell) { return cell.persona == "cem"; }));
}

TEST(matrix, scenarios_meet_only_adversaries_that_fit_by_id_or_family) {
    Suite suite = small_suite();
    suite.scenarios[0].adversaries.ids = {"objection-ladder"};
    suite.scenarios[1].adversaries.not_traits = {{{"family", {"objection_ladder"}}}};
    const Plan plan = expanded(suite);
    EXPECT_FALSE(
        any_cell(plan, [](const Cell& cell) { return (cell.scenario == "refund") != (cell.adversary == "skeptic"); }));
    EXPECT_EQ(plan.cells, 12U);
}

TEST(matrix, a_persona_with_probes_meets_only_scenarios_where_one_applies) {
    Suite suite = small_suite();
    suite.personas[0].probes = {FailureCategory::context_loss};
    suite.scenarios[0].probes = {"hallucinated-policy"};
    const Plan plan = expanded(suite);
    EXPECT_FALSE(any_cell(plan, [](const Cell& cell) { return cell.persona == "ann" && cell.scenario == "refund"; }));
    EXPECT_TRUE(any_cell(plan, [](const Cell& cell) { return cell.persona == "ann" && cell.scenario == "booking"; }));
    EXPECT_TRUE(any_cell(plan, [](const Cell& cell) { return cell.persona == "bob" && cell.scenario == "refund"; }));
}

TEST(matrix, tags_select_cells_by_any_of_their_parts) {
    Suite suite = small_suite();
    suite.scenarios[1].tags = {"smoke"};
    suite.scenarios[0].edge_cases[0].tags = {"smoke"};
    suite.matrix.only_tags = {"smoke"};
    EXPECT_EQ(expanded(suite).cells, 12U);
    suite.adversaries[1].tags = {"slow"};
    suite.matrix.skip_tags = {"slow"};
    EXPECT_EQ(expanded(suite).cells, 6U);
}

TEST(matrix, rules_drop_what_they_forbid) {
    Suite suite = small_suite();
    suite.matrix.rules = {{.when = {{"persona.style", {"terse"}}, {"scenario", {"refund"}}},
                           .then = {{"adversary.family", {"objection-ladder"}}}},
                          {.when = {{"edge_case", {""}}}, .then = {{"persona", {"ann", "bob"}}}}};
    const Plan plan = expanded(suite);
    for (const PlannedConversation& one : plan.conversations) {
        const Cell& cell = one.cell;
        EXPECT_TRUE(cell.persona == "bob" || cell.scenario != "refund" || cell.adversary == "skeptic")
            << to_string(cell);
        EXPECT_TRUE(!cell.edge_case.empty() || cell.persona != "cem") << to_string(cell);
    }
    // refund: bob 6, ann 3, cem 2 (no happy path); booking: ann 2, bob 2.
    EXPECT_EQ(plan.cells, 15U);
}

TEST(matrix, rules_on_tags_hold_for_every_part) {
    Suite suite = small_suite();
    suite.personas[0].tags = {"vip"};
    suite.scenarios[1].tags = {"vip"};
    suite.matrix.rules = {{.when = {{"tags", {"vip"}}}, .then = {{"adversary", {"cooperative"}}}}};
    EXPECT_FALSE(any_cell(expanded(suite), [](const Cell& cell) {
        return cell.adversary == "skeptic" && (cell.persona == "ann" || cell.scenario == "booking");
    }));
}

TEST(matrix, says_what_dropped_the_most_when_nothing_is_left) {
    Suite suite = small_suite();
    suite.scenarios[0].personas.ids = {"ann"};
    suite.matrix.only_tags = {"nightly"};
    const auto plan = expand(suite);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, ErrorKind::usage);
    EXPECT_EQ(plan.error().message,
              "nothing is left to run: of 24 cells, the scenarios' personas dropped 12, matrix.tags dropped 12");
}

std::set<std::string> pairs_of(const Plan& plan) {
    std::set<std::string> out;
    for (const PlannedConversation& one : plan.conversations) {
        const std::string situation = one.cell.scenario + ":" + one.cell.edge_case;
        out.insert(one.cell.persona + "|" + situation);
        out.insert(one.cell.persona + "|" + one.cell.adversary);
        out.insert(situation + "|" + one.cell.adversary);
    }
    return out;
}

Suite large_suite() {
    Suite suite;
    for (int i = 0; i < 20; ++i) {
        suite.personas.push_back(persona("p" + std::to_string(i), {{"emotion", i % 4 == 0 ? "angry" : "calm"},
                                                                   {"style", i % 2 == 0 ? "terse" : "verbose"}}));
    }
    for (int i = 0; i < 6; ++i) {
        suite.scenarios.push_back(scenario("s" + std::to_string(i), {"e1", "e2"}));
    }
    for (int i = 0; i < 10; ++i) {
        suite.adversaries.push_back(adversary(
            "a" + std::to_string(i), i % 2 == 0 ? AdversaryFamily::off_script : AdversaryFamily::retry_pressure));
    }
    suite.scenarios[2].personas.not_ids = {"p3", "p4", "p5"};
    suite.scenarios[3].adversaries.ids = {"off-script"};
    suite.personas[7].probes = {FailureCategory::context_loss};
    suite.scenarios[4].probes = {"tool-selection"};
    suite.matrix.rules = {{.when = {{"persona.emotion", {"angry"}}, {"edge_case", {"e1"}}},
                           .then = {{"adversary.family", {"retry-pressure"}}}}};
    return suite;
}

TEST(matrix, pairwise_covers_every_pair_that_the_full_product_has) {
    Suite suite = large_suite();
    const Plan full = expanded(suite);
    suite.matrix.cover = MatrixSpec::Cover::t_way;
    const Plan pairwise = expanded(suite);
    EXPECT_LT(pairwise.cells * 4, full.cells);
    EXPECT_EQ(pairwise.cells,
              20U * 18U - 3U * 3U - 3U - 5U);  // the feasible pairs of persona and situation: no array is smaller
    const auto all = pairs_of(full);
    EXPECT_EQ(pairs_of(pairwise), all);
    EXPECT_EQ(pairwise.tuples, all.size());
    EXPECT_EQ(pairwise.covered, all.size());
    const auto allowed = names(full);
    const std::set<std::string> allowed_set(allowed.begin(), allowed.end());
    EXPECT_TRUE(std::ranges::all_of(names(pairwise),
                                    [&allowed_set](const std::string& name) { return allowed_set.contains(name); }));
    EXPECT_EQ(names(pairwise), names(expanded(suite)));
}

TEST(matrix, three_way_is_the_full_product) {
    Suite suite = large_suite();
    const Plan full = expanded(suite);
    suite.matrix.cover = MatrixSpec::Cover::t_way;
    suite.matrix.strength = 3;
    EXPECT_EQ(names(expanded(suite)), names(full));
}

TEST(matrix, a_sample_has_the_size_asked_for_and_depends_on_the_seed) {
    Suite suite = large_suite();
    suite.matrix.sample = 200;
    const Plan plan = expanded(suite);
    EXPECT_EQ(plan.cells, 200U);
    EXPECT_EQ(names(plan), names(expanded(suite)));
    EXPECT_TRUE(std::ranges::is_sorted(
        plan.conversations, {}, [](const PlannedConversation& one) { return std::stoi(one.cell.persona.substr(1)); }));
    suite.matrix.seed = 99;
    EXPECT_NE(names(plan), names(expanded(suite)));
    suite.matrix.sample = 1'000'000;
    EXPECT_EQ(expanded(suite).cells, expanded(large_suite()).cells);
}

TEST(matrix, a_sample_treats_personas_alike) {
    Suite suite = large_suite();
    suite.matrix.rules.clear();
    suite.matrix.sample = 200;
    std::map<std::string, int> counts;
    for (const PlannedConversation& one : expanded(suite).conversations) {
        ++counts[one.cell.persona];
    }
    EXPECT_EQ(counts.size(), 20U);
    for (const auto& [id, n] : counts) {
        EXPECT_NEAR(n, 10, 3) << id;
    }
}

TEST(matrix, a_sample_meets_stated_shares) {
    Suite suite = large_suite();
    suite.matrix.sample = 200;
    suite.matrix.weights = {{"persona.emotion", {{"angry", 0.6}}},
                            {"adversary.family", {{"off-script", 0.25}, {"retry-pressure", 0.75}}}};
    int angry = 0;
    int off_script = 0;
    for (const PlannedConversation& one : expanded(suite).conversations) {
        angry += suite.persona(one.cell.persona)->trait("emotion") == "angry" ? 1 : 0;
        off_script += suite.adversary(one.cell.adversary)->family == AdversaryFamily::off_script ? 1 : 0;
    }
    EXPECT_NEAR(angry, 120, 2);
    EXPECT_NEAR(off_script, 50, 2);
}

TEST(matrix, a_sample_meets_a_joint_distribution) {
    Suite suite = large_suite();
    suite.matrix.sample = 100;
    suite.matrix.weights = {
        {"persona.emotion, persona.style", {{"angry, terse", 50}, {"calm, verbose", 30}, {"calm, terse", 20}}}};
    std::map<std::string, int> counts;
    for (const PlannedConversation& one : expanded(suite).conversations) {
        const Persona* who = suite.persona(one.cell.persona);
        ++counts[std::string(who->trait("emotion")) + std::string(who->trait("style"))];
    }
    EXPECT_NEAR(counts["angryterse"], 50, 1);
    EXPECT_NEAR(counts["calmverbose"], 30, 1);
    EXPECT_NEAR(counts["calmterse"], 20, 1);
}

TEST(matrix, a_sample_of_a_covering_array_says_how_much_it_still_covers) {
    Suite suite = large_suite();
    suite.matrix.cover = MatrixSpec::Cover::t_way;
    suite.matrix.sample = 100;
    const Plan plan = expanded(suite);
    EXPECT_EQ(plan.covered, pairs_of(plan).size());
    EXPECT_LT(plan.covered, plan.tuples);
}

TEST(matrix, plans_tens_of_thousands_of_cells) {
    Suite suite = large_suite();
    for (int i = 0; i < 300; ++i) {
        suite.personas.push_back(persona("q" + std::to_string(i)));
    }
    EXPECT_GT(expanded(suite).cells, 50'000U);
    suite.matrix.cover = MatrixSpec::Cover::t_way;
    const Plan plan = expanded(suite);
    EXPECT_EQ(plan.covered, plan.tuples);
    EXPECT_LT(plan.cells, 8'000U);
}

TEST(cell_trait, knows_every_part) {
    const Suite suite = small_suite();
    const CellParts parts{&suite.personas[0], &suite.scenarios[0], &suite.scenarios[0].edge_cases[0],
                          &suite.adversaries[1]};
    EXPECT_EQ(cell_trait(parts, "persona"), "ann");
    EXPECT_EQ(cell_trait(parts, "persona.style"), "terse");
    EXPECT_EQ(cell_trait(parts, "persona.mood"), "");
    EXPECT_EQ(cell_trait(parts, "scenario"), "refund");
    EXPECT_EQ(cell_trait(parts, "edge_case"), "late");
    EXPECT_EQ(cell_trait(parts, "adversary"), "skeptic");
    EXPECT_EQ(cell_trait(parts, "adversary.family"), "objection-ladder");
}

TEST(fit_weights, meets_two_margins_at_once) {
    // 2 x 3 table of equal weights; rows .7/.3, columns .5/.3/.2.
    const std::vector<Margin> margins{{{0, 0, 0, 1, 1, 1}, {0.7, 0.3}}, {{0, 1, 2, 0, 1, 2}, {0.5, 0.3, 0.2}}};
    const auto weights = fit_weights(6, margins);
    EXPECT_NEAR((weights[0] + weights[1] + weights[2]) / 6, 0.7, 1e-6);
    EXPECT_NEAR((weights[0] + weights[3]) / 6, 0.5, 1e-6);
}

TEST(fit_weights, leaves_the_rest_in_proportion) {
    const auto weights = fit_weights(4, {{{0, 1, 1, 2}, {0.4, -1, -1}}});
    EXPECT_NEAR(weights[0] / 4, 0.4, 1e-9);
    EXPECT_NEAR(weights[1], weights[3], 1e-9);
}

}  // namespace
}  // namespace sosia::spec
