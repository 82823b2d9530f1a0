#include <algorithm>
#include <array>

#include "analysis/summary.h"

namespace sosia::analysis {
namespace {

// Checks that mostly fail because of something else, from the most to the least telling.
constexpr std::array<std::string_view, 9> consequences{"tools.arguments", "tools.required", "tools.order", "say.required", "resolution",
                                                       "turns",           "ending",         "score",       "criterion"};

int rank(const CheckResult& check) {
    // Deaf to demands for a person, or going in circles: the questions repeated meanwhile are part of that.
    if (check.name == "escalation.late" || check.name == "loop") {
        return -1;
    }
    for (std::size_t i = 0; i < consequences.size(); ++i) {
        if (check.name == consequences[i] || check.name.starts_with(std::string(consequences[i]) + ".")) {
            return static_cast<int>(i) + 1;
        }
    }
    return 0;
}

}  // namespace

const CheckResult* root_cause(const Conversation& conversation) {
    const CheckResult* best = nullptr;
    const auto better = [](const CheckResult& a, const CheckResult& b) {
        const int ra = rank(a);
        const int rb = rank(b);
        return ra != rb ? ra < rb : a.turn < b.turn;
    };
    for (const CheckResult& check : conversation.checks) {
        if (!check.passed && check.gates && (best == nullptr || better(check, *best))) {
            best = &check;
        }
    }
    return best;
}

}  // namespace sosia::analysis
