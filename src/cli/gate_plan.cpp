#include "cli/gate_plan.h"

#include <algorithm>
#include <map>
#include <set>

namespace sosia::cli {
namespace {

std::string name_of(Cell cell) {
    cell.repetition = 0;
    const std::string text = to_string(cell);
    return text.substr(0, text.rfind('#'));
}

// Slices take turns within a round: category and adversary family are what suites differ in most.
std::string slice_of(const Suite& suite, const Cell& cell) {
    const Scenario* scenario = suite.scenario(cell.scenario);
    const Adversary* adversary = suite.adversary(cell.adversary);
    return (scenario == nullptr ? "" : scenario->category) + "/" +
           (adversary == nullptr ? "" : std::string(to_string(adversary->family)));
}

std::optional<bool> result_of(const analysis::CellOutcomes& cell, int repetition) {
    const auto run = std::ranges::find(cell.runs, repetition, &analysis::RunOutcome::repetition);
    return run == cell.runs.end() || run->outcome == Outcome::invalid ? std::nullopt
                                                                      : std::optional(run->outcome == Outcome::passed);
}

}  // namespace

int repetitions(const analysis::Outcomes& baseline) {
    int most = 0;
    for (const analysis::CellOutcomes& cell : baseline.cells) {
        for (const analysis::RunOutcome& run : cell.runs) {
            most = std::max(most, run.repetition + 1);
        }
    }
    return std::max(1, most);
}

GatePlan gate_plan(const Suite& suite, spec::Plan plan, const analysis::Outcomes& baseline) {
    std::map<std::string, const analysis::CellOutcomes*> known;
    for (const analysis::CellOutcomes& cell : baseline.cells) {
        known[name_of(cell.cell)] = &cell;
    }
    GatePlan out;
    std::map<std::string, std::size_t> places;
    std::erase_if(plan.conversations,
                  [&](const spec::PlannedConversation& c) { return !known.contains(name_of(c.cell)); });
    for (const spec::PlannedConversation& c : plan.conversations) {
        const std::string name = name_of(c.cell);
        const auto [at, is_new] = places.try_emplace(name, out.cells.size());
        if (is_new) {
            out.cells.push_back({.slice = slice_of(suite, c.cell)});
            out.ids.emplace_back();
        }
        out.cells[at->second].before.push_back(result_of(*known[name], c.cell.repetition));
        out.ids[at->second].push_back(c.id);
    }
    for (const analysis::CellOutcomes& cell : baseline.cells) {
        if (!places.contains(name_of(cell.cell))) {
            out.missing.push_back(name_of(cell.cell));
        }
    }
    plan.cells = out.cells.size();
    out.plan = std::move(plan);
    return out;
}

}  // namespace sosia::cli
