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

// The fact that a value of this kind is, told in reply to questions for `asks`; "" when nobody can tell.
std::string fact_given(const std::string& kind, const std::string& value, const std::string& text,
                       const std::vector<std::string>& asks);

// "Sorry, I meant ...": the user takes something back.
bool puts_right(const std::string& text);

PromotedFacts facts_in(const Conversation& conversation, std::span<const TurnSigns> signs);

}  // namespace sosia::analysis
