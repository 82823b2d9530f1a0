// Answers that came, but not whole.
#pragma once
#include <string>

#include "llm/chat_model.h"

namespace sosia::prompt {

// Why the answer cannot be used as it is, in words for people and for the model that is asked again; empty when it can.
inline std::string fault_of(const llm::ChatAnswer& answer) {
    switch (answer.finish) {
        case llm::Finish::length:
            return "the answer was cut off";
        case llm::Finish::content_filter:
            return "the provider's content filter took the answer";
        case llm::Finish::tool_calls:
            return "the answer calls a tool";
        case llm::Finish::stop:
        case llm::Finish::other:
            break;
    }
    return {};
}

}  // namespace sosia::prompt
