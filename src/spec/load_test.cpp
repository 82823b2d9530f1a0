#include "spec/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <map>

#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

// A suite of one persona, one scenario and the parts given, loaded; fails the test when it does not load.
class Small {
  public:
    Small& with(const std::string& name, std::string_view text) {
        folder_.write(name, text);
        return *this;
    }
    Suite load(const Environment& environment = {}) {
        for (const auto& [name, text] :
             {std::pair{"sosia.yaml", "agent: http://127.0.0.1:1/chat\n"}, std::pair{"personas/ann.yaml", "id: ann\n"},
              std::pair{"scenarios/refund.yaml", "{ id: refund, intent: get a refund }\n"}}) {
            if (!std::filesystem::exists(folder_.path() / name)) {
                folder_.write(name, text);
            }
        }
        LoadResult result = folder_.load(environment);
        EXPECT_TRUE(result.suite) << folder_.report(result);
        return result.suite ? *result.suite : Suite{};
    }
    Persona persona(std::string_view text) { return with("personas/ann.yaml", text).load().personas.at(0); }
    Scenario scenario(std::string_view text) { return with("scenarios/refund.yaml", text).load().scenarios.at(0); }
    Suite suite(std::string_view text, const Environment& environment = {}) {
        return with("sosia.yaml", text).load(environment);
    }

  private:
    TestFolder folder_;
};

TEST(load_suite, infers_folders_and_defaults) {
    const Suite suite = Small().load();
    EXPECT_EQ(suite.agent.type, "url");
    EXPECT_EQ(suite.agent.args.at("url").as_string(), "http://127.0.0.1:1/chat");
    ASSERT_EQ(suite.adversaries.size(), 1U);
    EXPECT_EQ(suite.adversaries[0].id, "cooperative");
    EXPECT_EQ(suite.user.engine, "builtin");
    EXPECT_EQ(suite.limits.turns, 12);
    EXPECT_EQ(suite.matrix.cover, MatrixSpec::Cover::full);
    EXPECT_EQ(suite.name.substr(0, 10), "sosia-spec");
}

TEST(load_suite, takes_the_file_name_for_a_missing_id) {
    EXPECT_EQ(Small().persona("name: Ann Lee\n").id, "ann");
}

TEST(load_suite, keeps_facts_letter_for_letter) {
    const Persona ann = Small().persona(
        "facts: { zip: 00123, price: 1.10, code: A-1, on: on, yes: true, hex: 0x1F, date: 2026-03-14, big: "
        "99999999999999999999, exp: 1e3, text: ' a ' }\n");
    std::vector<std::string> values;
    std::ranges::transform(ann.facts, std::back_inserter(values), &Fact::value);
    EXPECT_EQ(values, (std::vector<std::string>{"00123", "1.10", "A-1", "on", "true", "0x1F", "2026-03-14",
                                                "99999999999999999999", "1e3", " a "}));
    EXPECT_EQ(ann.facts[3].name, "on");
    EXPECT_TRUE(std::ranges::all_of(ann.facts, [](const Fact& fact) { return fact.when == Disclosure::asked; }));
}

TEST(load_suite, knows_every_spelling_of_a_disclosure_rule) {
    const Persona ann = Small().persona(R"(facts:
  a: { value: 1, when: freely }
  b: { value: 1, when: always }
  c: { value: 1, when: when_asked }
  d: { value: 1, when: asked-twice }
  e: { value: 1, when: second_ask, asked_by: [one, 2] }
  f: { value: 1, when: never }
  g: { value: 1, when: wrong-first, first_says: 2 }
  h: { value: 1, first_says: 2, at_turn: 5 }
)");
    const std::vector<Disclosure> expected{Disclosure::freely,     Disclosure::freely,     Disclosure::asked,
                                           Disclosure::second_ask, Disclosure::second_ask, Disclosure::never,
                                           Disclosure::corrected,  Disclosure::corrected};
    std::vector<Disclosure> rules;
    std::ranges::transform(ann.facts, std::back_inserter(rules), &Fact::when);
    EXPECT_EQ(rules, expected);
    EXPECT_EQ(ann.facts[4].asked_by, (std::vector<std::string>{"one", "2"}));
    EXPECT_EQ(ann.facts[6].at_turn, 3);
    EXPECT_EQ(ann.facts[7].at_turn, 5);
}

TEST(load_suite, takes_traits_at_the_top_or_under_axes) {
    const Persona ann =
        Small().persona("style: Non_native\naxes: { emotion: calm, region: North Side }\ntraits: { intent: my own }\n");
    EXPECT_EQ(ann.trait("style"), "non-native");
    EXPECT_EQ(ann.trait("emotion"), "calm");
    EXPECT_EQ(ann.trait("region"), "North Side");
    EXPECT_EQ(ann.trait("intent"), "my own");
}

TEST(load_suite, knows_every_name_of_a_failure_category) {
    const Persona ann = Small().persona(
        "probes: [hallucinated policies, context_loss, Emotional-Miscalibration, tool selection errors, "
        "mid-conversation correction failures, knowledge boundary violations]\n");
    EXPECT_EQ(ann.probes, (std::vector{FailureCategory::hallucinated_policy, FailureCategory::context_loss,
                                       FailureCategory::emotional_miscalibration, FailureCategory::tool_selection,
                                       FailureCategory::correction_failure, FailureCategory::knowledge_boundary}));
}

TEST(load_suite, takes_goal_shorthand_and_background_of_any_shape) {
    const Persona ann = Small().persona(
        "goal: cancel my plan\nbackground: { job: nurse, pets: [cat, dog], home: { city: Gent } }\nrole: "
        "customer\nlanguages: [de, en]\n");
    EXPECT_EQ(ann.goal.primary, "cancel my plan");
    EXPECT_EQ(ann.background.at("pets"), "cat; dog");
    EXPECT_EQ(ann.background.at("home.city"), "Gent");
    EXPECT_EQ(ann.background.at("role"), "customer");
    EXPECT_EQ(ann.language, "de");
}

TEST(load_suite, flattens_the_ground_truth_to_text) {
    const Scenario scenario = Small().scenario(
        "truth: { window: 14 days, fee: 1.10, ok: true, hours: { mon: 9-5 }, plans: [a, b], list: [{ n: 1 }, { n: 2 "
        "}], none: null }\n");
    const std::map<std::string, std::string> expected{{"window", "14 days"}, {"fee", "1.10"},   {"ok", "true"},
                                                      {"hours.mon", "9-5"},  {"plans", "a; b"}, {"list.1.n", "1"},
                                                      {"list.2.n", "2"}};
    EXPECT_EQ(scenario.truth, expected);
}

TEST(load_suite, takes_tools_by_name_or_with_arguments) {
    const Scenario scenario = Small().scenario(
        "expect: { tools: [a, { name: b, arguments: { n: 1, id: 00123 } }, { tool: c, args: { x: [1] } }], forbidden: "
        "d, must_say: hello, latency: 2s, cost: 0.5 }\n");
    const Expectation& expect = scenario.happy.expect;
    ASSERT_EQ(expect.tools.size(), 3U);
    EXPECT_EQ(boost::json::serialize(expect.tools[1].arguments), R"({"n":1,"id":"00123"})");
    EXPECT_EQ(expect.tools[2].name, "c");
    EXPECT_EQ(boost::json::serialize(expect.tools[2].arguments), R"({"x":[1]})");
    EXPECT_EQ(expect.forbidden, std::vector<std::string>{"d"});
    EXPECT_EQ(expect.must_say, std::vector<std::string>{"hello"});
    EXPECT_EQ(expect.latency_ms, 2000);
}

TEST(load_suite, edge_cases_inherit_limits_and_prohibitions_but_another_outcome_drops_what_was_to_be_done) {
    const Scenario scenario = Small().scenario(R"(opening: hello
expect: { resolved: true, turns: 9, tools: [look_up, refund], forbidden: [waive_fee], must_say: [refunded], must_not_say: [idiot], escalated: false, latency: 3s }
edge_cases:
  - id: same
  - { id: refused, expect: { resolved: false } }
  - { id: refused-with-look-up, expect: { resolved: false, tools: look_up, forbidden: [refund] } }
  - { id: no-refund-tool, expect: { forbidden: refund } }
  - { id: fee-waived, expect: { tools: [waive_fee], turns: 4 }, opening: hey }
)");
    const auto expect = [&scenario](std::size_t i) { return scenario.edge_cases.at(i).expect; };
    const auto tools = [&expect](std::size_t i) {
        std::string out;
        for (const ExpectedTool& tool : expect(i).tools) {
            out += tool.name + " ";
        }
        return out;
    };
    EXPECT_EQ(tools(0), "look_up refund ");
    EXPECT_EQ(expect(0).must_say, std::vector<std::string>{"refunded"});
    EXPECT_EQ(expect(0).resolved, true);
    EXPECT_EQ(tools(1), "");
    EXPECT_TRUE(expect(1).must_say.empty());
    EXPECT_FALSE(expect(1).escalated);
    EXPECT_EQ(expect(1).turns, 9);
    EXPECT_EQ(expect(1).forbidden, std::vector<std::string>{"waive_fee"});
    EXPECT_EQ(expect(1).must_not_say, std::vector<std::string>{"idiot"});
    EXPECT_EQ(expect(1).latency_ms, 3000);
    EXPECT_EQ(tools(2), "look_up ");
    EXPECT_EQ(expect(2).forbidden, std::vector<std::string>{"refund"});
    EXPECT_EQ(tools(3), "look_up ");
    EXPECT_EQ(tools(4), "waive_fee ");
    EXPECT_TRUE(expect(4).forbidden.empty());
    EXPECT_EQ(expect(4).turns, 4);
    EXPECT_EQ(scenario.edge_cases[0].opening, "hello");
    EXPECT_EQ(scenario.edge_cases[4].opening, "hey");
}

TEST(load_suite, reads_compatibility_in_every_form) {
    const Scenario scenario = Small().scenario(
        "personas: [ann, { knowledge: [novice, expert], style: terse }, { not: { emotion: angry } }]\nadversaries: { "
        "family: off-script, not: [silence, wrong-paste] }\n");
    EXPECT_EQ(scenario.personas.ids, std::vector<std::string>{"ann"});
    ASSERT_EQ(scenario.personas.traits.size(), 1U);
    EXPECT_EQ(scenario.personas.traits[0].at("knowledge"), (std::vector<std::string>{"novice", "expert"}));
    EXPECT_EQ(scenario.personas.not_traits[0].at("emotion"), std::vector<std::string>{"angry"});
    EXPECT_EQ(scenario.adversaries.traits.size(), 1U);
    EXPECT_EQ(scenario.adversaries.not_ids, (std::vector<std::string>{"silence", "wrong-paste"}));
}

TEST(load_suite, personas_may_be_files_lists_documents_globs_or_inline) {
    Small small;
    small.with("people/two.yaml", "- id: a\n- id: b\n")
        .with("people/docs.yaml", "id: c\n---\nid: d\n")
        .with("people/deep/one.yaml", "id: e\n")
        .with("people/.hidden.yaml", "id: x\n")
        .with("people/notes.txt", "no yaml: [")
        .with("people/j.json", "{\"id\": \"j\"}");
    const auto ids = [](const Suite& suite) {
        std::string out;
        for (const Persona& persona : suite.personas) {
            out += persona.id;
        }
        return out;
    };
    EXPECT_EQ(ids(small.suite("agent: http://x/\npersonas: people\n")), "ecdjab");
    EXPECT_EQ(ids(small.suite("agent: http://x/\npersonas: people/*.yaml\n")), "cdab");
    EXPECT_EQ(ids(small.suite("agent: http://x/\npersonas: [people/**/o*.yaml, { id: i, style: terse }, "
                              "people/two.yaml, people/two.yaml]\n")),
              "eiab");
}

TEST(load_suite, names_adversaries_by_id_family_folder_or_in_place) {
    Small small;
    small.with("own/a.yaml",
               "- { id: mine, family: retry-pressure, tactics: [{ act: ask_again, times: 3 }] }\n- { id: skeptic, "
               "tactics: [{ say: hm, expect: hand-over, when: \"said sorry, !fact zip told\" }] }\n");
    const auto ids = [](const Suite& suite) {
        std::string out;
        for (const Adversary& adversary : suite.adversaries) {
            out += adversary.id + " ";
        }
        return out;
    };
    EXPECT_EQ(ids(small.suite("agent: http://x/\nadversaries: [cooperative, Objection Ladder, off_script]\n")),
              "cooperative objection-ladder off-script ");
    EXPECT_EQ(ids(small.suite("agent: http://x/\nadversaries: { family: off-script }\n")),
              "off-script topic-switch silence wrong-paste ");
    const Suite own = small.suite(
        "agent: http://x/\nadversaries: [skeptic, own/, { id: here, tactics: [{ act: drift, after: 2 }] }]\n");
    EXPECT_EQ(ids(own), "mine skeptic here ");
    EXPECT_EQ(own.adversaries[0].tactics[0].act, "ask-again");
    EXPECT_EQ(own.adversaries[1].tactics[0].act, "say");
    EXPECT_EQ(own.adversaries[1].tactics[0].expect, "handover");
    EXPECT_EQ(small.suite("agent: http://x/\nadversaries: all\n").adversaries.size(), builtin_adversaries().size());
}

TEST(builtin_adversaries, cover_every_family_at_least_twice_and_name_the_first_after_it) {
    std::map<AdversaryFamily, int> counts;
    for (const Adversary& adversary : builtin_adversaries()) {
        if (++counts[adversary.family] == 1) {
            EXPECT_EQ(adversary.id, to_string(adversary.family));
        }
        EXPECT_FALSE(adversary.description.empty()) << adversary.id;
        EXPECT_TRUE(adversary.family == AdversaryFamily::cooperative || !adversary.tactics.empty()) << adversary.id;
    }
    EXPECT_EQ(counts.size(), 9U);
    for (const auto& [family, n] : counts) {
        EXPECT_GE(n, family == AdversaryFamily::cooperative ? 1 : 2) << to_string(family);
    }
}

std::optional<std::string> variables(std::string_view name) {
    static const std::map<std::string, std::string, std::less<>> values{
        {"KEY", "sk-123456789"}, {"PORT", "8080"}, {"EMPTY", ""}, {"TURNS", "7"}};
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

TEST(load_suite, replaces_environment_variables) {
    const Suite suite = Small().suite(R"(agent:
  url: http://127.0.0.1:${PORT}/chat
  headers: { Authorization: "Bearer ${KEY}", A: "${MISSING:-none}", B: "${EMPTY:-x y}", C: "$${KEY}", D: "${1}", E: "${PORT}" }
limits: { turns: "${TURNS:-3}", concurrency: "${TURNS}" }
)",
                                      variables);
    EXPECT_EQ(suite.agent.args.at("url").as_string(), "http://127.0.0.1:8080/chat");
    EXPECT_EQ(boost::json::serialize(suite.agent.args.at("headers")),
              R"({"Authorization":"Bearer sk-123456789","A":"none","B":"x y","C":"${KEY}","D":"${1}","E":"8080"})");
    EXPECT_EQ(suite.limits.concurrency, 7);
    EXPECT_EQ(suite.limits.turns, 7);
    EXPECT_EQ(suite.secrets, std::vector<std::string>{"sk-123456789"});
}

TEST(load_suite, understands_units) {
    const Suite suite = Small().suite(
        "agent: { url: http://x/, ready_timeout: 1m30s }\nlimits: { turn_timeout: 250ms, conversation_timeout: 5m, "
        "reply_size: 64KB, rate: 600/m, budget: { usd: 5, minutes: 1.5 } }\ngate: { pass_rate: 85%, floor: 0.6 "
        "}\nmatrix: { cover: { sample: 30 } }\n");
    EXPECT_EQ(suite.agent.ready_timeout_ms, 90'000);
    EXPECT_EQ(suite.limits.turn_timeout_ms, 250);
    EXPECT_EQ(suite.limits.conversation_timeout_ms, 300'000);
    EXPECT_EQ(suite.limits.reply_bytes, 65'536U);
    EXPECT_DOUBLE_EQ(suite.limits.rate, 10);
    EXPECT_EQ(suite.limits.budget_minutes, 1.5);
    EXPECT_DOUBLE_EQ(*suite.gate.pass_rate, 0.85);
    EXPECT_EQ(suite.matrix.sample, 30);
    EXPECT_EQ(Small().suite("agent: http://x/\nlimits: { turn_timeout: 5, reply_size: 100 }\n").limits.turn_timeout_ms,
              5000);
}

TEST(load_suite, takes_commands_as_text_or_words) {
    const Suite suite = Small().suite(
        "agent: { command: [python3, -u, \"my agent.py\", \"it's\"], instances: per_worker, stateless: false }\n");
    EXPECT_EQ(suite.agent.type, "command");
    EXPECT_EQ(suite.agent.args.at("command").as_string(), "python3 -u 'my agent.py' 'it'\\''s'");
    EXPECT_TRUE(suite.agent.per_worker);
    EXPECT_EQ(suite.agent.stateless, false);
}

TEST(load_suite, reads_scorecards) {
    const Scorecard card = Small()
                               .suite(R"(agent: http://x/
scorecard:
  criteria: [factual_accuracy, { name: efficiency, weight: 0.5, floor: 2 }]
  checks: { claims: warn, tools: off }
  custom:
    - { name: polite, pattern: "(?i)please", must_match: true }
    - { name: short, pointer: /metrics/user_turns, op: "<=", value: 6, gates: false }
    - { name: script, command: ./check.py, timeout: 3s }
)")
                               .scorecard;
    EXPECT_EQ(card.criteria[0].name, "factual-accuracy");
    EXPECT_EQ(card.criteria[1].floor, 2);
    EXPECT_EQ(card.checks.at("tools"), "off");
    EXPECT_EQ(card.custom[0].op, "exists");
    EXPECT_FALSE(card.custom[1].gates);
    EXPECT_EQ(card.custom[2].timeout_ms, 3000);
    EXPECT_EQ(card.hash.size(), 32U);
}

TEST(load_suite, hashes_change_with_the_definition_and_not_with_its_layout) {
    const auto hashes = [](std::string_view persona, std::string_view suite) {
        const Suite loaded = Small().with("personas/ann.yaml", persona).suite(suite, variables);
        return std::pair{loaded.personas.at(0).hash, loaded.hash};
    };
    const auto base = hashes("{ id: ann, style: terse }", "agent: http://x/\n");
    EXPECT_EQ(hashes("style: \"terse\"\nid: ann\n",
                     "agent: { url: \"http://other/${KEY}\" }\nlimits: { concurrency: 3 }\ngate: { floor: 1 }\n"),
              base);
    EXPECT_NE(hashes("{ id: ann, style: verbose }", "agent: http://x/\n").first, base.first);
    EXPECT_NE(hashes("{ id: ann, style: verbose }", "agent: http://x/\n").second, base.second);
    EXPECT_NE(hashes("{ id: ann, style: terse }", "agent: http://x/\nlimits: { turns: 5 }\n").second, base.second);
    EXPECT_NE(hashes("{ id: ann, style: terse }", "agent: http://x/\nmatrix: { seed: 5 }\n").second, base.second);
}

}  // namespace
}  // namespace sosia::spec
