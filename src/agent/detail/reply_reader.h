// The bytes of a 2xx answer to a Reply, or a sentence that says why they are none.
#pragma once
#include <boost/json/value.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "agent/agent.h"

namespace sosia::agent::detail {

// Where things are in the answer, as JSON pointers. An empty pointer means: the usual places.
struct ReplyShape {
    std::string text;
    std::string tools;
    std::string ended;
    std::string metadata;
};

// Bounded parse: depth 64. The error is a sentence with an excerpt.
std::expected<boost::json::value, std::string> parse_json(std::string_view body);

std::expected<Reply, std::string> read_reply(const ReplyShape& shape, std::string_view body);
std::expected<Reply, std::string> read_reply(const ReplyShape& shape, const boost::json::value& root,
                                             std::string_view body);

// Metadata is kept with every turn, so it is bounded: what is larger becomes {"dropped_bytes": n}.
boost::json::object bounded_metadata(const boost::json::object& metadata);

// The value at an RFC 6901 pointer, or nullptr.
const boost::json::value* at_pointer(const boost::json::value& root, std::string_view pointer);

}  // namespace sosia::agent::detail
