// The simulator is scored too (mission D3): its faults make a conversation invalid, not failed.
#include <algorithm>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
namespace {

// Said word for word because a file says so: no fault of the engine.
bool is_authored(const Turn& turn) {
    return turn.mind.tactic == "pivot" || turn.mind.tactic == "say" ||
           turn.mind.why.contains("fixes the first message");
}

// Short or common values turn up by chance: "yes", "12".
bool is_telling(std::string_view value) {
    const bool has_digit = std::ranges::any_of(value, [](char c) { return c >= '0' && c <= '9'; });
    return has_digit ? value.size() >= 4 : value.size() >= 8;
}

}  // namespace

std::vector<Finding> simulator_faults(const Conversation& c, const CellParts& parts) {
    std::vector<Finding> found;
    for (const Turn& turn : c.turns) {
        if (turn.role != Role::user || is_authored(turn)) {
            continue;
        }
        for (const Fact& fact : parts.persona->facts) {
            if (fact.when == Disclosure::never && is_telling(fact.value) && contains_word(turn.text, fact.value)) {
                found.push_back(
                    {turn.n, "the user told " + fact.name + ", which must never be told", quote_of(turn.text)});
            }
        }
        if (trim(turn.text).empty()) {
            found.push_back({turn.n, "the user sent an empty message", ""});
        }
    }
    return found;
}

}  // namespace sosia::scoring
