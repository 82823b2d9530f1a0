// What a reader makes of a conversation that Sosia did not hold.
#pragma once
#include <vector>

#include "analysis/promote.h"
#include "user/reader.h"

namespace sosia::cli {

// One entry for each turn: which facts the agent asks for, and which values the user gives.
std::vector<analysis::TurnSigns> signs_of(const Conversation& conversation, const user::Reader& reader);

}  // namespace sosia::cli
