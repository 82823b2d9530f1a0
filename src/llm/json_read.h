// Reading JSON that others wrote: everything may be missing or of another type.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sosia::llm {

// Depth is bounded. The error is a sentence.
std::expected<boost::json::value, std::string> parse_json(std::string_view text, std::size_t max_depth = 64);

const boost::json::value* member(const boost::json::value& value, std::string_view name);
const boost::json::value* member(const boost::json::object& object, std::string_view name);
const boost::json::object* object_in(const boost::json::object& object, std::string_view name);
const boost::json::array* array_in(const boost::json::object& object, std::string_view name);
std::string_view text_in(const boost::json::object& object, std::string_view name);  // "" when there is none
std::int64_t count_in(const boost::json::object& object, std::string_view name);     // 0 when there is none or below
std::optional<std::int64_t> integer_in(const boost::json::object& object, std::string_view name);
std::optional<double> number_in(const boost::json::object& object, std::string_view name);
bool flag_in(const boost::json::object& object, std::string_view name);

}  // namespace sosia::llm
