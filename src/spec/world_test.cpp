#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view shop = R"(
id: shop
clock: 2026-03-14 09:30
json: python
collections:
  orders: data/orders.json
  users: { file: data/users.json, key: name }
  refunds: {}
  notes: { documents: { n1: { text: hi } } }
script: |
  function f(args)
    return 1
  end
limits: { steps: 5000, memory: 1MB }
tools:
  - data/tools.json
  - name: get_order
    arguments: { id: string, "limit?": { type: integer } }
    lookup: { collection: orders, id: "{{id}}" }
    ends: true
  - { name: f, lua: f }
faults:
  - { kind: missing-fields, tools: f, probability: 25%, fields: [a], delay: 5s }
)";

class world : public testing::Test {
  protected:
    world() {
        folder_.write("sosia.yaml", "agent: http://127.0.0.1:1/\n");
        folder_.write("personas/p.yaml", "{ id: p, goal: get help }");
        folder_.write("scenarios/s.yaml", "{ id: s, intent: get help }");
        folder_.write("worlds/shop.yaml", shop);
        folder_.write("worlds/data/orders.json", R"({"A-2": {"total": 1}, "A-1": {"total": 2.0}})");
        folder_.write("worlds/data/users.json", R"([{"name": "ann"}, {"name": "ben"}])");
        folder_.write(
            "worlds/data/tools.json",
            R"([{"type": "function", "function": {"name": "g", "description": "d", "parameters": {"type": "object"}}}])");
    }

    Suite load() {
        LoadResult result = folder_.load();
        EXPECT_EQ(folder_.report(result), "");
        return result.suite.value_or(Suite{});
    }
    std::string report() { return folder_.report(folder_.load()); }

    TestFolder folder_;
};

TEST_F(world, is_read_with_its_data_script_and_tools) {
    const Suite suite = load();
    ASSERT_EQ(suite.worlds.size(), 1U);
    const WorldSpec& spec = suite.worlds[0];
    EXPECT_EQ(json::serialize(spec.collections->at("orders")), R"({"A-2":{"total":1},"A-1":{"total":2E0}})");
    EXPECT_EQ(spec.collections->at("users").size(), 2U);
    EXPECT_TRUE(spec.collections->at("refunds").empty());
    EXPECT_EQ(json::serialize(spec.collections->at("notes")), R"({"n1":{"text":"hi"}})");
    EXPECT_EQ(spec.clock_ms, 1'773'480'600'000);
    EXPECT_TRUE(spec.spaced);
    EXPECT_THAT(spec.script, HasSubstr("function f"));
    EXPECT_EQ(spec.script_line, 11);
    EXPECT_EQ(spec.script_instructions, 5000U);
    EXPECT_EQ(spec.script_memory, 1U << 20U);
    ASSERT_EQ(spec.tools.size(), 3U);
    EXPECT_EQ(spec.tools[0].name, "g");
    EXPECT_EQ(spec.tools[0].action, "lua");
    EXPECT_EQ(
        json::serialize(spec.tools[1].parameters),
        R"({"type":"object","properties":{"id":{"type":"string"},"limit":{"type":"integer"}},"required":["id"],"additionalProperties":false})");
    EXPECT_TRUE(spec.tools[1].ends);
    ASSERT_EQ(spec.faults.size(), 1U);
    EXPECT_EQ(spec.faults[0].kind, WorldFault::Kind::missing_fields);
    EXPECT_EQ(spec.faults[0].probability, 0.25);
    EXPECT_EQ(spec.faults[0].delay_ms, 5000);
}

TEST_F(world, the_only_one_is_every_scenarios_own) {
    folder_.write("scenarios/s.yaml", "[{ id: a }, { id: b, world: none }, { id: c, world: shop }]");
    const Suite suite = load();
    EXPECT_EQ(suite.scenario("a")->world, "shop");
    EXPECT_EQ(suite.scenario("b")->world, "");
    EXPECT_EQ(suite.scenario("c")->world, "shop");
}

TEST_F(world, expectations_and_documents_of_a_scenario_and_its_edge_cases) {
    folder_.write("scenarios/s.yaml", R"(
id: s
world: { documents: { orders: { A-1: null, A-3: { total: 3 } } } }
expect:
  world:
    documents: { orders: { A-3: { total: 4 } } }
    queries: [{ collection: orders, where: {}, count: 2 }]
    actions: [{ name: f, arguments: { x: 1 } }]
    calls: [get_order, { name: f, arguments: { x: { within: [1, 2] } }, at_most: 1 }]
    confirmed: true
    outputs: done
edge_cases:
  - { id: same, world: { documents: { orders: { A-3: null } } } }
  - { id: other, expect: { resolved: false, world: { unchanged: true } } }
)");
    const Suite suite = load();
    const Scenario& s = *suite.scenario("s");
    ASSERT_TRUE(s.happy.expect.world);
    EXPECT_EQ(s.happy.expect.world->calls.at(1).at_most, 1);
    EXPECT_EQ(s.happy.expect.world->calls.at(1).at_least, 0);
    EXPECT_EQ(s.happy.expect.world->calls.at(0).at_least, 1);
    EXPECT_EQ(s.happy.expect.world->outputs, std::vector<std::string>{"done"});
    EXPECT_EQ(json::serialize(s.edge_cases[0].documents), R"({"orders":{"A-1":null,"A-3":null}})");
    EXPECT_TRUE(s.edge_cases[0].expect.world->confirmed);
    EXPECT_TRUE(s.edge_cases[1].expect.world->unchanged);
    EXPECT_FALSE(s.edge_cases[1].expect.world->actions);
}

TEST_F(world, that_several_share_is_met_by_each_of_them) {
    folder_.write("personas/p.yaml", "[{ id: ann, goal: x }, { id: ben, goal: x }, { id: eve, goal: x }]");
    folder_.write("scenarios/s.yaml",
                  "[{ id: s, intent: x, together: [ann, { persona: ben, scenario: t }, eve] }, { id: t, intent: y }]");
    const Suite suite = load();
    const Scenario& s = *suite.scenario("s");
    ASSERT_EQ(s.together.size(), 3U);
    EXPECT_EQ(s.together[1].persona, "ben");
    EXPECT_EQ(s.together[1].scenario, "t");
    EXPECT_EQ(s.personas.ids, (std::vector<std::string>{"ann", "eve"}));  // ben came for something else
    folder_.write("scenarios/s.yaml", "{ id: s, world: none, together: [zoe, { persona: ann, scenario: u }] }");
    const std::string found = report();
    EXPECT_THAT(found, HasSubstr("there is no persona \"zoe\""));
    EXPECT_THAT(found, HasSubstr("there is no scenario \"u\""));
    EXPECT_THAT(found, HasSubstr("people who come together need a world to meet in"));
}

TEST_F(world, time_that_passes_may_end_the_session_and_bring_the_user_back) {
    folder_.write(
        "scenarios/s.yaml",
        "{ id: s, intent: x, opens: agent, world: { events: [{ after: 3, wait: 3d, session_expires: true, say: "
        "hello again }] }, edge_cases: [{ id: e }] }");
    const Suite suite = load();
    const Scenario& s = *suite.scenario("s");
    EXPECT_EQ(s.happy.events.at(0).wait_ms, 3LL * 24 * 3'600'000);
    EXPECT_TRUE(s.happy.events.at(0).expires);
    for (const EdgeCase* one : {&s.happy, &s.edge_cases.at(0)}) {
        ASSERT_EQ(one->pivots.size(), 1U);
        EXPECT_EQ(one->pivots[0].after, 2);  // the agent's greeting answers nobody
        EXPECT_EQ(one->pivots[0].say, "hello again");
    }
}

TEST_F(world, may_have_servers) {
    folder_.write(
        "worlds/shop.yaml",
        "id: shop\ncollections: {}\ntools: []\nservers:\n  - { name: a, command: [python3, s.py], tools: x }\n"
        "  - { name: b, url: \"http://127.0.0.1:1/mcp\", shared: true, reset: again, timeout: 2s }\n");
    const Suite suite = load();
    const std::vector<WorldServer>& servers = suite.worlds.at(0).servers;
    ASSERT_EQ(servers.size(), 2U);
    EXPECT_EQ(servers[0].command, (std::vector<std::string>{"python3", "s.py"}));
    EXPECT_TRUE(servers[0].directory.ends_with("/worlds"));
    EXPECT_FALSE(servers[0].shared);
    EXPECT_EQ(servers[1].reset, "again");
    EXPECT_EQ(servers[1].timeout_ms, 2000);
    folder_.write(
        "worlds/shop.yaml",
        "id: shop\ncollections: {}\ntools: []\nservers:\n  - { name: a }\n  - { name: b, url: u, reset: r }\n");
    const std::string found = report();
    EXPECT_THAT(found, HasSubstr("5:5: a server has either"));
    EXPECT_THAT(found, HasSubstr("only a server that is shared is reset"));
}

TEST_F(world, problems_are_told_with_their_place) {
    folder_.write("worlds/shop.yaml",
                  "id: shop\nclock: soon\ncollections: { orders: nowhere.json }\ntools:\n  - { name: a b, answer: 1 }\n"
                  "  - { name: c }\n  - { name: d, answer: 1, count: x }\n  - { name: d, answer: 2 }\n");
    const std::string found = report();
    EXPECT_THAT(found, HasSubstr("worlds/shop.yaml:2:8: expected a time"));
    EXPECT_THAT(found, HasSubstr("worlds/shop.yaml:3:24: there is no file \"nowhere.json\""));
    EXPECT_THAT(found, HasSubstr("worlds/shop.yaml:5:13: a tool's name"));
    EXPECT_THAT(found, HasSubstr("worlds/shop.yaml:6:5: the tool does nothing"));
    EXPECT_THAT(found, HasSubstr("worlds/shop.yaml:7:27: a tool does one thing"));
    EXPECT_THAT(found, HasSubstr("worlds/shop.yaml:8:5: the tool \"d\" stands here twice"));
}

TEST_F(world, names_that_its_own_file_lacks_are_told) {
    folder_.write("worlds/shop.yaml", R"(
id: shop
collections: { orders: { documents: { } } }
tools:
  - { name: get_order, arguments: { id: string }, lookup: { collection: order, id: "{{id}}" } }
  - { name: any, arguments: { of: string }, list: { collection: "{{of}}", where: { } } }
  - { name: refund, require: [{ collection: ordres, id: A-1, error: no }], count: refunds }
faults: [{ kind: error, tools: [get_order, refnd] }]
)");
    const std::string found = report();
    EXPECT_THAT(found, HasSubstr("the world has no collection \"order\""));
    EXPECT_THAT(found, HasSubstr("the world has no collection \"ordres\""));
    EXPECT_THAT(found, HasSubstr("the fault meets a tool that is not there: \"refnd\""));
    EXPECT_THAT(found, HasSubstr("did you mean \"refund\"?"));
    EXPECT_THAT(found, HasSubstr("shop.yaml:5:"));
    EXPECT_THAT(found, Not(HasSubstr("no collection \"{{of}}")));
}

TEST_F(world, expected_actions_that_cannot_be_made_are_told) {
    folder_.write("worlds/shop.yaml",
                  "id: shop\ncollections: { }\ntools:\n"
                  "  - { name: pay, arguments: { to: string, \"note?\": string }, answer: ok }\n");
    folder_.write("scenarios/s.yaml",
                  "{ id: a, expect: { world: { actions: [{ name: pay, arguments: { note: x, too: y } }] } } }");
    const std::string found = report();
    EXPECT_THAT(found, HasSubstr("the expected action pay lacks the argument \"to\""));
    EXPECT_THAT(found, HasSubstr("the tool pay takes no argument \"too\""));
}

TEST_F(world, names_of_nothing_are_told) {
    folder_.write("scenarios/s.yaml", R"(
- { id: a, world: shp }
- { id: b, expect: { world: { documents: { ordres: {} }, calls: [get_ordr], actions: [{ name: gone }] } } }
- { id: c, world: none, expect: { world: { unchanged: true } } }
- { id: d, expect: { world: { queries: [{ collection: orders }], calls: [{ name: f, arguments: { x: { matches: "(" } } }] } } }
)");
    const std::string found = report();
    EXPECT_THAT(found, HasSubstr("there is no world \"shp\""));
    EXPECT_THAT(found, HasSubstr("did you mean \"shop\"?"));
    EXPECT_THAT(found, HasSubstr("no collection \"ordres\""));
    EXPECT_THAT(found, HasSubstr("no tool \"get_ordr\""));
    EXPECT_THAT(found, HasSubstr("no tool \"gone\""));
    EXPECT_THAT(found, HasSubstr("expects something of a world but has none"));
    EXPECT_THAT(found, HasSubstr("a query names one document by \"id\""));
    EXPECT_THAT(found, HasSubstr("is no regular expression"));
}

TEST_F(world, what_it_holds_is_part_of_the_suites_hash) {
    const std::string before = load().hash;
    EXPECT_EQ(load().hash, before);
    folder_.write("worlds/data/orders.json", R"({"A-2": {"total": 1}, "A-1": {"total": 3}})");
    EXPECT_NE(load().hash, before);
}

}  // namespace
}  // namespace sosia::spec
