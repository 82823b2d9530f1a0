// Names that nobody can guess, for addresses that are their own password. Not for anything that a run's results depend
// on: those numbers come from base/random.h.
#pragma once
#include <string>

namespace sosia::net {

// 32 hex digits, 128 bits from the system's entropy.
std::string random_key();

}  // namespace sosia::net
