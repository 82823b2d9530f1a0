// The small condition language of tactics and pivots (docs/adversaries.md): terms joined by "," (all must hold), "!"
// negates.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "user/mood.h"
#include "user/state.h"

namespace sosia::user {

// Whether `condition` holds now. An empty condition always holds; an unknown term never does (the loader refuses
// those).
bool holds(std::string_view condition, const State& state, const Ledger& ledger, const Mood& mood,
           const Observation& seen, std::string_view agent_text);

// The fixed terms, for the loader's check; "said ..." and "fact ... told" come besides.
const std::vector<std::string>& condition_terms();

}  // namespace sosia::user
