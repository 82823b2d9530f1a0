#include "report/comparison_pairs.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <map>
#include <set>

#include "report/comparison.h"

namespace sosia::report {
namespace json = boost::json;
using analysis::CellOutcomes;
using analysis::Outcomes;
using analysis::RunOutcome;
namespace {

constexpr std::size_t most_pairs = 500;
constexpr double telling_move = 0.5;  // of a level from 1 to 5

std::string key_of(Cell cell) {
    cell.repetition = 0;
    return to_string(cell);
}

using CellIndex = std::map<std::string, const CellOutcomes*>;

CellIndex index_of(const Outcomes& outcomes) {
    CellIndex out;
    for (const CellOutcomes& cell : outcomes.cells) {
        out[key_of(cell.cell)] = &cell;
    }
    return out;
}

ChangedPair::Side counts_of(const CellOutcomes& cell) {
    ChangedPair::Side out;
    double sum = 0;
    std::size_t scored = 0;
    for (const RunOutcome& run : cell.runs) {
        out.n += run.outcome == Outcome::invalid ? 0 : 1;
        out.passed += run.outcome == Outcome::passed ? 1 : 0;
        if (run.outcome != Outcome::invalid && run.score) {
            sum += *run.score;
            ++scored;
        }
    }
    if (scored > 0) {
        out.score = sum / static_cast<double>(scored);
    }
    return out;
}

// The first run that ended as wanted, otherwise the first there is.
const RunOutcome* shown(const CellOutcomes& cell, Outcome wanted) {
    const auto at = std::ranges::find(cell.runs, wanted, &RunOutcome::outcome);
    return at != cell.runs.end() ? &*at : cell.runs.empty() ? nullptr : &cell.runs.front();
}

ChangedPair pair_of(const CellOutcomes& before, const CellOutcomes& after, std::string change) {
    const bool passes = change == "passing";
    const RunOutcome* was = shown(before, passes ? Outcome::failed : Outcome::passed);
    const RunOutcome* is = shown(after, passes ? Outcome::passed : Outcome::failed);
    ChangedPair out{
        .cell = after.cell, .change = std::move(change), .before = counts_of(before), .after = counts_of(after)};
    out.before.conversation = was == nullptr ? "" : was->conversation;
    out.after.conversation = is == nullptr ? "" : is->conversation;
    if (const RunOutcome* bad = passes ? was : is; bad != nullptr) {
        out.checks = bad->failed_checks;
    }
    return out;
}

double move_of(const ChangedPair& pair) {
    return pair.before.score && pair.after.score ? *pair.after.score - *pair.before.score : 0;
}

// Largest move first; drops before rises of the same size.
std::vector<ChangedPair> moved(const CellIndex& before, const CellIndex& after, const std::set<std::string>& seen) {
    std::vector<ChangedPair> out;
    for (const auto& [key, cell] : after) {
        const auto was = before.find(key);
        if (was == before.end() || seen.contains(key)) {
            continue;
        }
        ChangedPair pair = pair_of(*was->second, *cell, "score");
        if (std::abs(move_of(pair)) >= telling_move) {
            out.push_back(std::move(pair));
        }
    }
    std::ranges::sort(out, {}, [](const ChangedPair& pair) {
        return std::tuple(-std::abs(move_of(pair)), move_of(pair), key_of(pair.cell));
    });
    return out;
}

json::object side_json(const ChangedPair::Side& side) {
    json::object out{{"passed", side.passed}, {"n", side.n}, {"conversation", side.conversation}};
    if (side.score) {
        out["score"] = *side.score;
    }
    return out;
}

json::object pair_json(const ChangedPair& pair) {
    json::array checks;
    for (const std::string& check : pair.checks) {
        checks.emplace_back(check);
    }
    return {{"persona", pair.cell.persona},     {"scenario", pair.cell.scenario}, {"edge_case", pair.cell.edge_case},
            {"adversary", pair.cell.adversary}, {"change", pair.change},          {"before", side_json(pair.before)},
            {"after", side_json(pair.after)},   {"checks", std::move(checks)},    {"flaky", pair.flaky}};
}

}  // namespace

std::vector<ChangedPair> changed_pairs(const Outcomes& before, const Outcomes& after,
                                       const analysis::Comparison& comparison) {
    const CellIndex was = index_of(before);
    const CellIndex is = index_of(after);
    std::vector<ChangedPair> out;
    std::set<std::string> seen;
    const auto add = [&](const std::vector<analysis::CellChange>& changes, const char* change) {
        for (const analysis::CellChange& c : changes) {
            const auto a = was.find(key_of(c.cell));
            const auto b = is.find(key_of(c.cell));
            if (a != was.end() && b != is.end() && seen.insert(key_of(c.cell)).second) {
                out.push_back(pair_of(*a->second, *b->second, change));
                out.back().flaky = c.flaky;
            }
        }
    };
    add(comparison.newly_failing, "failing");
    add(comparison.newly_passing, "passing");
    std::ranges::move(moved(was, is, seen), std::back_inserter(out));
    if (out.size() > most_pairs) {
        out.resize(most_pairs);
    }
    return out;
}

json::object comparison_page_json(const analysis::Comparison& comparison, const std::vector<ChangedPair>& pairs) {
    json::object out = comparison_json(comparison);
    for (const char* key : {"newly_failing", "newly_passing", "worst", "sequential"}) {
        out.erase(key);  // pairs say more
    }
    out["failing"] = comparison.newly_failing.size();
    out["passing"] = comparison.newly_passing.size();
    json::array list;
    for (const ChangedPair& pair : pairs) {
        list.emplace_back(pair_json(pair));
    }
    out["pairs"] = std::move(list);
    return out;
}

}  // namespace sosia::report
