// Identifier-like strings in a text.
#pragma once
#include <string_view>
#include <vector>

#include "user/reader.h"

namespace sosia::user {

// In text order, without overlaps.
std::vector<Entity> find_entities(std::string_view text);

}  // namespace sosia::user
