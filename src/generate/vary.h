// Adversarial variants of a scenario from data alone: one for each family of adversaries, with that family's edge
// cases.
#pragma once
#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <vector>

#include "domain/adversary.h"
#include "generate/draft.h"

namespace sosia::generate {

// The scenario as every variant of it begins: without its own edge cases and marks, for one family's adversaries.
// Context, world, ground truth and expectation stay what they are, for they are what is so.
boost::json::object variant_of(const boost::json::object& scenario, AdversaryFamily family);

// One draft for each family, with the ready edge cases of that family.
std::vector<Draft> variants_from_data(const boost::json::object& scenario, std::span<const AdversaryFamily> families);

}  // namespace sosia::generate
