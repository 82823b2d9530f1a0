// Values with {{placeholders}}: what tools answer, store and look for.
#pragma once
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string_view>

namespace sosia::world {

// What a placeholder's name ("order_id", "document.status", "next.order") stands for; nothing: there is no such thing.
using Names = std::function<std::optional<boost::json::value>(std::string_view name)>;

// Text that is one placeholder becomes its value, whatever type it has; placeholders within text become text. What
// stands for nothing becomes null or "". Members and items are filled one by one.
boost::json::value fill(const boost::json::value& written, const Names& names);

}  // namespace sosia::world
