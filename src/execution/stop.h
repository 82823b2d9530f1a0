// When to stop: asked by the user (twice means now), or because a budget is spent. The first reason is kept.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/suite.h"
#include "simulation/simulate.h"

namespace sosia::execution {

class StopSwitch final : public simulation::Stop {
  public:
    // Budgets count from now on.
    StopSwitch(const Limits& limits, const Clock& clock);

    void drain(std::string reason);   // no new conversations; those in flight finish
    void cancel(std::string reason);  // those in flight end before their next request
    void spent(double usd);           // what the agent reported

    // Whether no new conversation may start. Notices budgets that ran out.
    bool draining();
    const std::string& reason() const { return reason_; }  // "" while nothing stops the run

    std::optional<Ending> requested() const override;

  private:
    const Clock& clock_;
    std::optional<std::int64_t> deadline_us_;
    std::optional<double> budget_usd_;
    double spent_usd_ = 0;
    bool draining_ = false;
    bool cancelled_ = false;
    std::string reason_;
};

}  // namespace sosia::execution
