#include "spec/trait.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/matrix.h"

namespace sosia::spec {
namespace {

using Values = std::vector<std::string>;

Values one(std::string_view value) {
    return value.empty() ? Values{} : Values{std::string(value)};
}

Values joined(const Values& a, const Values& b) {
    Values out = a;
    out.insert(out.end(), b.begin(), b.end());
    return out;
}

Values persona_traits(const Persona& persona, std::string_view name) {
    if (name == "id" || name.empty()) {
        return {persona.id};
    }
    if (name == "tag" || name == "tags") {
        return persona.tags;
    }
    if (name == "language") {
        return {persona.language};
    }
    if (name == "probes" || name == "probe") {
        Values out;
        std::ranges::transform(persona.probes, std::back_inserter(out),
                               [](FailureCategory c) { return std::string(to_string(c)); });
        return out;
    }
    return one(persona.trait(name));
}

Values scenario_traits(const Scenario& scenario, std::string_view name) {
    if (name == "id" || name.empty()) {
        return {scenario.id};
    }
    if (name == "category") {
        return one(scenario.category);
    }
    if (name == "intent") {
        return one(scenario.intent);
    }
    if (name == "opens") {
        return {scenario.opens == Speaker::agent ? "agent" : "user"};
    }
    if (name == "probes" || name == "probe") {
        return scenario.probes;
    }
    return name == "tag" || name == "tags" ? scenario.tags : Values{};
}

Values adversary_traits(const Adversary& adversary, std::string_view name) {
    if (name == "id" || name.empty()) {
        return {adversary.id};
    }
    if (name == "family") {
        return {std::string(to_string(adversary.family))};
    }
    return name == "tag" || name == "tags" ? adversary.tags : Values{};
}

Values all_tags(const CellParts& parts) {
    Values out;
    if (parts.persona != nullptr) {
        out = joined(out, parts.persona->tags);
    }
    if (parts.scenario != nullptr) {
        out = joined(out, parts.scenario->tags);
    }
    if (parts.edge_case != nullptr) {
        out = joined(out, parts.edge_case->tags);
    }
    return parts.adversary == nullptr ? out : joined(out, parts.adversary->tags);
}

// "persona.style" -> {"persona", "style"}
std::pair<std::string_view, std::string_view> parted(std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot == std::string_view::npos ? std::pair{name, std::string_view{}}
                                         : std::pair{name.substr(0, dot), name.substr(dot + 1)};
}

bool any_in(const Values& have, const Values& wanted) {
    return std::ranges::any_of(have, [&wanted](const std::string& value) {
        return std::ranges::any_of(wanted, [&value](const std::string& want) {
            return want == value || hyphenated(want) == hyphenated(value);
        });
    });
}

std::string_view without_prefix(std::string_view name, std::string_view prefix) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

}  // namespace

std::vector<std::string> cell_traits(const CellParts& parts, std::string_view name) {
    const auto [part, trait] = parted(name);
    if (part == "persona" && parts.persona != nullptr) {
        return persona_traits(*parts.persona, trait);
    }
    if (part == "scenario" && parts.scenario != nullptr) {
        return scenario_traits(*parts.scenario, trait);
    }
    if (part == "adversary" && parts.adversary != nullptr) {
        return adversary_traits(*parts.adversary, trait);
    }
    if ((part == "edge_case" || part == "edge-case") && parts.edge_case != nullptr) {
        return trait == "tags" || trait == "tag" ? parts.edge_case->tags : Values{parts.edge_case->id};
    }
    return part == "tag" || part == "tags" ? all_tags(parts) : Values{};
}

std::string cell_trait(const CellParts& parts, std::string_view name) {
    const Values values = cell_traits(parts, name);
    return values.empty() ? std::string{} : values.front();
}

bool cell_has(const CellParts& parts, std::string_view name, const std::vector<std::string>& values) {
    return any_in(cell_traits(parts, name), values);
}

bool matches(const Compatibility::Filter& filter, const Persona& persona) {
    return std::ranges::all_of(filter, [&persona](const auto& entry) {
        return any_in(persona_traits(persona, without_prefix(entry.first, "persona.")), entry.second);
    });
}

bool matches(const Compatibility::Filter& filter, const Adversary& adversary) {
    return std::ranges::all_of(filter, [&adversary](const auto& entry) {
        return any_in(adversary_traits(adversary, without_prefix(entry.first, "adversary.")), entry.second);
    });
}

bool fits(const Compatibility& compatibility, const Persona& persona) {
    const auto named = [&persona](const std::string& id) { return id == persona.id; };
    const auto filtered = [&persona](const Compatibility::Filter& filter) { return matches(filter, persona); };
    if (std::ranges::any_of(compatibility.not_ids, named) || std::ranges::any_of(compatibility.not_traits, filtered)) {
        return false;
    }
    return (compatibility.ids.empty() && compatibility.traits.empty()) ||
           std::ranges::any_of(compatibility.ids, named) || std::ranges::any_of(compatibility.traits, filtered);
}

bool fits(const Compatibility& compatibility, const Adversary& adversary) {
    const auto named = [&adversary](const std::string& id) {
        return id == adversary.id || hyphenated(id) == to_string(adversary.family);
    };
    const auto filtered = [&adversary](const Compatibility::Filter& filter) { return matches(filter, adversary); };
    if (std::ranges::any_of(compatibility.not_ids, named) || std::ranges::any_of(compatibility.not_traits, filtered)) {
        return false;
    }
    return (compatibility.ids.empty() && compatibility.traits.empty()) ||
           std::ranges::any_of(compatibility.ids, named) || std::ranges::any_of(compatibility.traits, filtered);
}

bool is_trait_name(std::string_view name) {
    static const std::array<std::string_view, 8> scenario_traits_known{"",      "id",     "category", "intent",
                                                                       "opens", "probes", "tags",     "tag"};
    static const std::array<std::string_view, 5> adversary_traits_known{"", "id", "family", "tags", "tag"};
    static const std::array<std::string_view, 3> edge_case_traits_known{"", "tags", "tag"};
    const auto [part, trait] = parted(name);
    const auto in = [&trait](const auto& known) { return std::ranges::find(known, trait) != known.end(); };
    return part == "persona" || (part == "scenario" && in(scenario_traits_known)) ||
           (part == "adversary" && in(adversary_traits_known)) ||
           ((part == "edge_case" || part == "edge-case") && in(edge_case_traits_known)) || name == "tags" ||
           name == "tag";
}

void check_trait_name(std::string_view name, Place place, const Binding& binding) {
    static const std::vector<std::string> names{
        "persona",          "persona.style", "persona.emotion",  "persona.knowledge", "persona.intent",
        "persona.language", "persona.tags",  "scenario",         "scenario.category", "scenario.tags",
        "edge_case",        "adversary",     "adversary.family", "adversary.tags",    "tags"};
    if (is_trait_name(name)) {
        return;
    }
    binding.error(place,
                  fmt::format("unknown trait {}; expected persona.<axis>, {}", in_quotes(name),
                              any_of({"persona", "scenario", "scenario.category", "edge_case", "adversary",
                                      "adversary.family", "tags"})),
                  did_you_mean(name, names));
}

}  // namespace sosia::spec
