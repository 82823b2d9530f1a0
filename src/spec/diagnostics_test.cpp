// What a person sees when files are wrong: whole reports, compared letter for letter.
#include <gtest/gtest.h>

#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

TEST(diagnostics, a_small_suite_has_none) {
    EXPECT_EQ(report_with("sosia.yaml", small_suite), "");
}

TEST(diagnostics, all_problems_of_a_suite_file_at_once) {
    EXPECT_EQ(report_with("sosia.yaml", R"(nmae: refund-desk
agent:
  url: 127.0.0.1:8080/chat
  command: python3 agent.py
  headers: { Authorization: "Bearer ${AGENT_KEY}" }
  reply: answer.text
persnoas: personas/
scenarios: scenarois/
adversaries: [cooperativ]
matrix: { cover: pairwize, runs: 0, seed: "7" }
limits: { turns: ten, turn_timeout: 30 parsecs, budget: 5 }
gate: { pass_rate: 85, by: { adversary.famly: 0.8 } }
)"),
              R"(sosia.yaml:1:1: unknown key "nmae"
    nmae: refund-desk
    ^ did you mean "name"?
sosia.yaml:3:8: "url" needs an address that begins with http://, found "127.0.0.1:8080/chat"
    url: 127.0.0.1:8080/chat
         ^ did you mean http://127.0.0.1:8080/chat?
sosia.yaml:4:3: the agent has 2 ways in (url, command); it needs exactly one
    command: python3 agent.py
    ^
sosia.yaml:5:29: the environment variable AGENT_KEY is not set
    headers: { Authorization: "Bearer ${AGENT_KEY}" }
                              ^ set it, or write ${AGENT_KEY:-default}
sosia.yaml:6:10: "answer.text" is no JSON pointer: it must begin with "/"
    reply: answer.text
           ^ did you mean /answer/text?
sosia.yaml:7:1: unknown key "persnoas"
    persnoas: personas/
    ^ did you mean "personas"?
sosia.yaml:8:12: there is no file or folder "scenarois/"
    scenarios: scenarois/
               ^ did you mean "scenarios"?
sosia.yaml:9:15: there is no ready adversary, file or folder "cooperativ"
    adversaries: [cooperativ]
                  ^ did you mean "cooperative"?
sosia.yaml:10:18: expected full, pairwise, N-way or { sample: N }, found "pairwize"
    matrix: { cover: pairwize, runs: 0, seed: "7" }
                     ^ did you mean "pairwise"?
sosia.yaml:10:34: expected at least 1, found "0"
    matrix: { cover: pairwize, runs: 0, seed: "7" }
                                     ^
sosia.yaml:10:43: expected a whole number, found "7"
    matrix: { cover: pairwize, runs: 0, seed: "7" }
                                              ^ take the quotes away
sosia.yaml:11:18: expected a whole number, found "ten"
    limits: { turns: ten, turn_timeout: 30 parsecs, budget: 5 }
                     ^
sosia.yaml:11:37: expected a duration such as 30s, 5m or 250ms, found "30 parsecs"
    limits: { turns: ten, turn_timeout: 30 parsecs, budget: 5 }
                                        ^
sosia.yaml:11:57: expected a mapping, found the number "5"
    limits: { turns: ten, turn_timeout: 30 parsecs, budget: 5 }
                                                            ^
sosia.yaml:12:20: expected a share from 0 to 1, or a percentage such as 85%, found "85"
    gate: { pass_rate: 85, by: { adversary.famly: 0.8 } }
                       ^ did you mean 85%?
sosia.yaml:12:30: unknown trait "adversary.famly"; expected persona.<axis>, persona, scenario, scenario.category, edge_case, adversary, adversary.family or tags
    gate: { pass_rate: 85, by: { adversary.famly: 0.8 } }
                                 ^ did you mean "adversary.family"?
)");
}

TEST(diagnostics, all_problems_of_a_persona_file_at_once) {
    EXPECT_EQ(
        report_with("personas/ann.yaml", R"(id: ann/1
style: [terse]
knobs: { frustration_threshold: 30, drop: "0.03", patince: 3 }
probes: emotional-miscalibation
facts:
  order: { value: A-1, when: second-asked }
  charged: { value: March 14, when: corrected }
  tab: [1]
  card: { when: never }
langage: de
)"),
        R"(personas/ann.yaml:1:5: "ann/1" cannot be an id: it needs 1 to 120 characters without "/", "#" and spaces around it, and is not "-"
    id: ann/1
        ^
personas/ann.yaml:2:8: expected text, found a list
    style: [terse]
           ^
personas/ann.yaml:3:33: expected at most 5, found "30"
    knobs: { frustration_threshold: 30, drop: "0.03", patince: 3 }
                                    ^
personas/ann.yaml:3:43: expected a number, found "0.03"
    knobs: { frustration_threshold: 30, drop: "0.03", patince: 3 }
                                              ^ take the quotes away
personas/ann.yaml:3:51: unknown key "patince"; expected frustration_threshold, drop, patience, clarity or typo
    knobs: { frustration_threshold: 30, drop: "0.03", patince: 3 }
                                                      ^ did you mean "patience"?
personas/ann.yaml:4:9: "emotional-miscalibation" is no failure category; expected hallucinated-policy, context-loss, emotional-miscalibration, tool-selection, correction-failure or knowledge-boundary
    probes: emotional-miscalibation
            ^ did you mean "emotional-miscalibration"?
personas/ann.yaml:6:30: expected freely, asked, second-ask, never or corrected, found "second-asked"
    order: { value: A-1, when: second-asked }
                               ^ did you mean "second-ask"?
personas/ann.yaml:7:12: the fact "charged" is corrected later, but "first_says" (the wrong value given first) is missing
    charged: { value: March 14, when: corrected }
             ^
personas/ann.yaml:8:8: expected the fact's value, or a mapping with value and when, found a list
    tab: [1]
         ^
personas/ann.yaml:9:9: the key "value" is missing
    card: { when: never }
          ^
personas/ann.yaml:10:1: unknown key "langage"
    langage: de
    ^ did you mean "language"?
)");
}

TEST(diagnostics, all_problems_of_a_scenario_file_at_once) {
    EXPECT_EQ(report_with("scenarios/refund.yaml", R"(id: refund
intent: get a refund
opens: customer
expect:
  resolved: yes
  tools: [a, { name: b, agruments: {} }]
  forbidden: [a]
  must_say: ["/(/"]
  latency: fast
pivots: [{ say: hi }, { when: agent refuzes, say: hi }]
personas: [anne, { knowledge: novice }]
adversaries: [skeptik]
edge_cases:
  - id: late
  - id: late
    expect: { resolvd: true }
tags:
)"),
              R"(scenarios/refund.yaml:3:8: expected user or agent, found "customer"
    opens: customer
           ^
scenarios/refund.yaml:5:13: expected true or false, found "yes"
    resolved: yes
              ^ write true
scenarios/refund.yaml:6:25: unknown key "agruments"; expected name, tool, arguments or args
    tools: [a, { name: b, agruments: {} }]
                          ^ did you mean "arguments"?
scenarios/refund.yaml:7:14: the tool "a" is both required and forbidden
    forbidden: [a]
               ^
scenarios/refund.yaml:8:14: "(" is no regular expression: missing ): (
    must_say: ["/(/"]
               ^
scenarios/refund.yaml:9:12: expected a duration such as 30s, 5m or 250ms, found "fast"
    latency: fast
             ^
scenarios/refund.yaml:10:10: a pivot needs "after" (a number of user turns) or "when" (a condition)
    pivots: [{ say: hi }, { when: agent refuzes, say: hi }]
             ^
scenarios/refund.yaml:10:31: unknown condition "agent refuzes"; expected agent refuses, agent claims, agent promises, agent done, agent asks, agent offers, agent hands over, agent offers human, agent apologises, goal met, goal open, goal promised, repeated ask, unhelpful, frustrated, said <phrase> or fact <name> told
    pivots: [{ say: hi }, { when: agent refuzes, say: hi }]
                                  ^ did you mean "agent refuses"?
scenarios/refund.yaml:11:12: the scenario "refund" names the persona "anne", which does not exist
    personas: [anne, { knowledge: novice }]
               ^ did you mean "ann"?
scenarios/refund.yaml:12:15: the scenario "refund" names the adversary "skeptik", which does not exist
    adversaries: [skeptik]
                  ^ did you mean "skeptic"?
scenarios/refund.yaml:15:9: the edge case "late" stands here twice, first in line 14
    - id: late
          ^
scenarios/refund.yaml:16:15: unknown key "resolvd"
    expect: { resolvd: true }
              ^ did you mean "resolved"?
scenarios/refund.yaml:17:1: warning: "tags" has no value; it is read as if it were not there
    tags:
    ^
)");
}

TEST(diagnostics, problems_of_adversaries_and_scorecards) {
    EXPECT_EQ(
        report_with("sosia.yaml", R"(agent: http://127.0.0.1:1/
adversaries:
  - id: mine
    family: off-scrip
    tactics: [{ act: drifft }, { when: agent refuses }, { act: say }]
scorecard:
  threshold: 9
  checks: { claims: fatal }
  custom: [{ name: a, pattern: "(", pointer: /x }, { name: b, pointer: x, op: "<" }]
)"),
        R"(sosia.yaml:4:13: expected one of cooperative, objection-ladder, retry-pressure, escalation-pressure, off-script, persona-pressure, prompt-injection, social-engineering, third-party-data, found "off-scrip"
    family: off-scrip
            ^ did you mean "off-script"?
sosia.yaml:5:22: expected one of object, demand-citation, demand-supervisor, demand-human, ask-again, conflict-detail, impatient, threaten-leave, vent, guilt, insult, drift, silence, wrong-paste, back-on-topic, inject, social, third-party, say, found "drifft"
    tactics: [{ act: drifft }, { when: agent refuses }, { act: say }]
                     ^ did you mean "drift"?
sosia.yaml:5:32: a tactic needs an "act", or a "say" with the words
    tactics: [{ act: drifft }, { when: agent refuses }, { act: say }]
                               ^
sosia.yaml:5:57: the act "say" needs a "say" with the words
    tactics: [{ act: drifft }, { when: agent refuses }, { act: say }]
                                                        ^
sosia.yaml:7:14: expected at most 5, found "9"
    threshold: 9
               ^
sosia.yaml:8:21: expected fail, warn or off, found "fatal"
    checks: { claims: fatal }
                      ^
sosia.yaml:9:12: the check "a" needs exactly one of pattern, pointer and command; it has 2
    custom: [{ name: a, pattern: "(", pointer: /x }, { name: b, pointer: x, op: "<" }]
             ^
sosia.yaml:9:32: "(" is no regular expression: missing ): (
    custom: [{ name: a, pattern: "(", pointer: /x }, { name: b, pointer: x, op: "<" }]
                                 ^
sosia.yaml:9:52: the operator "<" needs a "value" to compare with
    custom: [{ name: a, pattern: "(", pointer: /x }, { name: b, pointer: x, op: "<" }]
                                                     ^
sosia.yaml:9:72: "x" is no JSON pointer: it must begin with "/"
    custom: [{ name: a, pattern: "(", pointer: /x }, { name: b, pointer: x, op: "<" }]
                                                                         ^
)");
}

TEST(diagnostics, long_lines_are_cut_around_the_place) {
    const std::string filler(150, 'x');
    EXPECT_EQ(report_with("personas/ann.yaml", "{ name: " + filler + ", stile: terse }\n"),
              "personas/ann.yaml:1:161: unknown key \"stile\"\n    …" + std::string(58, 'x') + ", stile: terse }\n" +
                  std::string(65, ' ') + "^ did you mean \"style\"?\n");
}

TEST(diagnostics, ids_used_twice_name_both_places) {
    EXPECT_EQ(report_with("personas/more.yaml", "- id: bob\n- id: ann\n"),
              "personas/more.yaml:2:7: the persona id \"ann\" is used twice, first at personas/ann.yaml:1\n"
              "    - id: ann\n"
              "          ^\n");
}

TEST(diagnostics, an_id_is_needed_where_a_file_holds_several) {
    EXPECT_EQ(report_with("personas/more.yaml", "- name: Bob\n- id: eve\n"),
              "personas/more.yaml:1:3: the key \"id\" is missing\n"
              "    - name: Bob\n"
              "      ^\n");
}

TEST(diagnostics, the_suite_cannot_contain_itself) {
    EXPECT_EQ(report_with("sosia.yaml", "agent: http://x/\npersonas: sosia.yaml\n"),
              "sosia.yaml:2:11: \"sosia.yaml\" is this file itself; a suite cannot contain itself\n"
              "    personas: sosia.yaml\n"
              "              ^\n");
}

TEST(diagnostics, empty_globs_and_missing_files_are_named) {
    EXPECT_EQ(report_with("sosia.yaml",
                          "agent: http://x/\npersonas: [personas/an.yaml, \"personas/b*.yaml\", "
                          "\"personnas/*.yaml\"]\nscorecard: score.yaml\n"),
              R"(sosia.yaml:2:12: there is no file or folder "personas/an.yaml"
    personas: [personas/an.yaml, "personas/b*.yaml", "personnas/*.yaml"]
               ^ did you mean "ann.yaml"?
sosia.yaml:2:30: no file matches "personas/b*.yaml"
    personas: [personas/an.yaml, "personas/b*.yaml", "personnas/*.yaml"]
                                 ^
sosia.yaml:2:50: no file matches "personnas/*.yaml"
    personas: [personas/an.yaml, "personas/b*.yaml", "personnas/*.yaml"]
                                                     ^ did you mean "personas"?
sosia.yaml:3:12: there is no file or folder "score.yaml"
    scorecard: score.yaml
               ^
)");
}

TEST(diagnostics, likely_mistakes_are_warnings) {
    EXPECT_EQ(
        report_with("scenarios/refund.yaml",
                    "id: refund\nprobes: context-loss\npersonas: { style: terse }\nadversaries: [skeptic]\n"),
        R"(scenarios/refund.yaml:1:1: warning: nobody knows what they want in the scenario "refund": it has no intent, and no persona has a goal
    id: refund
    ^ add an "intent" such as: refund a duplicate charge
scenarios/refund.yaml:3:11: warning: no persona fits the scenario "refund"; it will never run
    personas: { style: terse }
              ^
scenarios/refund.yaml:4:14: warning: no adversary of this suite fits the scenario "refund"; it will never run
    adversaries: [skeptic]
                 ^ add one to the suite's adversaries
)");
}

TEST(diagnostics, a_missing_suite_says_so) {
    const TestFolder folder;
    EXPECT_EQ(folder.report(folder.load()),
              "sosia.yaml: there is no such file\n    `sosia init` writes one to start from\n");
    folder.write("sosia.yaml", "# nothing yet\n");
    EXPECT_EQ(folder.report(folder.load()),
              "sosia.yaml: the file is empty\n    `sosia init` writes one to start from\n");
    folder.write("sosia.yaml", "- a\n");
    EXPECT_EQ(folder.report(folder.load()), "sosia.yaml:1:1: expected a mapping, found a list\n    - a\n    ^\n");
}

TEST(diagnostics, a_suite_without_people_says_so) {
    const TestFolder folder;
    folder.write("sosia.yaml", small_suite);
    EXPECT_EQ(
        folder.report(folder.load()),
        R"(sosia.yaml:1:1: there are no personas: the suite has no "personas", and there is no folder personas/ beside it
    agent: http://127.0.0.1:1/chat
    ^
sosia.yaml:1:1: there are no scenarios: the suite has no "scenarios", and there is no folder scenarios/ beside it
    agent: http://127.0.0.1:1/chat
    ^
)");
}

TEST(diagnostics, syntax_errors_do_not_hide_problems_of_other_files) {
    const std::string report = report_with("personas/ann.yaml", "id: [ann\n");
    EXPECT_TRUE(report.starts_with("personas/ann.yaml:2:1: this is no valid YAML: ")) << report;
    EXPECT_NE(report_with("scenarios/other.yaml", "idd: x\n").find("unknown key \"idd\""), std::string::npos);
}

TEST(diagnostics, a_goal_in_another_language_than_the_personas_is_a_warning) {
    const std::string report = report_with("personas/ann.yaml", "id: ann\nlanguage: de\ngoal: refund the fee\n");
    EXPECT_NE(report.find("\"ann\" writes German, but the goal is in English"), std::string::npos) << report;
    EXPECT_EQ(report_with("personas/ann.yaml", "id: ann\nlanguage: de\ngoal: die Gebühr erstattet bekommen\n")
                  .find("writes German"),
              std::string::npos);
}

TEST(diagnostics, never_print_control_characters_or_secrets) {
    const std::string report =
        report_with("personas/ann.yaml", "\"\\e[31mred\\a\": 1\nknobs: { patience: \"${SECRET}\" }\n",
                    [](std::string_view) { return std::optional<std::string>("hunter2hunter2"); });
    EXPECT_NE(report.find("unknown key \"?[31mred?\""), std::string::npos) << report;
    EXPECT_NE(report.find("found \"${SECRET}\""), std::string::npos) << report;
    EXPECT_EQ(report.find("hunter2"), std::string::npos) << report;
}

}  // namespace
}  // namespace sosia::spec
