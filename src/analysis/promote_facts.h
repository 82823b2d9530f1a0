// What the user of a real conversation knew, and when they told it. Private to the analysis room.
#pragma once
#include "analysis/promote.h"

namespace sosia::analysis {

struct PromotedFacts {
    std::vector<Fact> facts;
    bool corrects = false;  // some value was given wrong first
    std::vector<std::string> inferred;
    std::vector<std::string> to_check;
};

PromotedFacts facts_in(const Conversation& conversation, std::span<const TurnSigns> signs);

}  // namespace sosia::analysis
