// Cells that both sides of a comparison have. Private to the analysis room.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "analysis/compare.h"

namespace sosia::analysis {

struct Matched {
    const CellOutcomes* before = nullptr;
    const CellOutcomes* after = nullptr;
};

struct MatchedCells {
    std::vector<Matched> cells;  // in the newer side's order
    std::size_t only_before = 0;
    std::size_t only_after = 0;
};

MatchedCells match_cells(const Outcomes& before, const Outcomes& after);

// Counts of a cell. `passes` says what passing means; runs for which `counts` is false are left out.
template <class Counts, class Passes>
CellPair cell_pair(const Matched& m, const Counts& counts, const Passes& passes) {
    CellPair out;
    std::map<int, bool> old_runs;
    for (const RunOutcome& run : m.before->runs) {
        if (counts(run)) {
            old_runs[run.repetition] = passes(run);
            ++out.counts.old_n;
            out.counts.old_passed += passes(run) ? 1U : 0U;
        }
    }
    for (const RunOutcome& run : m.after->runs) {
        if (!counts(run)) {
            continue;
        }
        ++out.counts.new_n;
        out.counts.new_passed += passes(run) ? 1U : 0U;
        if (const auto old = old_runs.find(run.repetition); old != old_runs.end()) {
            ++out.pairs;
            out.lost += old->second && !passes(run) ? 1U : 0U;
            out.gained += !old->second && passes(run) ? 1U : 0U;
        }
    }
    return out;
}

// Newly failing, newly passing and worst cells, marks of flaky ones, noise.
void add_cells(const MatchedCells& matched, const CompareOptions& options, Comparison& out);

}  // namespace sosia::analysis
