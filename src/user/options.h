// When the agent lets the user choose ("Tuesday at 9:40 or Thursday at 14:00?"), which words does the user pick?
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "user/goal.h"
#include "user/reader.h"

namespace sosia::user {

// The chosen option, as the agent wrote it; nothing when the message offers no choice. A wanted value (one of the
// user's own facts, told or not) wins, then an option about the goal, then the first.
std::optional<std::string> choose_option(std::string_view agent_text, const Reading& reading, const GoalWords& words,
                                         const std::set<std::string>& goal_topics,
                                         const std::vector<std::string>& wanted);

}  // namespace sosia::user
