#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "spec/bind.h"
#include "spec/condition.h"

namespace sosia::spec {
namespace {

boost::json::object object_of(const Fields& fields, std::string_view key) {
    const Node* node = fields.find(key);
    return node != nullptr && node->is_map() ? to_json(*node).as_object() : boost::json::object{};
}

ExpectedTool bind_tool(const Node& node, const Binding& binding) {
    if (!node.is_map()) {
        return {.name = text_of(node)};
    }
    const Fields fields(node, binding);
    ExpectedTool tool{.name = fields.text("name", fields.text("tool"))};
    tool.arguments = object_of(fields, fields.has("arguments") ? "arguments" : "args");
    if (tool.name.empty()) {
        binding.error(node.place, "a tool needs a \"name\"");
    }
    return tool;
}

std::vector<ExpectedTool> bind_tools(const Fields& fields) {
    std::vector<ExpectedTool> out;
    const Node* node = fields.find("tools");
    if (node == nullptr) {
        return out;
    }
    if (!node->is_list()) {
        out.push_back(bind_tool(*node, fields.binding()));
    }
    for (const Node& item : node->items) {
        out.push_back(bind_tool(item, fields.binding()));
    }
    return out;
}

void check_phrases(const Fields& fields, std::string_view key) {
    const Node* node = fields.find(key);
    if (node == nullptr) {
        return;
    }
    if (node->is_scalar()) {
        check_phrase(*node, fields.binding());
    }
    std::ranges::for_each(node->items, [&fields](const Node& item) { check_phrase(item, fields.binding()); });
}

bool requires_tool(const Expectation& expect, std::string_view name) {
    return std::ranges::find(expect.tools, name, &ExpectedTool::name) != expect.tools.end();
}

Expectation bind_expectation(const Fields& fields) {
    Expectation expect;
    expect.resolved = fields.boolean("resolved");
    expect.turns = fields.integer("turns");
    expect.tools = bind_tools(fields);
    expect.ordered = fields.boolean("ordered").value_or(true);
    expect.forbidden = fields.texts("forbidden");
    expect.must_say = fields.texts("must_say");
    expect.must_not_say = fields.texts("must_not_say");
    expect.escalated = fields.boolean("escalated");
    expect.latency_ms = fields.duration_ms("latency");
    expect.cost_usd = fields.number("cost");
    expect.language = fields.maybe_text("language");
    if (const Node* world = fields.find("world"); world != nullptr && world->is_map()) {
        expect.world = bind_world_expectation(Fields(*world, fields.binding()));
    }
    check_phrases(fields, "must_say");
    check_phrases(fields, "must_not_say");
    for (const std::string& tool : expect.forbidden) {
        if (requires_tool(expect, tool)) {
            fields.binding().error(fields.place("forbidden"),
                                   fmt::format("the tool {} is both required and forbidden", in_quotes(tool)));
        }
    }
    return expect;
}

// What holds in an edge case. Limits and prohibitions carry over unless the edge case states its own. What the agent is
// to achieve carries over only while the outcome (`resolved`) is the same: a refund that is refused needs no refund
// tool. A tool that one side requires and the edge case forbids, or the other way round, goes by the edge case.
Expectation merge(const Expectation& base, const Fields& fields, const Expectation& own) {
    Expectation out = own;
    const bool same_outcome = !own.resolved || *own.resolved == base.resolved.value_or(true);
    if (!fields.has("turns")) {
        out.turns = base.turns;
    }
    if (!fields.has("latency")) {
        out.latency_ms = base.latency_ms;
    }
    if (!fields.has("cost")) {
        out.cost_usd = base.cost_usd;
    }
    if (!fields.has("language")) {
        out.language = base.language;
    }
    if (!fields.has("ordered")) {
        out.ordered = base.ordered;
    }
    if (!fields.has("must_not_say")) {
        out.must_not_say = base.must_not_say;
    }
    if (!fields.has("forbidden")) {
        out.forbidden = base.forbidden;
        std::erase_if(out.forbidden, [&own](const std::string& tool) { return requires_tool(own, tool); });
    }
    if (!own.resolved) {
        out.resolved = base.resolved;
    }
    if (!same_outcome) {
        return out;
    }
    if (!fields.has("tools")) {
        out.tools = base.tools;
        std::erase_if(out.tools, [&own](const ExpectedTool& tool) {
            return std::ranges::find(own.forbidden, tool.name) != own.forbidden.end();
        });
    }
    if (!fields.has("must_say")) {
        out.must_say = base.must_say;
    }
    if (!fields.has("escalated")) {
        out.escalated = base.escalated;
    }
    if (!fields.has("world")) {
        out.world = base.world;
    }
    return out;
}

std::vector<Pivot> bind_pivots(const Fields& fields) {
    std::vector<Pivot> out;
    const Node* node = fields.find("pivots");
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
        const Fields pivot(node->items[i], fields.binding());
        out.push_back({.after = pivot.integer("after"),
                       .when = pivot.text("when"),
                       .say = pivot.text("say"),
                       .expect = bind_reaction(pivot.text("expect"))});
        check_condition(pivot, "when");
        if (!out.back().after && out.back().when.empty()) {
            fields.binding().error(node->items[i].place,
                                   "a pivot needs \"after\" (a number of user turns) or \"when\" (a condition)");
        }
    }
    return out;
}

// What the user says when they come back is a pivot like any other. An agent that opens has one answer more behind it.
void add_returns(EdgeCase& edge_case, Speaker opens) {
    for (const WorldEvent& event : edge_case.events) {
        if (!event.say.empty()) {
            const int user_turns = event.after - (opens == Speaker::agent ? 1 : 0);
            edge_case.pivots.push_back({.after = std::max(1, user_turns), .when = "", .say = event.say, .expect = ""});
        }
    }
}

std::vector<Participant> bind_together(const Fields& fields) {
    std::vector<Participant> out;
    const Node* node = fields.find("together");
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        const Fields one(item, fields.binding());
        out.push_back(item.is_map() ? Participant{.persona = one.text("persona"), .scenario = one.text("scenario")}
                                    : Participant{.persona = text_of(item), .scenario = ""});
    }
    return out;
}

EdgeCase bind_edge_case(const Node& node, const Binding& binding, const EdgeCase& happy) {
    const Fields fields(node, binding);
    EdgeCase out;
    out.id = bind_id(fields, "");
    out.description = fields.text("description", fields.text("name"));
    out.context = object_of(fields, "context");
    out.documents = bind_documents(fields, happy.documents);
    out.events = bind_events(fields, happy.events);
    out.truth = fields.text_map("truth");
    out.pivots = fields.has("pivots") ? bind_pivots(fields) : happy.pivots;
    out.opening = fields.maybe_text("opening");
    out.opening = out.opening ? out.opening : happy.opening;
    out.tags = fields.texts("tags");
    static const Node nothing;
    const Node* expect = fields.find("expect");
    const Fields own(expect == nullptr ? nothing : *expect, binding);
    out.expect = merge(happy.expect, own, bind_expectation(own));
    return out;
}

void bind_edge_cases(const Fields& fields, Scenario& scenario) {
    const Node* node = fields.find("edge_cases");
    std::map<std::string, int> lines;
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        if (!item.is_map()) {
            continue;
        }
        EdgeCase edge_case = bind_edge_case(item, fields.binding(), scenario.happy);
        const auto [first, is_new] = lines.try_emplace(edge_case.id, item.place.line);
        if (!is_new && !edge_case.id.empty()) {
            fields.binding().error(Fields(item, fields.binding()).place("id"),
                                   fmt::format("the edge case {} stands here twice, first in line {}",
                                               in_quotes(edge_case.id), first->second));
        }
        scenario.edge_cases.push_back(std::move(edge_case));
    }
}

// One id, one filter, or a list of them; `not` turns what it holds into exclusions.
void add_compatible(const Node& node, bool exclude, Compatibility& out) {
    if (node.is_scalar()) {
        (exclude ? out.not_ids : out.ids).push_back(text_of(node));
    }
    for (const Node& item : node.items) {
        add_compatible(item, exclude, out);
    }
    Compatibility::Filter filter;
    for (const Node::Member& member : node.members) {
        if (member.key == "not" && !exclude) {
            add_compatible(member.value, true, out);
        } else {
            filter[member.key] = texts_of(member.value);
        }
    }
    if (!filter.empty()) {
        (exclude ? out.not_traits : out.traits).push_back(std::move(filter));
    }
}

Compatibility bind_compatibility(const Fields& fields, std::string_view key) {
    Compatibility out;
    if (const Node* node = fields.find(key)) {
        add_compatible(*node, false, out);
    }
    return out;
}

std::string describe(const Fields& fields) {
    std::vector<std::string> parts;
    for (const std::string_view key : {"name", "description"}) {
        if (const auto text = fields.maybe_text(key)) {
            parts.push_back(*text);
        }
    }
    return join(parts, ": ");
}

}  // namespace

Scenario bind_scenario(const Node& node, const Binding& binding, std::string_view fallback_id) {
    const Fields fields(node, binding);
    Scenario scenario;
    scenario.id = bind_id(fields, fallback_id);
    scenario.category = fields.text("category");
    scenario.intent = fields.text("intent");
    scenario.description = describe(fields);
    scenario.opens = fields.text("opens") == "agent" ? Speaker::agent : Speaker::user;
    scenario.opening = fields.maybe_text("opening");
    scenario.context = object_of(fields, "context");
    if (const Node* world = fields.find("world")) {
        scenario.world = world->is_map() ? Fields(*world, binding).text("id") : text_of(*world);
    }
    scenario.happy.documents = bind_documents(fields, {});
    scenario.happy.events = bind_events(fields, {});
    scenario.together = bind_together(fields);
    scenario.truth = fields.text_map("truth");
    if (const Node* expect = fields.find("expect")) {
        scenario.happy.expect = bind_expectation(Fields(*expect, binding));
    }
    scenario.happy.pivots = bind_pivots(fields);
    scenario.happy.opening = scenario.opening;
    bind_edge_cases(fields, scenario);
    add_returns(scenario.happy, scenario.opens);
    for (EdgeCase& edge_case : scenario.edge_cases) {
        add_returns(edge_case, scenario.opens);
    }
    scenario.personas = bind_compatibility(fields, "personas");
    for (const Participant& one : scenario.together) {  // each of them in turn is the one who is judged
        if (!fields.has("personas") && one.scenario.empty()) {
            scenario.personas.ids.push_back(one.persona);
        }
    }
    scenario.adversaries = bind_compatibility(fields, "adversaries");
    for (const FailureCategory category : bind_categories(fields, "probes")) {
        scenario.probes.emplace_back(to_string(category));
    }
    scenario.tags = fields.texts("tags");
    scenario.hash = content_hash(canonical(node));
    scenario.file = binding.file.relative;
    return scenario;
}

}  // namespace sosia::spec
