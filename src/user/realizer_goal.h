// A goal as its author wrote it, made to fit behind "I want".
#pragma once
#include <string>
#include <string_view>

#include "user/realizer_bank.h"

namespace sosia::user::wording {

enum class GoalForm : std::uint8_t {
    verb,       // "get the duplicate charge refunded"
    noun,       // "a refund for the duplicate charge"
    statement,  // "My card was charged twice"
    question,   // "Can I keep the discount?"
    value,      // "March 4"
};

struct Goal {
    GoalForm form = GoalForm::verb;
    std::string want;  // fits behind "I want": "to get the duplicate charge refunded"; "" for statements and questions
    std::string todo;  // fits behind "I'm trying to", "can you help me": "get the duplicate charge refunded"; as above
};

Goal read_goal(std::string_view text, Language language);

// "his bill" becomes "my bill": authors write about their personas in the third person.
std::string in_first_person(std::string_view text);

}  // namespace sosia::user::wording
