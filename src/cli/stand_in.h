// Conversations of the built-in user with an agent that is not there: it asks for what it lacks and then helps. Prompts
// made from them have the size of real ones.
#pragma once
#include <string>
#include <vector>

#include "domain/suite.h"
#include "user/builtin_user.h"
#include "user/wording_task.h"

namespace sosia::cli {

struct StandIn {
    CellParts parts;
    std::vector<Turn> turns;  // both sides; the agent's padded to `agent_tokens`
    int user_turns = 0;
    int worded = 0;  // user turns a model would have to word
    // What wording the first of these takes, where there is one.
    bool has_task = false;
    int turns_before_task = 0;
    boost::json::object task;  // values of its prompt
    boost::json::object person;
};

// `spec` says who would word the user.
StandIn stand_in(user::Engine& engine, const Suite& suite, const Cell& cell, std::uint64_t seed, const UserSpec& spec,
                 double agent_tokens);

}  // namespace sosia::cli
