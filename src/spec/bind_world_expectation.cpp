#include <boost/json/object.hpp>

#include "spec/bind.h"

namespace sosia::spec {
namespace {

namespace json = boost::json;

json::object object_of(const Fields& fields, std::string_view key) {
    const Node* node = fields.find(key);
    return node != nullptr && node->is_map() ? to_json(*node).as_object() : json::object{};
}

// Regular expressions anywhere below: { matches: "..." }.
void check_patterns(const Node& node, const Binding& binding) {
    for (const Node& item : node.items) {
        check_patterns(item, binding);
    }
    for (const Node::Member& member : node.members) {
        if (member.key == "matches" && member.value.is_scalar()) {
            check_regex(member.value, text_of(member.value), binding);
        }
        check_patterns(member.value, binding);
    }
}

const std::vector<Node>& items_of(const Fields& fields, std::string_view key) {
    static const std::vector<Node> none;
    const Node* node = fields.find(key);
    return node == nullptr ? none : node->items;
}

ExpectedCall bind_call(const Node& node, const Binding& binding) {
    if (!node.is_map()) {
        return {.name = text_of(node)};
    }
    const Fields fields(node, binding);
    ExpectedCall out;
    out.name = fields.text("name");
    out.arguments = object_of(fields, "arguments");
    out.exact = fields.boolean("exact").value_or(false);
    out.at_most = fields.integer("at_most");
    out.at_least = fields.integer("at_least").value_or(out.at_most ? 0 : 1);
    return out;
}

json::object bind_query(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    if (fields.has("id") == fields.has("where")) {
        binding.error(node.place, "a query names one document by \"id\", or several by \"where\"",
                      "where: {} means all documents of the collection");
    }
    if (fields.has("where") && fields.has("at") && fields.has("count")) {
        binding.error(node.place, "a query gives either \"count\" or what \"is\" at a place");
    }
    return node.is_map() ? to_json(node).as_object() : json::object{};
}

}  // namespace

std::vector<WorldEvent> bind_events(const Fields& fields, const std::vector<WorldEvent>& base) {
    const Node* world = fields.find("world");
    const Node* events = world == nullptr ? nullptr : world->find("events");
    if (events == nullptr) {
        return base;
    }
    std::vector<WorldEvent> out;
    for (const Node& node : events->items) {
        const Fields event(node, fields.binding());
        out.push_back({.after = event.integer("after").value_or(1),
                       .wait_ms = static_cast<std::int64_t>(event.duration_ms("wait").value_or(0)),
                       .expires = event.boolean("session_expires").value_or(false),
                       .say = event.text("say"),
                       .call = event.text("call"),
                       .arguments = object_of(event, "arguments")});
    }
    return out;
}

WorldExpectation bind_world_expectation(const Fields& fields) {
    WorldExpectation out;
    out.documents = object_of(fields, "documents");
    for (const Node& query : items_of(fields, "queries")) {
        out.queries.push_back(bind_query(query, fields.binding()));
    }
    if (fields.has("actions")) {
        out.actions.emplace();
        for (const Node& action : items_of(fields, "actions")) {
            const Fields one(action, fields.binding());
            out.actions->push_back({one.text("name"), object_of(one, "arguments")});
        }
    }
    out.unchanged = fields.boolean("unchanged").value_or(false);
    for (const Node& call : items_of(fields, "calls")) {
        out.calls.push_back(bind_call(call, fields.binding()));
    }
    out.ordered = fields.boolean("ordered").value_or(false);
    out.max_calls = fields.integer("max_calls");
    out.confirmed = fields.boolean("confirmed").value_or(false);
    out.outputs = fields.texts("outputs");
    check_patterns(fields.node(), fields.binding());
    return out;
}

}  // namespace sosia::spec
