// How much of the axes a set of personas and scenarios covers, and what is missing: the suite as it is, and with
// drafts.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "domain/adversary.h"
#include "domain/persona.h"
#include "domain/scenario.h"
#include "spec/personas_generate.h"

namespace sosia::generate {

struct Parts {
    std::vector<Persona> personas;
    std::vector<Scenario> scenarios;
    std::vector<Adversary> adversaries;
};

struct AxisLine {
    std::string name;  // "emotion", "pairs of persona axes", "edge case kind", "adversary family", ...
    std::size_t values = 0;
    std::size_t before = 0;            // covered by the suite as it is
    std::size_t after = 0;             // and with the drafts
    std::vector<std::string> missing;  // after; at most `most_missing` of them
};

inline constexpr std::size_t most_missing = 8;

// One line for each axis of personas (`axes`, the built-in four when empty), their pairs, and of scenarios: difficulty,
// kinds of edge cases, failure categories, adversary families that a scenario of the suite can meet.
std::vector<AxisLine> axes_covered(const Parts& suite, const Parts& drafts, const std::vector<spec::Axis>& axes);

// As a table, one line each.
std::string to_text(std::span<const AxisLine> lines);

}  // namespace sosia::generate
