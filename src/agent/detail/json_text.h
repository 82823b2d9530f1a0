// Writing JSON straight into a string; numbers come out the way people write them ("42.5", not "4.25E1").
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace sosia::agent::detail {

void append_json_string(std::string& out, std::string_view text);
void append_json(std::string& out, const boost::json::value& value);
void append_json(std::string& out, const boost::json::object& object);

}  // namespace sosia::agent::detail
