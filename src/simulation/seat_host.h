// A conversation's place in its world, as the tool loop of an agent sees it.
#pragma once
#include <string>
#include <vector>

#include "agent/tool_host.h"
#include "world/seat.h"

namespace sosia::simulation {

class SeatHost final : public agent::ToolHost {
  public:
    // The seat outlives the host.
    explicit SeatHost(world::Seat& seat);

    const std::vector<agent::ToolOffer>& offers() const override { return offers_; }
    std::string call(std::string_view name, const boost::json::value& arguments) override;
    std::string answer_of(const ToolCall& call) const override;

  private:
    world::Seat& seat_;
    std::vector<agent::ToolOffer> offers_;
};

}  // namespace sosia::simulation
