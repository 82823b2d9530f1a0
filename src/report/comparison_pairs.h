// A comparison as the web application shows it: comparison_json() and, for every cell that changed, which two
// conversations to read side by side.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "analysis/compare.h"

namespace sosia::report {

// One cell and the conversation of each side that shows the change best.
struct ChangedPair {
    Cell cell;
    std::string change;  // "failing", "passing", "score"
    struct Side {
        std::uint64_t passed = 0;
        std::uint64_t n = 0;
        std::string conversation;     // "" none is known
        std::optional<double> score;  // mean over the cell's valid conversations
    };
    Side before;
    Side after;
    std::vector<std::string> checks;  // that failed in the newer conversation, or in the older one where it passes now
    bool flaky = false;
};

// Cells that fail now, then those that pass now, then those whose mean score moved by half a level or more; at most
// 500.
std::vector<ChangedPair> changed_pairs(const analysis::Outcomes& before, const analysis::Outcomes& after,
                                       const analysis::Comparison& comparison);

// schemas/output/comparison.schema.json; without the places of transcripts in a file.
boost::json::object comparison_page_json(const analysis::Comparison& comparison, const std::vector<ChangedPair>& pairs);

}  // namespace sosia::report
