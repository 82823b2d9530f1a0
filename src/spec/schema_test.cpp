#include "spec/schema.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/random.h"
#include "spec/schema_walk.h"
#include "spec/yaml_read.h"

namespace sosia::spec {
namespace {

// Valid files that between them use every construct of the schemas.
std::vector<std::pair<FileKind, std::string>> samples() {
    return {
        {FileKind::suite,
         R"({ name: a, agent: { url: "http://x", headers: { A: b }, request: { t: [1] }, reply: /a, start: [a, b], instances: one,
            stateless: true, temperature: 0.5, max_tokens: 3, params: { x: 1 } }, user: { model: m, temperature: 1, control: free, params: { extra: 2 } }, judge: builtin,
            personas: [personas/, { id: x }], scenarios: scenarios/, adversaries: [cooperative], scorecard: { threshold: 3 },
            matrix: { cover: { t: 2 }, runs: 3, seed: 7, sample: 5, rules: [{ if: { a: b }, then: { c: [d, 1] } }], weights: { a: { b: 30%, c: 2 } }, tags: x },
            limits: { concurrency: 1, turns: 12, turn_timeout: 30s, rate: 5/s, reply_size: 64KB, budget: { usd: 1.5, minutes: 3 } },
            gate: { pass_rate: 0.8, floor: 80%, score: 3, by: { adversary.family: 0.8 } } })"},
        {FileKind::suite, "agent: http://x\nmatrix: { cover: 3 }\nscorecard: s.yaml\n"},
        {FileKind::persona,
         R"({ id: 1, name: true, style: terse, axes: { a: b }, probes: [x], background: { free: { deep: [1, null] } },
            big_five: { openness: 0.5 }, goal: { primary: a, side: b }, facts: { a: 1, b: { value: 2, when: second_ask, asked_by: [x, 3] }, c: true },
            knobs: { drop: 0.5, patience: 3, typo: 0 }, samples: [a, b], tags: t })"},
        {FileKind::persona, "[{ id: a, goal: text }, { id: b }]"},
        {FileKind::scenario,
         R"({ id: a, opens: agent, context: { x: { y: [1, null, { z: 1.5 }] } }, truth: { a: 1 }, personas: [a, { b: c, not: { d: [e] } }],
            adversaries: { family: x }, expect: { resolved: true, turns: 3, tools: [a, { name: b, arguments: { c: 1 } }], must_say: x, latency: 3s, cost: 1 },
            pivots: [{ after: 2, say: x, expect: decline }], edge_cases: [{ id: e, expect: { resolved: false, tools: t }, pivots: [] }] })"},
        {FileKind::adversary,
         R"([{ id: a, family: off_script, emotion: -1, tactics: [{ act: say, say: x, after: 0, times: 2, chance: 0.5, expect: hand-over, watch: y }] }])"},
        {FileKind::scorecard,
         R"({ criteria: [a, { name: b, weight: 2, floor: 3 }], threshold: 2, checks: { a: warn, b: off, c: false },
            custom: [{ name: c, pointer: /a, op: "<=", value: { any: [1] }, timeout: 3, gates: false }] })"},
        {FileKind::scorecard, "criteria: { a: 2, b: { weight: 1 }, c: }"},
        {FileKind::scenario,
         R"({ id: w, world: { id: a, documents: { c: { d: null } }, events: [{ after: 1, wait: 3h, call: x, arguments: {} }] }, expect: { world: { documents: { a: {} }, queries: [{ collection: a, where: { b: 1 }, count: { less: 2 } }],
            actions: [{ name: a, arguments: { b: [1] } }], unchanged: true, calls: [a, { name: b, exact: true, at_most: 1 }], max_calls: 3, outputs: x } },
            edge_cases: [{ id: e, world: { documents: {} } }] })"},
        {FileKind::world,
         R"({ id: a, clock: 2026-01-01, json: python, collections: { a: x.json, b: { file: y.json, key: k }, c: { documents: { d: 1 } } }, script: s.lua,
            limits: { steps: 5000, memory: 16MB }, tools: [t.json, { name: n, arguments: { a: string, b: { type: number } }, require: [{ collection: a, id: b, error: c }],
            update: { collection: a, id: b, set: { /a: 1 }, remove: [b] }, returns: [1], ends: true }], faults: [{ kind: slow, tools: [n], probability: 0.5, call: 2, delay: 3s }] })"},
        {FileKind::axes, "axes: { a: [1, b] }\ncover: 3\nrules: [{ then: { a: 1 } }]\nweights: { a: { b: 0.5 } }\n"},
    };
}

Node parsed(std::string_view text) {
    auto documents = read_yaml(text);
    EXPECT_TRUE(documents) << (documents ? "" : documents.error().message);
    return documents && !documents->empty() ? std::move(documents->front()) : Node{};
}

const boost::json::object& schema_of(FileKind kind) {
    static std::vector<boost::json::value> documents = [] {
        std::vector<boost::json::value> out;
        for (const FileKind one : file_kinds) {
            const std::string_view text = schema_text(one);
            out.push_back(boost::json::parse(boost::json::string_view{text.data(), text.size()}));
        }
        return out;
    }();
    return documents[static_cast<std::size_t>(kind)].as_object();
}

// Changes one thing somewhere in the tree.
class Mutator {
  public:
    explicit Mutator(Random& random) : random_(random) {}

    void mutate(Node& root) {
        std::vector<Node*> all;
        collect(root, all);
        Node& node = *all[random_.below(all.size())];
        const std::size_t what = random_.below(4);
        if (what == 0 && !node.members.empty()) {
            node.members[random_.below(node.members.size())].key += "x";
        } else if (what == 1 && !node.members.empty()) {
            node.members.erase(node.members.begin() + static_cast<std::ptrdiff_t>(random_.below(node.members.size())));
        } else if (what == 2 && node.is_map()) {
            node.members.push_back({"zz" + std::to_string(random_.below(100)), {}, any_value()});
        } else {
            node = any_value();
        }
    }

  private:
    static void collect(Node& node, std::vector<Node*>& out) {
        out.push_back(&node);
        for (Node& item : node.items) {
            collect(item, out);
        }
        for (Node::Member& member : node.members) {
            collect(member.value, out);
        }
    }

    Node any_value() {
        static const std::vector<std::string> texts{"text",
                                                    "true",
                                                    "3",
                                                    "-1",
                                                    "0",
                                                    "1.5",
                                                    "1e9",
                                                    "~",
                                                    "[]",
                                                    "{}",
                                                    "[a, 1]",
                                                    "{ id: x }",
                                                    "{ say: x }",
                                                    "\"\"",
                                                    "[{ name: b }]",
                                                    "9223372036854775807",
                                                    "1e300",
                                                    "warn",
                                                    "[[a]]",
                                                    "{ then: { a: b } }"};
        return parsed(texts[random_.below(texts.size())]);
    }

    Random& random_;
};

TEST(schema, accepts_the_samples) {
    for (const auto& [kind, text] : samples()) {
        const Node node = parsed(text);
        std::string why;
        EXPECT_TRUE(follows_schema(node, kind, &why)) << to_string(kind) << ": " << why;
        for (const SchemaProblem& problem : walk_schema(node, schema_of(kind))) {
            ADD_FAILURE() << to_string(kind) << ":" << problem.place.line << ":" << problem.place.column << ": "
                          << problem.message;
        }
    }
}

TEST(schema, our_walk_finds_a_problem_exactly_when_the_schema_library_does) {
    Random random(20'240'607, "schema.mutations");
    Mutator mutator(random);
    int invalid = 0;
    constexpr int rounds = 6000;
    for (int round = 0; round < rounds; ++round) {
        const auto all = samples();
        const auto& [kind, text] = all[random.below(all.size())];
        Node node = parsed(text);
        for (std::size_t n = random.below(3) + 1; n > 0; --n) {
            mutator.mutate(node);
        }
        std::string why;
        const bool follows = follows_schema(node, kind, &why);
        const auto problems = walk_schema(node, schema_of(kind));
        ASSERT_EQ(problems.empty(), follows) << to_string(kind) << " " << canonical(node) << "\nlibrary: " << why
                                             << "\nwalk: " << (problems.empty() ? "" : problems.front().message);
        invalid += follows ? 0 : 1;
    }
    EXPECT_GT(invalid, rounds / 4);
    EXPECT_LT(invalid, rounds * 95 / 100);
}

void each_schema(const boost::json::value& value, const std::string& at,
                 const std::function<void(const boost::json::object&, const std::string&)>& use) {
    if (const auto* array = value.if_array()) {
        for (const auto& item : *array) {
            each_schema(item, at, use);
        }
    }
    if (const auto* object = value.if_object()) {
        use(*object, at);
        for (const auto& [key, inner] : *object) {
            each_schema(inner, at + "/" + std::string(key), use);
        }
    }
}

TEST(schema, describes_every_key_and_closes_every_mapping_that_lists_its_keys) {
    for (const FileKind kind : file_kinds) {
        each_schema(schema_of(kind), std::string(to_string(kind)),
                    [](const boost::json::object& schema, const std::string& at) {
                        const auto* properties = schema.if_contains("properties");
                        if (properties == nullptr || !properties->is_object() || at.ends_with("/properties")) {
                            return;
                        }
                        EXPECT_TRUE(schema.contains("additionalProperties")) << at;
                        for (const auto& [key, property] : properties->as_object()) {
                            EXPECT_TRUE(property.as_object().contains("description"))
                                << at << "/" << std::string_view(key.data(), key.size());
                        }
                    });
    }
}

TEST(schema, drops_keys_without_a_value_and_says_so) {
    Node node = parsed("id: a\ntags:\ncontext: { x: }\nexpect:\n  resolved:\n");
    const SourceFile file{"s.yaml", "s.yaml", "id: a\ntags:\ncontext: { x: }\nexpect:\n  resolved:\n"};
    Diagnostics diagnostics;
    normalise(node, FileKind::scenario, file, diagnostics);
    EXPECT_EQ(node.find("tags"), nullptr);
    EXPECT_NE(node.find("context")->find("x"), nullptr);
    EXPECT_EQ(node.find("expect")->find("resolved"), nullptr);
    EXPECT_EQ(diagnostics.sorted().size(), 2U);
    EXPECT_FALSE(diagnostics.has_errors());
}

}  // namespace
}  // namespace sosia::spec
