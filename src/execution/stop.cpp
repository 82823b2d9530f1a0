#include "execution/stop.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

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

void StopSwitch::ended(double usd) {
    --in_flight_;
    one_is_over_ = true;
    expected_usd_ = std::max(expected_usd_, usd);
}

StopSwitch::Room StopSwitch::room() const {
    const bool nobody_knows = expected_usd_ <= 0 && !one_is_over_;
    if (budget_usd_ && nobody_knows && in_flight_ > 0) {
        return Room::wait;
    }
    if (!budget_usd_ || spent_usd_ + (in_flight_ + 1) * expected_usd_ <= *budget_usd_) {
        return Room::yes;
    }
    return in_flight_ > 0 ? Room::wait : Room::no;
}

bool StopSwitch::draining() {
    if (!draining_ && deadline_us_ && clock_.steady_us() >= *deadline_us_) {
        drain("time budget spent");
    }
    if (!draining_ && budget_usd_ && spent_usd_ >= *budget_usd_) {
        drain("money budget spent");
    }
    if (!draining_ && room() == Room::no) {
        drain(
            fmt::format("money budget spent: a further conversation may cost {:.4f} USD, and {:.4f} of {:.4f} is left",
                        expected_usd_, *budget_usd_ - spent_usd_, *budget_usd_));
    }
    return draining_;
}

std::optional<Ending> StopSwitch::requested() const {
    return cancelled_ ? std::optional(Ending::cancelled) : std::nullopt;
}

}  // namespace sosia::execution
