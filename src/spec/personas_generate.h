// Personas made from axes (mission A8): a covering array over their values, every combination, or a sample that meets
// stated shares.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"
#include "spec/load.h"

namespace sosia::spec {

struct Axis {
    std::string name;
    std::vector<std::string> values;
};

struct GenerateSpec {
    std::vector<Axis> axes;         // the built-in four when empty
    std::vector<MatrixRule> rules;  // keys are axis names
    MatrixSpec::Cover cover = MatrixSpec::Cover::t_way;
    int strength = 2;
    std::optional<int> sample;  // draw so many instead of covering; combinations may then repeat
    std::map<std::string, std::map<std::string, double>> weights;  // axis (or "axis, axis") -> value -> share
    std::uint64_t seed = 1;
};

struct GeneratedPersonas {
    std::vector<Axis> axes;                      // those used
    std::vector<std::vector<std::string>> rows;  // one value per axis
    std::uint64_t tuples = 0;                    // covering: feasible tuples, all of them covered
};

// style, emotion, knowledge and intent with the values the built-in user knows.
const std::vector<Axis>& builtin_axes();

struct AxesResult {
    std::optional<GenerateSpec> spec;  // absent when there is any error
    std::vector<Diagnostic> diagnostics;
};

// An axes file (schemas/axes.schema.json).
AxesResult load_axes(const std::string& path, const Environment& environment);

// Deterministic for (spec, seed). Fails when an axis is empty, a rule names an unknown axis or value, or nothing is
// left.
Result<GeneratedPersonas> generate_personas(const GenerateSpec& spec);

// Behaviour numbers that suit the traits.
Knobs knobs_for(const std::map<std::string, std::string>& traits);

// A persona file: a list with ids, names, profiles, knobs and sample lines that suit the traits.
std::string personas_yaml(const GeneratedPersonas& generated, const GenerateSpec& spec);

}  // namespace sosia::spec
