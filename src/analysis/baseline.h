// A baseline as text: a small file for the repository, one line a cell, so that a review shows what changed.
#pragma once
#include <string>
#include <string_view>

#include "analysis/outcomes.h"

namespace sosia::analysis {

// JSON; equal outcomes give equal bytes. Conversation ids are left out.
std::string baseline_text(const Outcomes& outcomes);

// ErrorKind::malformed says where and what.
Result<Outcomes> baseline_from_text(std::string_view text);

}  // namespace sosia::analysis
