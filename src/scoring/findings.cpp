#include "scoring/findings.h"

#include <algorithm>
#include <utility>

namespace sosia::scoring {

void Findings::report(std::string name, const std::vector<Finding>& found, std::string_view category) {
    CheckResult result{.name = std::move(name), .passed = found.empty(), .category = std::string(category)};
    if (!found.empty()) {
        const auto first = std::ranges::min_element(found, {}, &Finding::turn);
        result.turn = first->turn;
        result.detail = first->detail;
        result.quote = first->quote;
        if (found.size() > 1) {
            result.detail += " (and " + std::to_string(found.size() - 1) + " more)";
        }
    }
    results_.push_back(std::move(result));
}

}  // namespace sosia::scoring
