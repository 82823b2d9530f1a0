// An answer while its pieces come in. Every provider's reader, plain or streamed, fills one.
#pragma once
#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "llm/chat_model.h"

namespace sosia::llm {

struct AnswerDraft {
    struct Call {
        std::string id;
        std::string name;
        std::string arguments;  // JSON text, perhaps in pieces
        std::string signature = {};
    };

    std::string text;
    std::string refusal;  // what some providers say instead of an answer
    std::map<std::size_t, Call> calls;
    Usage usage;
    Finish finish = Finish::other;
    bool finished = false;  // the provider said why it stopped
    std::string model;

    // False when there are more calls than anybody means.
    bool may_hold(std::size_t index) const;
    bool begun() const { return !text.empty() || !refusal.empty() || !calls.empty(); }
    // Usage, reason and calls checked; a refusal becomes the text, finished by the content filter.
    ChatResult answer() &&;
};

// An answer that breaks the provider's format: `why` is the rest of the sentence.
Failure malformed(std::string_view why);

// Text as it may stand in a message: one line, at most 200 bytes, no control characters.
std::string excerpt(std::string_view text);

}  // namespace sosia::llm
