#include "execution/stop.h"

#include <utility>

namespace sosia::execution {

StopSwitch::StopSwitch(const Limits& limits, const Clock& clock) : clock_(clock), budget_usd_(limits.budget_usd) {
    if (limits.budget_minutes) {
        deadline_us_ = clock.steady_us() + static_cast<std::int64_t>(*limits.budget_minutes * 60e6);
    }
}

void StopSwitch::drain(std::string reason) {
    if (!draining_) {
        reason_ = std::move(reason);
    }
    draining_ = true;
}

void StopSwitch::cancel(std::string reason) {
    drain(std::move(reason));
    cancelled_ = true;
}

void StopSwitch::spent(double usd) {
    spent_usd_ += usd;
}

bool StopSwitch::draining() {
    if (!draining_ && deadline_us_ && clock_.steady_us() >= *deadline_us_) {
        drain("time budget spent");
    }
    if (!draining_ && budget_usd_ && spent_usd_ >= *budget_usd_) {
        drain("money budget spent");
    }
    return draining_;
}

std::optional<Ending> StopSwitch::requested() const {
    return cancelled_ ? std::optional(Ending::cancelled) : std::nullopt;
}

}  // namespace sosia::execution
