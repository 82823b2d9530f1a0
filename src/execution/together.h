// Everybody else who is in a scenario's world (`together`), with places and addresses of their own.
#pragma once
#include <memory>
#include <vector>

#include "execution/worlds.h"
#include "simulation/simulate.h"

namespace sosia::execution {

struct Others {
    std::vector<std::unique_ptr<Worlds::Visit>> visits;
    std::vector<simulation::Setup> setups;  // these refer to the visits
};

// `judged` is the conversation they come beside; their ids and seeds follow from its. Empty when it is alone.
Others others_of(const Suite& suite, const simulation::Setup& judged, Worlds::Visit& visit);

// One conversation held again, outside of any run, in a world of its own with everybody who belongs there: word for
// word as `recorded`, or, without it, with users who react anew. Nothing is kept.
boost::asio::awaitable<Conversation> hold_again(Worlds& worlds, const Suite& suite, simulation::Setup setup,
                                                simulation::Surroundings around, const Conversation* recorded);

}  // namespace sosia::execution
