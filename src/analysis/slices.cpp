#include "analysis/slices.h"

namespace sosia::analysis {

std::string intent_of(const Cell& cell) {
    return cell.edge_case.empty() ? cell.scenario : cell.scenario + "/" + cell.edge_case;
}

Memberships memberships_of(const Suite& suite, const Cell& cell) {
    Memberships list{{"persona", cell.persona},
                     {"scenario", cell.scenario},
                     {"edge_case", cell.edge_case.empty() ? "-" : intent_of(cell)},
                     {"adversary", cell.adversary}};
    if (const Persona* persona = suite.persona(cell.persona)) {
        for (const auto& [axis, value] : persona->traits) {
            list.emplace_back("persona." + axis, value);
        }
    }
    if (const Scenario* scenario = suite.scenario(cell.scenario)) {
        if (!scenario->category.empty()) {
            list.emplace_back("category", scenario->category);
        }
        for (const std::string& tag : scenario->tags) {
            list.emplace_back("tag", tag);
        }
    }
    if (const Adversary* adversary = suite.adversary(cell.adversary)) {
        list.emplace_back("adversary.family", std::string(to_string(adversary->family)));
    }
    return list;
}

}  // namespace sosia::analysis
