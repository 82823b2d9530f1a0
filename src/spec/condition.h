// The conditions of tactics and pivots ("agent refuses, !goal met"): their spelling. What they mean is the user's
// policy.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "spec/fields.h"

namespace sosia::spec {

// Reports each condition under `key` that no policy understands.
void check_condition(const Fields& fields, std::string_view key);

// The conditions that stand alone; "said <phrase>" and "fact <name> told" come beside them.
const std::vector<std::string>& plain_conditions();

// "hand-over" -> "handover"; what a correct agent does with a message.
std::string bind_reaction(std::string_view text);

}  // namespace sosia::spec
