// JSON as the text a tool answers with.
#pragma once
#include <boost/json/value.hpp>
#include <string>

namespace sosia::world {

// `spaced`: ", " and ": " between the parts and everything beyond ASCII escaped, as Python's json.dumps writes it;
// otherwise compact UTF-8. A number with a fraction keeps one.
std::string json_text(const boost::json::value& value, bool spaced);

// What a person or a model reads: text as it is, null as nothing, everything else as JSON.
std::string answer_text(const boost::json::value& value, bool spaced);

}  // namespace sosia::world
