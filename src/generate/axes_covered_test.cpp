#include "generate/axes_covered.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "generate/edge_kinds.h"
#include "generate/slots.h"

namespace sosia::generate {
namespace {

Persona person(const std::string& style, const std::string& emotion) {
    Persona out;
    out.traits = {{"style", style}, {"emotion", emotion}};
    return out;
}

std::vector<Adversary> two_adversaries() {
    std::vector<Adversary> out(2);
    out[0].id = "prompt-injection";
    out[0].family = AdversaryFamily::prompt_injection;
    out[1].id = "silence";
    out[1].family = AdversaryFamily::off_script;
    return out;
}

const AxisLine& line(const std::vector<AxisLine>& lines, std::string_view name) {
    return *std::ranges::find(lines, name, &AxisLine::name);
}

TEST(axes_covered, counts_values_and_pairs_before_and_after) {
    const std::vector<spec::Axis> axes{{"style", {"terse", "verbose"}}, {"emotion", {"calm", "angry"}}};
    const Parts suite{.personas = {person("terse", "calm")}, .scenarios = {}, .adversaries = {}};
    const Parts drafts{
        .personas = {person("terse", "angry"), person("terse", "calm")}, .scenarios = {}, .adversaries = {}};
    const auto lines = axes_covered(suite, drafts, axes);
    EXPECT_EQ(line(lines, "style").before, 1U);
    EXPECT_EQ(line(lines, "style").missing, std::vector<std::string>{"verbose"});
    EXPECT_EQ(line(lines, "emotion").after, 2U);
    EXPECT_EQ(line(lines, "pairs of these").values, 4U);
    EXPECT_EQ(line(lines, "pairs of these").before, 1U);
    EXPECT_EQ(line(lines, "pairs of these").after, 2U);
    EXPECT_TRUE(to_text(lines).contains("missing: verbose + calm, verbose + angry")) << to_text(lines);
}

TEST(axes_covered, sees_difficulty_kinds_categories_and_families) {
    Scenario s;
    s.tags = {"hard"};
    s.probes = {"context-loss"};
    s.edge_cases = {{.id = "x", .tags = {"changed-mind"}}};
    Parts suite{.personas = {}, .scenarios = {s}, .adversaries = two_adversaries()};
    Scenario only;
    only.adversaries.ids = {"off-script"};
    const Parts drafts{.personas = {}, .scenarios = {only}, .adversaries = {}};
    auto lines = axes_covered(suite, drafts, {});
    EXPECT_EQ(line(lines, "difficulty").before, 1U);
    EXPECT_EQ(line(lines, "edge case kind").before, 1U);
    EXPECT_EQ(line(lines, "edge case kind").values, edge_kinds().size());
    EXPECT_EQ(line(lines, "failure category").before, 1U);
    EXPECT_EQ(line(lines, "adversary family").before, 2U) << "those of the suite's adversaries that a scenario lets in";
    suite.scenarios[0].adversaries.ids = {"prompt-injection"};
    lines = axes_covered(suite, drafts, {});
    EXPECT_EQ(line(lines, "adversary family").before, 1U);
    EXPECT_EQ(line(lines, "adversary family").after, 2U);
}

TEST(persona_slots, cover_every_pair_whatever_a_model_makes_of_them) {
    const auto slots = persona_slots({}, 0);
    ASSERT_TRUE(slots.has_value());
    Parts drafts;
    for (const Slot& slot : *slots) {
        Persona p;
        p.traits = slot.traits;
        drafts.personas.push_back(p);
    }
    const auto lines = axes_covered({}, drafts, {});
    EXPECT_EQ(line(lines, "pairs of these").after, line(lines, "pairs of these").values);
    EXPECT_EQ(persona_slots({}, 3)->size(), 3U);
    EXPECT_EQ(persona_slots({.cover = MatrixSpec::Cover::full}, 4)->size(), 4U);
}

TEST(scenario_slots, deal_out_every_value_early) {
    const auto slots = scenario_slots(21, 1);
    ASSERT_TRUE(slots.has_value());
    std::set<std::string> kinds;
    for (const Slot& slot : *slots) {
        kinds.insert(slot.traits.at("edge"));
    }
    EXPECT_EQ(kinds.size(), edge_kinds().size());
    EXPECT_EQ(slots->size(), 21U);
    EXPECT_EQ(scenario_slots(500, 1)->size(), 500U) << "more than the array has rows begins again";
}

}  // namespace
}  // namespace sosia::generate
