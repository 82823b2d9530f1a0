// How much a change deserves: from the paths it touches to a level of simulation.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::cli {

enum class CiLevel {
    nothing,       // cannot change a conversation
    affected,      // only the scenarios or personas that changed
    full,          // the whole matrix against the baseline
    new_baseline,  // the whole matrix, and what came out is the new baseline
};
std::string_view to_string(CiLevel level);

struct CiRule {
    std::vector<std::string> paths;  // shell patterns; "*" also matches "/"
    CiLevel level = CiLevel::full;
};

// [{"paths": ["docs/*", "*.md"], "level": "nothing"}, ...]: the first rule that matches a path decides it.
Result<std::vector<CiRule>> ci_rules_from_text(const std::string& text);

struct CiDecision {
    CiLevel level = CiLevel::nothing;
    std::vector<std::string> scenarios;  // affected: these ...
    std::vector<std::string> personas;   // ... or these
    std::vector<std::string> reasons;    // "scenarios/refund.yaml: affected (scenario refund)"
};

// The highest level of any path. Without a rule that matches: files of scenarios and personas are `affected`, the rest
// of the suite (sosia.yaml, scorecard, adversaries) is `new_baseline`, *.md is `nothing`, everything else `full`.
CiDecision ci_level(const Suite& suite, const std::vector<CiRule>& rules, const std::vector<std::string>& changed);

}  // namespace sosia::cli
