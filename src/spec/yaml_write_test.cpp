#include "spec/yaml_write.h"

#include <gtest/gtest.h>

#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

Persona odd_persona() {
    Persona p{.id = "p1", .name = "No: \"body\" # here"};
    p.traits = {{"style", "terse"}, {"emotion", "calm"}, {"region", "yes"}};
    p.profile = "line one\nline two";
    p.background = {{"age", "41"}};
    p.goal = {"get: it done", {"ask, [how] long"}};
    p.facts = {
        {.name = "order_id", .value = "0012", .when = Disclosure::second_ask, .asked_by = {"order number"}},
        {.name = "day", .value = "2024-01-02", .when = Disclosure::corrected, .first_says = "true", .at_turn = 4}};
    p.knobs = {.frustration_threshold = 2.5, .drop = 0, .patience = 11, .clarity = 1, .typo = 0.25};
    p.samples = {"- hi", "{x}"};
    p.only_in = {"s1"};
    p.tags = {"promoted"};
    return p;
}

Scenario odd_scenario() {
    Scenario s{.id = "s1",
               .category = "a/b",
               .intent = "null",
               .description = "a: b",
               .opening = "hi \"there\"\n\\o/ \xC3\xA9"};
    s.context = {{"customer", {{"id", 7}, {"note", "# no comment"}}}};
    s.truth = {{"fee", "$5"}, {"on", "off"}};
    s.happy.expect.resolved = false;
    s.happy.expect.turns = 9;
    s.happy.expect.tools = {{.name = "a"}, {.name = "b", .arguments = {{"x", 1}}}};
    s.happy.expect.must_say = {"/\\d+ days/"};
    s.happy.expect.latency_ms = 1500;
    s.happy.expect.ordered = false;
    s.happy.pivots = {{.after = 2, .when = "", .say = "but: why?", .expect = "decline"}};
    s.personas.ids = {"p1"};
    s.adversaries.ids = {"cooperative"};
    return s;
}

TEST(YamlWrite, what_is_written_reads_back_as_it_was) {
    TestFolder folder;
    folder.write("sosia.yaml",
                 "name: t\nagent: { url: \"http://127.0.0.1:1/chat\" }\npersonas: p.yaml\nscenarios: "
                 "s.yaml\nadversaries: [cooperative]\n");
    folder.write("p.yaml", persona_yaml(odd_persona(), {"a comment\nid: other"}));
    folder.write("s.yaml", scenario_yaml(odd_scenario(), {"more"}));
    const LoadResult loaded = folder.load();
    ASSERT_TRUE(loaded.suite) << folder.report(loaded);
    EXPECT_EQ(folder.report(loaded), "");
    const Persona& p = loaded.suite->personas.at(0);
    const Persona q = odd_persona();
    EXPECT_EQ(p.name, q.name);
    EXPECT_EQ(p.traits, q.traits);
    EXPECT_EQ(p.profile, q.profile);
    EXPECT_EQ(p.background, q.background);
    EXPECT_EQ(p.goal.side, q.goal.side);
    EXPECT_EQ(p.only_in, q.only_in);
    EXPECT_EQ(p.samples, q.samples);
    EXPECT_EQ(p.knobs.typo, q.knobs.typo);
    ASSERT_EQ(p.facts.size(), 2U);
    EXPECT_EQ(p.facts[0].value, "0012");
    EXPECT_EQ(p.facts[0].when, Disclosure::second_ask);
    EXPECT_EQ(p.facts[1].first_says, "true");
    EXPECT_EQ(p.facts[1].at_turn, 4);
    const Scenario& s = loaded.suite->scenarios.at(0);
    const Scenario t = odd_scenario();
    EXPECT_EQ(s.intent, t.intent);
    EXPECT_EQ(s.opening, t.opening);
    EXPECT_EQ(s.context, t.context);
    EXPECT_EQ(s.truth, t.truth);
    EXPECT_EQ(s.happy.expect.resolved, t.happy.expect.resolved);
    EXPECT_EQ(s.happy.expect.tools.at(1).arguments, t.happy.expect.tools.at(1).arguments);
    EXPECT_EQ(s.happy.expect.must_say, t.happy.expect.must_say);
    EXPECT_EQ(s.happy.expect.latency_ms, t.happy.expect.latency_ms);
    EXPECT_FALSE(s.happy.expect.ordered);
    EXPECT_EQ(s.happy.pivots.at(0).say, "but: why?");
}

TEST(YamlWrite, a_person_who_belongs_to_one_scenario_meets_no_other) {
    TestFolder folder;
    folder.write("sosia.yaml",
                 "name: t\nagent: { url: \"http://127.0.0.1:1/chat\" }\npersonas: p.yaml\nscenarios: "
                 "s.yaml\nadversaries: [cooperative]\n");
    folder.write("p.yaml", "- { id: a, only_in: [no-such], goal: x }\n");
    folder.write("s.yaml", "- { id: one, intent: x }\n");
    const LoadResult loaded = folder.load();
    EXPECT_FALSE(loaded.suite);
    EXPECT_NE(folder.report(loaded).find("names the scenario \"no-such\", which does not exist"), std::string::npos);
}

}  // namespace
}  // namespace sosia::spec
