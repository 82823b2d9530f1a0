#include "scoring/findings.h"

#include <algorithm>
#include <utility>

namespace sosia::scoring {

void Findings::report(std::string name, const std::vector<Finding>& found, std::string_view category) {
    CheckResult result{.name = std::move(name), .passed = found.empty(), .category = std::string(category)};
    if (!found.empty()) {
        const auto first = std::ranges::min_element(
            found, [](const Finding& a, const Finding& b) { return a.gates != b.gates ? a.gates : a.turn < b.turn; });
        result.turn = first->turn;
        result.detail = first->detail;
        result.quote = first->quote;
        result.gates = first->gates;
        const auto alike = std::ranges::count(found, first->gates, &Finding::gates);
        if (alike > 1) {
            result.detail += " (and " + std::to_string(alike - 1) + " more)";
        }
    }
    results_.push_back(std::move(result));
}

}  // namespace sosia::scoring
