// The gate: thresholds of the suite against the summary (design section 8).
#pragma once
#include "analysis/summary.h"

namespace sosia::analysis {

// Fills gate, verdict and verdict_reason. Without a `gate:` in the suite every conversation must pass and at most 5 %
// may be invalid.
void apply_gate(const GateSpec& gate, const std::string& stopped, Summary& summary);

}  // namespace sosia::analysis
