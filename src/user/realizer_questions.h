// A side intent, as its author wrote it, turned into something a user would ask.
#pragma once
#include <string>
#include <string_view>

#include "user/realizer_bank.h"

namespace sosia::user::wording {

// Without a question mark, without a capital. Either may be empty, not both.
struct Asked {
    std::string direct;    // "how long does it take"
    std::string indirect;  // fits behind "can you tell me": "how long it takes"
};

// `intent`: "ask how long it takes", "whether the discount stays", "about the warranty", "keep the discount",
// "Can I keep the discount?". Where the grammar is in doubt only the indirect form, or a safe framing, is given.
Asked as_question(std::string_view intent, Language language);

}  // namespace sosia::user::wording
