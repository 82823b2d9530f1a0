// What a fault does to an answer. Private to the world room.
#pragma once
#include <boost/json/value.hpp>

#include "base/random.h"
#include "domain/world.h"

namespace sosia::world::detail {

// Cuts the answer's text in half, or takes members away, or changes them; which ones the fault or the seed says.
boost::json::value spoil(const boost::json::value& answer, const WorldFault& fault, bool spaced, Random random);

}  // namespace sosia::world::detail
