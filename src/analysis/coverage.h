// Which combinations have been run, and which cells would add most.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "domain/conversation.h"

namespace sosia::analysis {

struct CoverageLine {
    std::string name;          // "persona x situation", ...; a situation is a scenario with its edge case
    std::size_t feasible = 0;  // combinations that occur in some allowed cell
    std::size_t covered = 0;   // of these, run at least once
};

struct WorthRunning {
    Cell cell;
    std::size_t gain = 0;  // combinations of two that no earlier cell has, the ones listed before it included
};

struct Coverage {
    std::vector<CoverageLine> lines;       // singles, pairs, triple
    std::vector<WorthRunning> worth_most;  // greedy: the cell with the largest gain, then the next
};

// `allowed` are all cells the suite permits, `run` those with a valid conversation; repetitions do not matter. Cells of
// `run` that are not allowed (any more) are ignored.
Coverage coverage_of(std::span<const Cell> allowed, std::span<const Cell> run, std::size_t most_suggested);

}  // namespace sosia::analysis
