// A conversation's place in its world, as the tool loop of an agent sees it.
#pragma once
#include <string>
#include <vector>

#include "agent/tool_host.h"
#include "world/seat.h"

namespace sosia::simulation {

class SeatHost final : public agent::ToolHost {
  public:
    // The seat outlives the host, and has its servers already.
    explicit SeatHost(world::Seat& seat);

    const std::vector<agent::ToolOffer>& offers() const override { return offers_; }
    boost::asio::awaitable<std::string> call(std::string name, boost::json::value arguments) override;
    std::string answer_of(const ToolCall& call) const override;

  private:
    world::Seat& seat_;
    std::vector<agent::ToolOffer> offers_;
};

}  // namespace sosia::simulation
