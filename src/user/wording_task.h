// What a model must know to word one turn, and what must hold for its line: values for a prompt, and rules for the
// guards.
#pragma once
#include <boost/json/object.hpp>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "user/builtin_user.h"
#include "user/guards.h"

namespace sosia::user {

// The person, for the system prompt. Values that are not to be told now are taken out wherever they stand.
boost::json::object person_values(const CellParts& parts, const BuiltinUser& user, const std::vector<Secret>& secrets);

// Values the user has not told and does not tell in this turn. `user` has decided the turn already.
std::vector<Secret> secrets_of(const BuiltinUser& user);
// The same for a user who plays on their own: what the guide does not allow.
std::vector<Secret> secrets_of(const BuiltinUser& user, const Guide& guide);

struct WordingTask {
    boost::json::object values;  // of the turn's prompt
    LineRules rules;
    std::deque<std::string> texts;  // what the rules' views point to, beside the turns
};

// `turns` outlive the task; the last one is the agent message to be answered.
WordingTask directed_task(const CellParts& parts, const BuiltinUser& user, const Step& step,
                          std::span<const Turn> turns);
WordingTask free_task(const CellParts& parts, const BuiltinUser& user, const Guide& guide, std::span<const Turn> turns,
                      int turn_limit);

}  // namespace sosia::user
