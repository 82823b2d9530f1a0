// What a judge's opinions do to a conversation.
#pragma once
#include <set>
#include <string>

#include "domain/suite.h"
#include "judge/judge.h"

namespace sosia::judge {

// Which criteria may fail conversations.
struct Standing {
    std::set<std::string> gating;  // criteria

    bool counts(const std::string& criterion) const { return gating.contains(criterion); }
};

// Opinions are kept with the conversation. Those that gate become scores beside the rules' (or in their place where
// both rate one criterion), with their floors and the threshold as checks; votes on both sides of a floor decide
// nothing and leave a warning. A judge that gates and gives no answer makes the conversation invalid, by the judge's
// fault or by that of the infrastructure; an advisory one leaves a warning. A conversation that is invalid stays as it
// is.
void apply(const Suite& suite, const Standing& standing, Judged judged, Conversation& conversation);

// How lifelike level 1 to 5 is: 0 to 1.
double lifelikeness(int level);

// Below `floor` the conversation is invalid by the simulator; without an answer by the judge.
void apply_realism(double floor, Judged judged, Conversation& conversation);

}  // namespace sosia::judge
