// The one question about a rule that a persistent user asks over and over, made of the ground truth.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "user/goal.h"

namespace sosia::user {

struct RuleQuestion {
    std::string topic;   // key in the truth: "refund_window"; "" when nothing there can be asked about
    std::string clause;  // fits behind "can you tell me": "how long the refund window is"; "" with an empty topic
};

// An amount, a length of time or a share makes the best question; among those, one about what the user came for.
RuleQuestion rule_question(const GoalWords& words, const std::map<std::string, std::string>& truth,
                           std::string_view goal, std::string_view language = "en");

}  // namespace sosia::user
