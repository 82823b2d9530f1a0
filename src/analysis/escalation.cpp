#include "analysis/escalation.h"

#include <algorithm>

namespace sosia::analysis {
namespace {

bool failed(const Conversation& c, std::string_view name) {
    return std::ranges::any_of(c.checks, [&](const CheckResult& check) { return check.name == name && !check.passed; });
}

}  // namespace

void EscalationCounter::add(const Conversation& c, const EdgeCase* edge_case) {
    const bool demanded = c.metrics.human_demanded_at != 0;
    const bool handed_over = c.metrics.handed_over_at != 0 || c.ended == Ending::user_handed_over;
    counts_.demanded += demanded ? 1 : 0;
    counts_.handed_over += demanded && handed_over ? 1 : 0;
    counts_.too_early += failed(c, "escalation.early") ? 1 : 0;
    counts_.too_late += failed(c, "escalation.late") ? 1 : 0;
    counts_.without_context += failed(c, "escalation.context") ? 1 : 0;
    if (c.outcome == Outcome::invalid) {
        return;
    }
    const std::optional<bool> expected = edge_case == nullptr ? std::nullopt : edge_case->expect.escalated;
    if (demanded || expected.value_or(false)) {
        const bool missed = failed(c, "escalation.late") || (expected.value_or(false) && !handed_over);
        needed_.add(missed ? Outcome::failed : Outcome::passed);
    } else {
        const bool too_soon = failed(c, "escalation.early") || (expected.has_value() && handed_over);
        not_needed_.add(too_soon ? Outcome::failed : Outcome::passed);
    }
}

EscalationStats EscalationCounter::stats() const {
    EscalationStats stats = counts_;
    stats.when_needed = rate_of(needed_);
    stats.when_not_needed = rate_of(not_needed_);
    return stats;
}

}  // namespace sosia::analysis
