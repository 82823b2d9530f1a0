#include "simulation/seat_host.h"

#include "world/json_text.h"

namespace sosia::simulation {

SeatHost::SeatHost(world::Seat& seat) : seat_(seat) {
    for (const WorldTool& tool : seat.toolbox().spec().tools) {
        if (!tool.hidden) {
            offers_.push_back({tool.name, tool.description, &tool.parameters});
        }
    }
}

std::string SeatHost::call(std::string_view name, const boost::json::value& arguments) {
    const world::Answer answer = seat_.call(name, arguments);
    return world::answer_text(answer.value, seat_.toolbox().spec().spaced);
}

std::string SeatHost::answer_of(const ToolCall& call) const {
    return call.result ? world::answer_text(*call.result, seat_.toolbox().spec().spaced) : std::string{};
}

}  // namespace sosia::simulation
