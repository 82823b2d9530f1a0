// A decided move, before it is worded. Private to the user room.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "user/builtin_user.h"

namespace sosia::user {

struct BuiltinUser::Move {
    std::string name;             // "disclose", "object", "ask-side", ...
    std::string why;              // one sentence for a person
    std::vector<Phrase> phrases;  // worded by the realizer ...
    std::string verbatim;         // ... unless this is not empty
    UserMind mind;                // disclosed, wrong, corrected, withheld, tactic, expect, watch, asks
    std::optional<Ending> ending;
};

}  // namespace sosia::user
