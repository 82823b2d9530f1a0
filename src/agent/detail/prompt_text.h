// `prompt:` as users write it: the text itself, or a file that holds it.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"

namespace sosia::agent::detail {

// One line that names a file of the suite's folder, or looks like a file's name, is a file; everything else is the
// prompt. Errors: empty, unreadable, longer than 1 MB, not UTF-8.
Result<std::string> prompt_text(std::string_view written, const std::string& directory);

}  // namespace sosia::agent::detail
