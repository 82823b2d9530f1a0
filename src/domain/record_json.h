// Conversation <-> JSON: the line format of conversations.jsonl (design section 12), also what the store keeps.
// Keys come in a fixed order, so equal conversations give equal bytes.
#pragma once
#include <boost/json/value.hpp>
#include <string>

#include "base/error.h"
#include "domain/conversation.h"

namespace sosia {

void append_json(std::string& out, const Conversation& conversation);
void append_json(std::string& out, const Turn& turn);
std::string json_text(const Conversation& conversation);
boost::json::value to_json(const Conversation& conversation);  // for those who look things up in it
Result<Conversation> conversation_from_json(const boost::json::value& json);
Result<Turn> turn_from_json(const boost::json::value& json);

}  // namespace sosia
