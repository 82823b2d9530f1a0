// What the agent just said, read by a model where the suite wants that.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "simulation/talk.h"

namespace sosia::simulation {

// Adds the model's reading to the newest turn, the agent's; false when that ended the conversation. Without a reader,
// or where it was read before, nothing happens.
boost::asio::awaitable<bool> read_newest_turn(Talk& talk);

}  // namespace sosia::simulation
