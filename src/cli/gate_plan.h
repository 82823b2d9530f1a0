// The conversations a gate runs: those of the suite's plan whose cell the baseline has.
#pragma once
#include <string>
#include <vector>

#include "analysis/sequential_gate.h"
#include "cli/outcomes.h"
#include "spec/matrix.h"

namespace sosia::cli {

struct GatePlan {
    spec::Plan plan;                            // only what has a partner
    std::vector<std::string> missing;           // cells of the baseline the plan does not have
    std::vector<analysis::GateCell> cells;      // in the plan's order
    std::vector<std::vector<std::string>> ids;  // by cell and repetition: conversation, "" none
};

GatePlan gate_plan(const Suite& suite, spec::Plan plan, const analysis::Outcomes& baseline);

// How often the baseline ran its cells: the gate runs them as often unless told otherwise.
int repetitions(const analysis::Outcomes& baseline);

}  // namespace sosia::cli
