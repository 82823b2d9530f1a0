// The rule files that are compiled in.
#pragma once
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::user {

// The text of data/<name>.yaml.
Result<std::string_view> reader_data(std::string_view name);

// The texts of data/<name>_*.yaml, in the order of their names.
std::vector<std::string_view> reader_data_parts(std::string_view name);

}  // namespace sosia::user
