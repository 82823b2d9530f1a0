// What a cell belongs to: persona and its traits, scenario, category, edge case, adversary and its family, tags.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "domain/suite.h"

namespace sosia::analysis {

using Memberships = std::vector<std::pair<std::string, std::string>>;  // dimension, value

// Parts the suite does not know (any more) give only their ids.
Memberships memberships_of(const Suite& suite, const Cell& cell);

// "scenario" or "scenario/edge_case"
std::string intent_of(const Cell& cell);

}  // namespace sosia::analysis
