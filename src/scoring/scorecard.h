// The scorecard applied: which checks count, how criteria are weighed, which floors and thresholds hold.
#pragma once
#include "domain/suite.h"

namespace sosia::scoring {

// "off" removes a check, "warn" keeps it from failing the conversation; the longest matching name or prefix ("tools")
// decides.
void apply_settings(const Scorecard& card, std::vector<CheckResult>& checks);

// Keeps the scorecard's criteria, gives them their weights, fills metrics.score and adds the checks `criterion.<name>`
// for floors and `score` for the threshold.
void weigh(const Scorecard& card, Conversation& conversation);

}  // namespace sosia::scoring
