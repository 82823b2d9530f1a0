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
    void spent(double usd);           // by models, or by the agent as it reported it

    // What a conversation costs, as far as anybody can tell before one is over. From then on the dearest so far counts
    // where it is more.
    void expect(double usd) { expected_usd_ = usd; }
    void began() { ++in_flight_; }
    void ended(double usd);  // and cost this much, already reported as spent

    // Where nobody can tell what one costs, the first goes alone. Whether the budget pays for one more conversation
    // beside those in flight: yes, not before one of them is over, or no. Nothing that it may not pay for is started,
    // so that what is in flight can finish.
    enum class Room { yes, wait, no };
    Room room() const;

    // Whether no new conversation may start. Notices budgets that ran out.
    bool draining();
    const std::string& reason() const { return reason_; }  // "" while nothing stops the run

    std::optional<Ending> requested() const override;

  private:
    const Clock& clock_;
    std::optional<std::int64_t> deadline_us_;
    std::optional<double> budget_usd_;
    double spent_usd_ = 0;
    double expected_usd_ = 0;
    int in_flight_ = 0;
    bool one_is_over_ = false;
    bool draining_ = false;
    bool cancelled_ = false;
    std::string reason_;
};

}  // namespace sosia::execution
