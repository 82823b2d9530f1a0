// Picks a line for a phrase: by style, mood and colour, never one that this conversation has heard.
#pragma once
#include <cstdint>
#include <unordered_set>

#include "base/random.h"
#include "user/realizer.h"
#include "user/realizer_acts.h"
#include "user/realizer_draft.h"
#include "user/surface_habits.h"

namespace sosia::user::wording {

using Said = std::unordered_set<std::uint64_t>;

// Everything that a choice depends on.
struct Choice {
    const ActLines* lines = nullptr;
    const Around* around = nullptr;
    const Fillers* fillers = nullptr;
    const Habits* habits = nullptr;
    bool slot_ends =
        false;  // only lines whose slot ends its sentence: words behind "12 Elm Street" would be taken for a part of it
    Needs one_of = 0;  // lines must have one of these holes; 0: any line will do
};

// The wording of one phrase, new in this conversation and recorded in `said`. When the act's own lines have all been
// used they come again with other words around them; there is always another one.
Draft choose(const Choice& choice, Random& random, Said& said);

}  // namespace sosia::user::wording
