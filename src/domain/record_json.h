// Conversation <-> JSON: the line format of conversations.jsonl (design section 12), also what the store keeps.
// Keys come in a fixed order, so equal conversations give equal bytes.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"
#include "domain/conversation.h"

namespace sosia {

boost::json::object to_json(const Conversation& conversation);
boost::json::object to_json(const Turn& turn);
boost::json::object to_json(const Cell& cell);
Result<Conversation> conversation_from_json(const boost::json::value& json);
Result<Turn> turn_from_json(const boost::json::value& json);

}  // namespace sosia
