#include "domain/suite.h"

#include <algorithm>

namespace sosia {
namespace {

template <class T>
const T* by_id(const std::vector<T>& items, std::string_view id) {
    const auto found = std::ranges::find(items, id, &T::id);
    return found == items.end() ? nullptr : &*found;
}

// Objects merge key by key; anything else is replaced.
void merge_into(boost::json::object& base, const boost::json::object& over) {
    for (const auto& [key, value] : over) {
        boost::json::value* old = base.if_contains(key);
        if (old != nullptr && old->is_object() && value.is_object()) {
            merge_into(old->as_object(), value.as_object());
        } else {
            base[key] = value;
        }
    }
}

}  // namespace

std::string_view Persona::trait(std::string_view axis) const {
    const auto found = traits.find(std::string(axis));
    return found == traits.end() ? std::string_view{} : std::string_view{found->second};
}

const Fact* Persona::fact(std::string_view fact_name) const {
    const auto found = std::ranges::find(facts, fact_name, &Fact::name);
    return found == facts.end() ? nullptr : &*found;
}

const Persona* Suite::persona(std::string_view id) const {
    return by_id(personas, id);
}
const Scenario* Suite::scenario(std::string_view id) const {
    return by_id(scenarios, id);
}
const Adversary* Suite::adversary(std::string_view id) const {
    return by_id(adversaries, id);
}
const WorldSpec* Suite::world(std::string_view id) const {
    return by_id(worlds, id);
}

std::vector<const UserSpec*> Suite::users() const {
    std::vector<const UserSpec*> out{&user};
    for (const UserSpec& one : more_users) {
        out.push_back(&one);
    }
    return out;
}

const EdgeCase* find_edge_case(const Scenario& scenario, std::string_view id) {
    return id.empty() ? &scenario.happy : by_id(scenario.edge_cases, id);
}

boost::json::object merged_context(const Scenario& scenario, const EdgeCase& edge_case) {
    boost::json::object context = scenario.context;
    merge_into(context, edge_case.context);
    return context;
}

std::map<std::string, std::string> merged_truth(const Scenario& scenario, const EdgeCase& edge_case) {
    std::map<std::string, std::string> truth = scenario.truth;
    for (const auto& [name, value] : edge_case.truth) {
        truth[name] = value;
    }
    return truth;
}

}  // namespace sosia
