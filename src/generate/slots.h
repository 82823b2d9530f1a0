// What is to be made, decided before any model is asked: the covering array deals out traits, the model only words
// them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "spec/personas_generate.h"

namespace sosia::generate {

struct Slot {
    int number = 0;                             // 1-based
    std::map<std::string, std::string> traits;  // personas: axis -> value. Scenarios: difficulty, edge, probe;
                                                // variants: family
};

inline constexpr int most_slots = 500;

// One slot for each combination of `spec`; the first `most` of them (0: all).
Result<std::vector<Slot>> persona_slots(const spec::GenerateSpec& spec, int most);

// `count` slots that deal out difficulty, kind of edge case and failure category, pairs first.
Result<std::vector<Slot>> scenario_slots(int count, std::uint64_t seed);

// The axes of scenarios and their values.
const std::vector<spec::Axis>& scenario_axes();

}  // namespace sosia::generate
