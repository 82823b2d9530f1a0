#include "generate/shapes.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

namespace sosia::generate {
namespace json = boost::json;
namespace {

json::object typed(std::string_view type) {
    return {{"type", json::string(type)}};
}

json::object one_of(std::span<const std::string> values) {
    json::array all;
    std::ranges::transform(values, std::back_inserter(all), [](const std::string& v) { return json::value(v); });
    return {{"type", "string"}, {"enum", std::move(all)}};
}

json::object one_of(std::initializer_list<std::string> values) {
    return one_of(std::span(values.begin(), values.size()));
}

json::object list_of(json::object items) {
    return {{"type", "array"}, {"items", std::move(items)}};
}

json::object closed(json::object properties) {
    json::array required;
    for (const auto& member : properties) {
        required.emplace_back(member.key());
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

json::object named() {
    return closed({{"name", typed("string")}, {"value", typed("string")}});
}

json::object quoted() {
    return closed({{"name", typed("string")},
                   {"value", typed("string")},
                   {"passage", typed("integer")},
                   {"quote", typed("string")}});
}

json::object texts() {
    return list_of(typed("string"));
}

json::object escalated() {
    return one_of({"yes", "no", "either"});
}

json::object pivots() {
    return list_of(closed({{"after", typed("integer")},
                           {"say", typed("string")},
                           {"expect", one_of({"answer", "decline", "handover"})}}));
}

json::object edge_case(std::span<const std::string> kinds) {
    return {{"id", typed("string")},          {"kind", one_of(kinds)},
            {"description", typed("string")}, {"opening", typed("string")},
            {"resolved", typed("boolean")},   {"escalated", escalated()},
            {"must_not_say", texts()},        {"pivots", pivots()}};
}

json::object answer_of(std::string_view name, json::object item) {
    return closed({{name, list_of(std::move(item))}});
}

}  // namespace

json::object personas_shape() {
    json::object fact = closed({{"name", typed("string")},
                                {"value", typed("string")},
                                {"when", one_of({"freely", "asked", "second-ask", "never", "corrected"})},
                                {"first_says", typed("string")},
                                {"at_turn", typed("integer")},
                                {"asked_by", texts()}});
    json::object claim =
        closed({{"claim", typed("string")}, {"passage", typed("integer")}, {"quote", typed("string")}});
    return answer_of("personas", closed({{"slot", typed("integer")},
                                         {"name", typed("string")},
                                         {"profile", typed("string")},
                                         {"background", list_of(named())},
                                         {"goal", typed("string")},
                                         {"side_goals", texts()},
                                         {"facts", list_of(std::move(fact))},
                                         {"frustrations", texts()},
                                         {"catchphrases", texts()},
                                         {"samples", texts()},
                                         {"claims", list_of(std::move(claim))}}));
}

json::object scenarios_shape(std::span<const std::string> tools, std::span<const std::string> kinds) {
    json::object edge = edge_case(kinds);
    edge["truth"] = list_of(quoted());
    edge["customer"] = list_of(named());
    json::object item{{"slot", typed("integer")},
                      {"id", typed("string")},
                      {"category", typed("string")},
                      {"intent", typed("string")},
                      {"description", typed("string")},
                      {"opening", typed("string")},
                      {"truth", list_of(quoted())},
                      {"customer", list_of(named())},
                      {"resolved", typed("boolean")},
                      {"escalated", escalated()},
                      {"must_say", texts()},
                      {"must_not_say", texts()},
                      {"edge_cases", list_of(closed(std::move(edge)))}};
    if (!tools.empty()) {
        item["tools"] = list_of(one_of(tools));
        item["forbidden"] = list_of(one_of(tools));
    }
    return answer_of("scenarios", closed(std::move(item)));
}

json::object variants_shape(std::span<const std::string> kinds) {
    return answer_of("variants", closed({{"slot", typed("integer")},
                                         {"title", typed("string")},
                                         {"description", typed("string")},
                                         {"opening", typed("string")},
                                         {"edge_cases", list_of(closed(edge_case(kinds)))}}));
}

}  // namespace sosia::generate
