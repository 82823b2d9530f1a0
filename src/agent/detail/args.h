// Reading the `agent:` mapping: every mistake is a usage error that names the key.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace sosia::agent::detail {

// The text under `key`, or `fallback` when the key is absent or null.
Result<std::string> text_arg(const boost::json::object& args, std::string_view key, std::string fallback = {});
Result<bool> bool_arg(const boost::json::object& args, std::string_view key, bool fallback);
Result<std::optional<double>> number_arg(const boost::json::object& args, std::string_view key);
// A JSON pointer ("/a/0/b"); "" when absent.
Result<std::string> pointer_arg(const boost::json::object& args, std::string_view key);
// http:// or https:// with a host.
Result<std::string> url_arg(const boost::json::object& args, std::string_view key);
// The mapping under `headers`; numbers and booleans become text.
Result<net::Headers> headers_arg(const boost::json::object& args);

}  // namespace sosia::agent::detail
