// Files that users name on the command line.
#pragma once
#include <boost/json/value.hpp>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace sosia::cli {

// The whole file. An error says why there is none: not there, a folder, not readable.
Result<std::string> read_text_file(const std::filesystem::path& path);

// The same as JSON. An error says in which line it stops being JSON, or that its end is missing.
Result<boost::json::value> read_json_file(const std::filesystem::path& path);

}  // namespace sosia::cli
