#include "simulation/seat_host.h"

#include <utility>

#include "world/json_text.h"

namespace sosia::simulation {

SeatHost::SeatHost(world::Seat& seat) : seat_(seat) {
    for (const WorldTool* tool : seat.offered()) {
        offers_.push_back({tool->name, tool->description, &tool->parameters});
    }
}

boost::asio::awaitable<std::string> SeatHost::call(std::string name, boost::json::value arguments) {
    const world::Answer answer = co_await seat_.serve(std::move(name), std::move(arguments));
    co_return world::answer_text(answer.value, seat_.toolbox().spec().spaced);
}

std::string SeatHost::answer_of(const ToolCall& call) const {
    return call.result ? world::answer_text(*call.result, seat_.toolbox().spec().spaced) : std::string{};
}

}  // namespace sosia::simulation
