// The roughness of typed text: lower case, missing full stops, typos, dropped articles. Kept spans are never touched.
#pragma once
#include <string>

#include "base/random.h"
#include "user/realizer_draft.h"
#include "user/surface_habits.h"

namespace sosia::user::wording {

// Decided once per turn.
struct Typing {
    bool lower = false;
    bool no_apostrophe = false;
    bool no_stop = false;
    bool no_question_mark = false;
    bool bang = false;
    bool drops_articles = false;
    double typo = 0;
};

Typing decide_typing(const Habits& habits, Random& random);

// The turn as it is typed. Valid UTF-8 stays valid.
std::string typed(const Draft& draft, const Typing& typing, Random& random);

// One slip in an ASCII word of at least four letters: a neighbouring key, a doubled, dropped or swapped letter. Never
// the first letter.
std::string mistyped(std::string_view word, Random& random);

}  // namespace sosia::user::wording
