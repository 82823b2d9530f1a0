// Tools an agent says it used, in the shapes that agents write them.
#pragma once
#include <boost/json/value.hpp>
#include <expected>
#include <string>
#include <vector>

#include "domain/conversation.h"

namespace sosia::agent::detail {

// A list whose entries are a name, or an object with name | tool | function.name, arguments | args | parameters | input
// (an object, or text that parses to one) and result | output. The error says what was wrong.
std::expected<std::vector<ToolCall>, std::string> read_tool_calls(const boost::json::value& list);
std::expected<ToolCall, std::string> read_tool_call(const boost::json::value& entry);

}  // namespace sosia::agent::detail
