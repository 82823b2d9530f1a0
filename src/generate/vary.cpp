#include "generate/vary.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "generate/edge_kinds.h"

namespace sosia::generate {
namespace json = boost::json;
namespace {

// A text or a list of texts as a list.
json::array listed(const json::object& body, std::string_view key) {
    const json::value* value = body.if_contains(key);
    if (value == nullptr || value->is_null()) {
        return {};
    }
    return value->is_array() ? value->as_array() : json::array{*value};
}

void add_tag(json::array& tags, std::string_view tag) {
    const json::value value(json::string_view(tag.data(), tag.size()));
    if (std::ranges::find(tags, value) == tags.end()) {
        tags.push_back(value);
    }
}

Draft variant_from_data(const json::object& scenario, AdversaryFamily family) {
    Draft out{.kind = PartKind::scenario, .body = variant_of(scenario, family)};
    json::array cases;
    for (const EdgeKind& kind : edge_kinds()) {
        if (kind.family == family) {
            cases.emplace_back(kind.edge_case);
        }
    }
    out.body["edge_cases"] = std::move(cases);
    out.inferred = {"context, ground truth and expectation are those of the scenario it varies",
                    "edge cases are the ready ones of the family; their messages suit any desk"};
    out.to_check = {"do the messages fit what this agent is there for? Put them into its customers' words",
                    "does the scenario's expectation still hold under this pressure?"};
    return out;
}

}  // namespace

json::object variant_of(const json::object& scenario, AdversaryFamily family) {
    json::object out = scenario;
    for (const char* key : {"edge_cases", "draft", "made_by", "sources"}) {
        if (const auto at = out.find(key); at != out.end()) {
            out.stable_erase(at);  // the rest keeps its order
        }
    }
    const std::string name(to_string(family));
    const json::value* id = scenario.if_contains("id");
    out["id"] =
        slug(fmt::format("{}-{}", id != nullptr && id->is_string() ? std::string(id->as_string()) : "scenario", name));
    out["adversaries"] = json::array{json::string(name)};
    json::array tags;
    for (const json::value& tag : listed(scenario, "tags")) {
        if (tag != json::value("smoke")) {  // a smoke test is what its author chose
            tags.push_back(tag);
        }
    }
    add_tag(tags, "adversarial");
    out["tags"] = std::move(tags);
    return out;
}

std::vector<Draft> variants_from_data(const json::object& scenario, std::span<const AdversaryFamily> families) {
    std::vector<Draft> out;
    std::ranges::transform(families, std::back_inserter(out),
                           [&](AdversaryFamily family) { return variant_from_data(scenario, family); });
    return out;
}

}  // namespace sosia::generate
