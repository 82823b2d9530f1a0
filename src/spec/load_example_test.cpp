// The example that documents the format must load, and mean what it says.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <map>

#include "spec/load.h"
#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

// The example of the published format, word for word.
void write_example(const TestFolder& folder) {
    folder.write("sosia.yaml", R"(# sosia.yaml
name: refund-desk
agent:                                   # exactly one way in: url | openai | anthropic | gemini | command | websocket | a2a | langgraph | prompt
  url: http://127.0.0.1:8080/chat
  headers: { Authorization: "Bearer ${AGENT_KEY}" }
  request: { text: "{{last}}", session: "{{conversation}}" }   # optional; default: conversation, messages, context
  reply: /answer/text                                          # optional JSON pointer; default: /message
  start: python3 agent.py                # optional: a process Sosia starts, waits for and stops
  ready: http://127.0.0.1:8080/health
  version: 1.4.2
user:  { engine: builtin }               # or { model: openai/gpt-4o-mini, temperature: 0.8 }
judge: { engine: builtin }               # or { model: anthropic/claude-haiku-4-5, votes: 3 }
personas: personas/                      # files, folders, globs; a file may hold one or a list
scenarios: scenarios/
adversaries: [cooperative, objection-ladder, adversaries/]
scorecard: scorecard.yaml
matrix: { cover: pairwise, runs: 3, seed: 7 }        # full | pairwise | 3-way ... | sample: 200
limits: { concurrency: 64, turns: 12, turn_timeout: 30s, budget: { usd: 5, minutes: 20 } }
gate:  { pass_rate: 0.85, floor: 0.6, invalid: 0.05, by: { adversary.family: 0.8 } }
)");
    folder.write("personas/sandra.yaml", R"(# personas/sandra.yaml
id: sandra
name: Sandra Kowalski
style: terse
emotion: frustrated
knowledge: novice
intent: correction-prone
probes: emotional-miscalibration
profile: Got an unexpected bill; called once already and felt brushed off.
goal: { primary: get the duplicate charge refunded, side: [ask how long it takes] }
facts:
  email:    { value: sandra.k@example.com, when: asked, asked_by: [email, e-mail address] }
  order_id: { value: A-10023, when: second-ask, asked_by: [order number, order id] }
  charged:  { value: March 14, first_says: March 4, when: corrected, at_turn: 4 }
  card:     { value: 4111 1111 1111 1111, when: never, asked_by: [card number] }
knobs: { frustration_threshold: 3, drop: 0.03, patience: 8 }
escalates_when: [asked twice for the same thing, told to call another number]
samples: ["ok so i was charged twice. again.", "no. i told you already"]
)");
    folder.write("personas/newcomer.yaml", "id: newcomer\nknowledge: novice\n");
    folder.write("scenarios/duplicate-charge.yaml", R"(# scenarios/duplicate-charge.yaml
id: duplicate-charge
category: billing
intent: refund a duplicate charge
opens: user
context: { customer: { charges: [ ... ] }, agent: { } }
truth: { refund_window: 14 days, refund_time: 3-5 business days }
expect: { resolved: true, turns: 12, tools: [lookup_charge, issue_refund], forbidden: [waive_fee], must_say: [], must_not_say: [] }
pivots: [ { after: 4, say: "wait, could the second one be my team account?" } ]
edge_cases:
  - { id: window-expired, context: { ... }, expect: { resolved: false, tools: [lookup_charge], forbidden: [issue_refund] } }
personas: [sandra, newcomer]             # optional: compatible ones; also by trait, e.g. { knowledge: novice }
tags: [smoke]
)");
    folder.write("adversaries/mine.yaml", "id: mine\nfamily: off-script\ntactics: [{ act: drift, after: 2 }]\n");
    folder.write("scorecard.yaml", "criteria: { factual-accuracy: 2, efficiency: 1 }\nthreshold: 3\n");
}

std::optional<std::string> example_environment(std::string_view name) {
    return name == "AGENT_KEY" ? std::optional<std::string>("sk-very-secret") : std::nullopt;
}

TEST(load_suite, loads_the_example_of_the_published_format) {
    const TestFolder folder;
    write_example(folder);
    const LoadResult result = folder.load(example_environment);
    ASSERT_TRUE(result.suite) << folder.report(result);
    EXPECT_EQ(folder.report(result), "");
    const Suite& suite = *result.suite;
    EXPECT_EQ(suite.name, "refund-desk");
    EXPECT_EQ(suite.agent.type, "url");
    EXPECT_EQ(suite.agent.version, "1.4.2");
    EXPECT_EQ(suite.agent.start, "python3 agent.py");
    EXPECT_EQ(boost::json::serialize(suite.agent.args.at("headers")), R"({"Authorization":"Bearer sk-very-secret"})");
    EXPECT_EQ(suite.secrets, std::vector<std::string>{"sk-very-secret"});
    EXPECT_EQ(suite.personas.size(), 2U);
    EXPECT_EQ(suite.scenarios.size(), 1U);
    ASSERT_EQ(suite.adversaries.size(), 3U);
    EXPECT_EQ(suite.adversaries[2].id, "mine");
    EXPECT_EQ(suite.matrix.cover, MatrixSpec::Cover::t_way);
    EXPECT_EQ(suite.matrix.strength, 2);
    EXPECT_EQ(suite.matrix.runs, 3);
    EXPECT_EQ(suite.matrix.seed, 7U);
    EXPECT_EQ(suite.limits.turn_timeout_ms, 30'000);
    EXPECT_EQ(suite.limits.budget_usd, 5);
    EXPECT_EQ(suite.gate.by.at("adversary.family"), 0.8);
    EXPECT_EQ(suite.scorecard.criteria.size(), 2U);
    EXPECT_EQ(suite.hash.size(), 32U);
    EXPECT_EQ(result.files.size(), 6U);
}

TEST(load_suite, loads_the_example_persona) {
    const TestFolder folder;
    write_example(folder);
    const LoadResult result = folder.load(example_environment);
    ASSERT_TRUE(result.suite) << folder.report(result);
    const Persona* sandra = result.suite->persona("sandra");
    ASSERT_NE(sandra, nullptr);
    EXPECT_EQ(sandra->trait("intent"), "correction-prone");
    EXPECT_EQ(sandra->probes, std::vector{FailureCategory::emotional_miscalibration});
    EXPECT_EQ(sandra->goal.side, std::vector<std::string>{"ask how long it takes"});
    ASSERT_EQ(sandra->facts.size(), 4U);
    EXPECT_EQ(sandra->facts[1].when, Disclosure::second_ask);
    EXPECT_EQ(sandra->facts[2].first_says, "March 4");
    EXPECT_EQ(sandra->facts[2].at_turn, 4);
    EXPECT_EQ(sandra->facts[3].value, "4111 1111 1111 1111");
    EXPECT_EQ(sandra->samples.size(), 2U);
    EXPECT_EQ(sandra->file, "personas/sandra.yaml");
}

TEST(load_suite, loads_the_example_scenario_and_merges_its_edge_case) {
    const TestFolder folder;
    write_example(folder);
    const LoadResult result = folder.load(example_environment);
    ASSERT_TRUE(result.suite) << folder.report(result);
    const Scenario& scenario = result.suite->scenarios[0];
    EXPECT_EQ(scenario.truth.at("refund_time"), "3-5 business days");
    EXPECT_EQ(scenario.happy.expect.tools.size(), 2U);
    ASSERT_EQ(scenario.edge_cases.size(), 1U);
    const Expectation& expect = scenario.edge_cases[0].expect;
    EXPECT_EQ(expect.resolved, false);
    EXPECT_EQ(expect.turns, 12);
    ASSERT_EQ(expect.tools.size(), 1U);
    EXPECT_EQ(expect.forbidden, std::vector<std::string>{"issue_refund"});
    EXPECT_EQ(scenario.edge_cases[0].pivots.size(), 1U);
}

}  // namespace
}  // namespace sosia::spec
