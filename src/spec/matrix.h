// The suite's matrix: persona x scenario x edge case x adversary, pruned, covered, sampled, repeated (mission B4, A7,
// A8).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::spec {

struct PlannedConversation {
    Cell cell;
    std::string id;          // 12 hex digits, from suite seed, cell and, beside the one who decides, who plays the user
    std::uint64_t seed = 0;  // of the conversation's random streams; the same for all who play the user in it
};

struct Plan {
    std::vector<PlannedConversation> conversations;  // by cell, user, then repetition; the order of every output
    std::uint64_t cells = 0;
    std::uint64_t full_cells = 0;  // of the unpruned product
    std::uint64_t pruned = 0;      // dropped by compatibility, probes, tags and rules
    std::uint64_t tuples = 0;      // t-way: feasible tuples ...
    std::uint64_t covered = 0;     // ... and how many the plan covers (equal unless `sample` cut it)
};

// Deterministic for (suite, matrix seed). Fails when nothing is left to run, saying which rule pruned the most.
Result<Plan> expand(const Suite& suite);

// The value a cell has on a dotted trait ("persona.style", "scenario.category", "adversary.family", "edge_case", ...);
// "" when none.
std::string cell_trait(const CellParts& parts, std::string_view name);

}  // namespace sosia::spec
