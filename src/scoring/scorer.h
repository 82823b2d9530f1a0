// A finished conversation in, checks, scores, outcome and fault out. Works on the record alone, so stored runs can be scored again.
#pragma once
#include "domain/suite.h"
#include "user/reader.h"

namespace sosia::scoring {

// Fills `checks`, `scores`, `turn_scores`, `metrics.score`, `outcome` and `fault`. Conversations that ended through infrastructure stay
// invalid and get no checks. `suite` gives the scorecard; `reader` must outlive the call.
void score(Conversation& conversation, const CellParts& parts, const Suite& suite, const user::Reader& reader);

}  // namespace sosia::scoring
