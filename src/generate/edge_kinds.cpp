#include "generate/edge_kinds.h"

#include <algorithm>

#include <boost/json/array.hpp>

#include "sosia_generate_data_data.h"
#include "spec/yaml_read.h"

namespace sosia::generate {
namespace json = boost::json;
namespace {

EdgeKind kind_of(const json::object& entry) {
    EdgeKind out{.id = std::string(entry.at("id").as_string()), .brief = std::string(entry.at("brief").as_string())};
    if (const json::value* family = entry.if_contains("family")) {
        out.family = parse_adversary_family(std::string_view(family->as_string()));
    }
    out.edge_case = {{"id", out.id}};
    for (const auto& [key, value] : entry.at("edge_case").as_object()) {
        out.edge_case[key] = value;
    }
    out.edge_case["tags"] = json::array{json::string(out.id)};
    return out;
}

}  // namespace

const std::vector<EdgeKind>& edge_kinds() {
    static const std::vector<EdgeKind> kinds = [] {
        const auto documents = spec::read_yaml(sosia_generate_data::embedded_files().front().text);
        std::vector<EdgeKind> out;
        std::ranges::transform(documents->front().items, std::back_inserter(out),
                               [](const spec::Node& node) { return kind_of(spec::to_json(node).as_object()); });
        return out;
    }();
    return kinds;
}

const EdgeKind* edge_kind(std::string_view id) {
    const auto found = std::ranges::find(edge_kinds(), id, &EdgeKind::id);
    return found == edge_kinds().end() ? nullptr : &*found;
}

const std::vector<AdversaryFamily>& pressing_families() {
    static const std::vector<AdversaryFamily> families{
        AdversaryFamily::objection_ladder,   AdversaryFamily::retry_pressure,   AdversaryFamily::escalation_pressure,
        AdversaryFamily::off_script,         AdversaryFamily::persona_pressure, AdversaryFamily::prompt_injection,
        AdversaryFamily::social_engineering, AdversaryFamily::third_party_data};
    return families;
}

}  // namespace sosia::generate
