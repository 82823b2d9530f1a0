// Ids by prefix, and the errors both stores share. Room-internal.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::storage {

// The one id that `prefix` means, given those that start with it (in order of preference for the message).
// An id that equals the prefix wins over longer ones.
Result<std::string> only_match(std::string_view what, std::string_view prefix, const std::vector<std::string>& matches);

// A text greater than everything that starts with `prefix` (0xff occurs in no UTF-8 text).
std::string after_prefix(std::string_view prefix);

std::unexpected<Error> no_such_run(std::string_view id);
std::unexpected<Error> no_runs_yet();
std::unexpected<Error> run_exists(std::string_view id);

}  // namespace sosia::storage
