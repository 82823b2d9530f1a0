// A goal as its author wrote it, made to fit behind "I want".
#pragma once
#include <cstdint>
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
    std::string said;  // statements and questions: the sentence, in the user's words
};

// Understands the user's own words, the agent's point of view ("refund a duplicate charge"), a third person ("The
// customer wants to move the appointment"), things to know ("find out what it costs") and bare topics ("duplicate
// charge").
Goal read_goal(std::string_view text, Language language);

}  // namespace sosia::user::wording
