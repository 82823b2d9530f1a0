#include "spec/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "spec/trait.h"

namespace sosia::spec {
namespace {

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& items) {
    std::vector<std::string> out;
    std::ranges::transform(items, std::back_inserter(out), &T::id);
    return out;
}

std::vector<std::string> joined(std::vector<std::string> known, const std::set<std::string>& also) {
    known.insert(known.end(), also.begin(), also.end());
    return known;
}

Place id_place(const Node& node) {
    const Node* id = node.find("id");
    return id == nullptr ? node.place : id->place;
}

class Checker {
  public:
    Checker(const References& all, Diagnostics& diagnostics) : all_(all), diagnostics_(diagnostics) {}

    void run() {
        check_unique("persona", all_.suite.personas, all_.personas);
        check_unique("scenario", all_.suite.scenarios, all_.scenarios);
        check_unique("adversary", all_.suite.adversaries, all_.adversaries);
        for (std::size_t i = 0; i < all_.suite.scenarios.size(); ++i) {
            const std::size_t errors = diagnostics_.errors();
            check_names(all_.suite.scenarios[i], all_.scenarios[i]);
            if (diagnostics_.errors() == errors) {
                check_meetings(all_.suite.scenarios[i], all_.scenarios[i]);
            }
        }
        for (std::size_t i = 0; i < all_.suite.personas.size(); ++i) {
            check_probes(all_.suite.personas[i], all_.personas[i]);
            check_belongs(all_.suite.personas[i], all_.personas[i]);
            check_language(all_.suite.personas[i], all_.personas[i]);
        }
        check_matrix();
    }

  private:
    template <class T>
    void check_unique(std::string_view what, const std::vector<T>& items, const std::vector<Origin>& origins) {
        std::map<std::string, std::size_t> first;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto [at, is_new] = first.try_emplace(items[i].id, i);
            if (is_new || items[i].id.empty()) {
                continue;
            }
            const Origin& earlier = origins[at->second];
            const Origin& here = origins[i];
            const std::string where = earlier.file == nullptr
                                          ? "the ready one"
                                          : fmt::format("{}:{}", earlier.file->path, id_place(earlier.node).line);
            diagnostics_.error(
                here.file == nullptr ? all_.suite_file : *here.file, id_place(here.node),
                fmt::format("the {} id {} is used twice, first at {}", what, in_quotes(items[i].id), where));
        }
    }

    // Calls `use` with every id written in a compatibility list, with its place.
    template <class Use>
    static void each_id(const Node& node, const Use& use) {
        if (node.is_scalar()) {
            use(node);
        }
        for (const Node& item : node.items) {
            each_id(item, use);
        }
        if (const Node* excluded = node.find("not"); excluded != nullptr && !excluded->is_map()) {
            each_id(*excluded, use);
        }
    }

    void check_names(const Scenario& scenario, const Origin& origin) {
        const auto check = [&](std::string_view key, std::string_view what, const std::vector<std::string>& known,
                               const std::set<std::string>& also) {
            const Node* node = origin.node.find(key);
            if (node == nullptr) {
                return;
            }
            each_id(*node, [&](const Node& name) {
                if (!diagnostics_.is_full(*origin.file) && std::ranges::find(known, name.text) == known.end() &&
                    !also.contains(hyphenated(name.text))) {
                    diagnostics_.error(*origin.file, name.place,
                                       fmt::format("the scenario {} names the {} {}, which does not exist",
                                                   in_quotes(scenario.id), what, in_quotes(name.written())),
                                       did_you_mean(name.text, joined(known, also)));
                }
            });
        };
        if (all_.personas_complete) {
            check("personas", "persona", ids_of(all_.suite.personas), {});
        }
        if (all_.adversaries_complete) {
            std::set<std::string> ready;
            for (const Adversary& adversary : builtin_adversaries()) {
                ready.insert(adversary.id);
                ready.emplace(to_string(adversary.family));
            }
            check("adversaries", "adversary", ids_of(all_.suite.adversaries), ready);
        }
    }

    // Whoever writes German or Spanish, but wants something that is only worded in English.
    void check_language(const Persona& persona, const Origin& origin) {
        const std::string language = lower(persona.language).substr(0, 2);
        if (language != "de" && language != "es") {
            return;  // English, or worded by a model, which translates
        }
        const std::string_view written = language == "de" ? "German" : "Spanish";
        const Place place = Fields(origin.node, {*origin.file, diagnostics_}).place("goal");
        if (reads_as_english(persona.goal.primary)) {
            diagnostics_.warning(*origin.file, place,
                                 fmt::format("{} writes {}, but the goal is in English: it will be quoted as it is",
                                             in_quotes(persona.id), written),
                                 "word the goal in the persona's language");
            return;
        }
        const auto met = std::ranges::find_if(all_.suite.scenarios, [&](const Scenario& scenario) {
            return persona.goal.primary.empty() && !scenario.opening && fits(scenario.personas, persona) &&
                   (persona.only_in.empty() ||
                    std::ranges::find(persona.only_in, scenario.id) != persona.only_in.end()) &&
                   reads_as_english(scenario.intent);
        });
        if (met != all_.suite.scenarios.end()) {
            diagnostics_.warning(*origin.file, place,
                                 fmt::format("{} writes {} and has no goal, and the intent of the scenario {} is in "
                                             "English: it will be quoted as it is",
                                             in_quotes(persona.id), written, in_quotes(met->id)),
                                 "give the persona a goal in its language, or keep it out of the scenario: personas: { "
                                 "not: { language: " +
                                     language + " } }");
        }
    }

    // Somebody has to be able to meet this scenario.
    void check_meetings(const Scenario& scenario, const Origin& origin) {
        const auto fits_persona = [&scenario](const Persona& persona) {
            return fits(scenario.personas, persona) &&
                   (persona.only_in.empty() ||
                    std::ranges::find(persona.only_in, scenario.id) != persona.only_in.end());
        };
        const auto fits_adversary = [&scenario](const Adversary& adversary) {
            return fits(scenario.adversaries, adversary);
        };
        if (all_.personas_complete && !all_.suite.personas.empty() &&
            std::ranges::none_of(all_.suite.personas, fits_persona)) {
            diagnostics_.warning(
                *origin.file, Fields(origin.node, {*origin.file, diagnostics_}).place("personas"),
                fmt::format("no persona fits the scenario {}; it will never run", in_quotes(scenario.id)));
        }
        if (all_.adversaries_complete && !all_.suite.adversaries.empty() &&
            std::ranges::none_of(all_.suite.adversaries, fits_adversary)) {
            diagnostics_.warning(*origin.file, Fields(origin.node, {*origin.file, diagnostics_}).place("adversaries"),
                                 fmt::format("no adversary of this suite fits the scenario {}; it will never run",
                                             in_quotes(scenario.id)),
                                 "add one to the suite's adversaries");
        }
        const auto has_goal = [](const Persona& persona) { return !persona.goal.primary.empty(); };
        if (scenario.intent.empty() && !scenario.opening && all_.personas_complete &&
            !std::ranges::any_of(all_.suite.personas, has_goal)) {
            diagnostics_.warning(
                *origin.file, origin.node.place,
                fmt::format(
                    "nobody knows what they want in the scenario {}: it has no intent, and no persona has a goal",
                    in_quotes(scenario.id)),
                "add an \"intent\" such as: refund a duplicate charge");
        }
    }

    void check_belongs(const Persona& persona, const Origin& origin) {
        const Node* node = origin.node.find("only_in");
        if (node == nullptr || !all_.scenarios_complete || all_.suite.scenarios.empty()) {
            return;
        }
        const std::vector<std::string> known = ids_of(all_.suite.scenarios);
        each_id(*node, [&](const Node& name) {
            if (!diagnostics_.is_full(*origin.file) && std::ranges::find(known, name.text) == known.end()) {
                diagnostics_.error(*origin.file, name.place,
                                   fmt::format("the persona {} names the scenario {}, which does not exist",
                                               in_quotes(persona.id), in_quotes(name.written())),
                                   did_you_mean(name.text, known));
            }
        });
    }

    void check_probes(const Persona& persona, const Origin& origin) {
        const auto applies = [&persona](const Scenario& scenario) {
            return fits(scenario.personas, persona) &&
                   (scenario.probes.empty() || std::ranges::any_of(persona.probes, [&](FailureCategory category) {
                        return std::ranges::find(scenario.probes, to_string(category)) != scenario.probes.end();
                    }));
        };
        if (!persona.probes.empty() && all_.scenarios_complete && !all_.suite.scenarios.empty() &&
            std::ranges::none_of(all_.suite.scenarios, applies)) {
            diagnostics_.warning(
                *origin.file, Fields(origin.node, {*origin.file, diagnostics_}).place("probes"),
                fmt::format("no scenario lets the persona {} probe; it will never run", in_quotes(persona.id)));
        }
    }

    void check_matrix() {
        const Node* matrix = all_.suite_node.find("matrix");
        const Node* gate = all_.suite_node.find("gate");
        if (matrix != nullptr) {
            if (const Node* rules = matrix->find("rules")) {
                for (const Node& rule : rules->items) {
                    check_conditions(rule.find("if"));
                    check_conditions(rule.find("then"));
                }
            }
            if (const Node* weights = matrix->find("weights")) {
                std::ranges::for_each(weights->members, [this](const Node::Member& member) { check_weights(member); });
            }
            check_tags(*matrix);
        }
        if (const Node* by = gate == nullptr ? nullptr : gate->find("by")) {
            for (const Node::Member& member : by->members) {
                check_axis(std::string_view(member.key).substr(0, member.key.find('=')), member.place);
            }
        }
    }

    void check_conditions(const Node* conditions) {
        for (std::size_t i = 0; conditions != nullptr && i < conditions->members.size(); ++i) {
            const Node::Member& member = conditions->members[i];
            if (!check_axis(member.key, member.place)) {
                continue;
            }
            const auto known = values_of(member.key);
            for (const std::string& value : texts_of(member.value)) {
                if (value != "-" && std::ranges::find(known, hyphenated(value), [](const std::string& have) {
                                        return hyphenated(have);
                                    }) == known.end()) {
                    diagnostics_.warning(all_.suite_file, member.value.place,
                                         fmt::format("nothing in this suite has {} {}", member.key, in_quotes(value)),
                                         did_you_mean(value, known));
                }
            }
        }
    }

    void check_weights(const Node::Member& member) {
        if (member.key.find(',') != std::string::npos || !check_axis(member.key, member.place)) {
            return;
        }
        const auto known = values_of(member.key);
        for (const Node::Member& share : member.value.members) {
            if (std::ranges::find(known, share.key) == known.end()) {
                diagnostics_.warning(all_.suite_file, share.place,
                                     fmt::format("nothing in this suite has {} {}", member.key, in_quotes(share.key)),
                                     did_you_mean(share.key, known));
            }
        }
    }

    void check_tags(const Node& matrix) {
        const auto known = values_of("tags");
        for (const std::string_view key : {"tags", "skip_tags"}) {
            const Node* tags = matrix.find(key);
            for (const std::string& tag : tags == nullptr ? std::vector<std::string>{} : texts_of(*tags)) {
                if (std::ranges::find(known, tag) == known.end() && everything_known()) {
                    diagnostics_.warning(all_.suite_file, tags->place,
                                         fmt::format("nothing in this suite has the tag {}", in_quotes(tag)),
                                         did_you_mean(tag, known));
                }
            }
        }
    }

    bool everything_known() const {
        return all_.personas_complete && all_.scenarios_complete && all_.adversaries_complete;
    }

    // persona.<axis>: does any persona have that axis?
    bool check_axis(std::string_view name, Place place) {
        if (!is_trait_name(name)) {
            return false;  // reported when it was read
        }
        if (!name.starts_with("persona.") || !all_.personas_complete || all_.suite.personas.empty()) {
            return true;
        }
        if (!values_of(name).empty() || name == "persona.tags" || name == "persona.probes") {
            return true;
        }
        std::vector<std::string> axes;
        for (const Persona& persona : all_.suite.personas) {
            std::ranges::transform(persona.traits, std::back_inserter(axes),
                                   [](const auto& trait) { return "persona." + trait.first; });
        }
        diagnostics_.error(all_.suite_file, place, fmt::format("no persona says anything about {}", in_quotes(name)),
                           did_you_mean(name, axes));
        return false;
    }

    std::vector<std::string> values_of(std::string_view name) const {
        std::set<std::string> values;
        const auto add = [&values, name](const CellParts& parts) {
            for (std::string& value : cell_traits(parts, name)) {
                values.insert(std::move(value));
            }
        };
        for (const Persona& persona : all_.suite.personas) {
            add({.persona = &persona});
        }
        for (const Scenario& scenario : all_.suite.scenarios) {
            add({.scenario = &scenario});
            std::ranges::for_each(scenario.edge_cases,
                                  [&add](const EdgeCase& edge_case) { add({.edge_case = &edge_case}); });
        }
        for (const Adversary& adversary : all_.suite.adversaries) {
            add({.adversary = &adversary});
        }
        return {values.begin(), values.end()};
    }

    const References& all_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_references(const References& all, Diagnostics& diagnostics) {
    Checker(all, diagnostics).run();
}

}  // namespace sosia::spec
