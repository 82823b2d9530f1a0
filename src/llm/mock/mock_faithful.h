// The mock as a faithful player: a user who says the move as it is drafted, a judge who gives the best level and copies
// its evidence. What it plays changes no verdict, so a run shows what the models' path does to a suite by itself.
#pragma once
#include <boost/json/value.hpp>
#include <optional>

#include "llm/mock/mock_exchange.h"

namespace sosia::llm::mock {

// The answer to a prompt that asks for a user's line (it holds a draft between <move> and </move>) or for ratings (it
// holds a transcript between <transcript> and </transcript>); nothing for any other.
std::optional<boost::json::value> faithful_answer(const MockQuestion& question);

}  // namespace sosia::llm::mock
