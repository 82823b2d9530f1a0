// Text from outside, quoted for a prompt: it stays on its line and cannot close what it is quoted in.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace sosia::prompt {

// JSON on one line in which "<" and ">" are written as \u003c and \u003e, so that no tag of the prompt around it can be
// opened or closed from within; so are the line separators that some readers break lines at. Control characters are
// escaped by JSON itself.
std::string quoted(const boost::json::value& value);

// What a model's answer may look like around its JSON: white space, or a fence of three backquotes. The JSON itself is
// returned unchanged.
std::string_view json_part(std::string_view answer);

}  // namespace sosia::prompt
