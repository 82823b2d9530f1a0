#include "llm/json_read.h"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace sosia::llm {

namespace json = boost::json;

std::expected<json::value, std::string> parse_json(std::string_view text, std::size_t max_depth) {
    json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error, {}, options);
    if (error) {
        return std::unexpected("no readable JSON (" + error.message() + ")");
    }
    return value;
}

const json::value* member(const json::object& object, std::string_view name) {
    return object.if_contains({name.data(), name.size()});
}

const json::value* member(const json::value& value, std::string_view name) {
    const json::object* object = value.if_object();
    return object == nullptr ? nullptr : member(*object, name);
}

const json::object* object_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    return value == nullptr ? nullptr : value->if_array();
}

std::string_view text_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    const json::string* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

std::optional<double> number_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    if (value == nullptr || !value->is_number()) {
        return std::nullopt;
    }
    return value->to_number<double>();
}

std::optional<std::int64_t> integer_in(const json::object& object, std::string_view name) {
    constexpr double most = 9e15;
    const std::optional<double> number = number_in(object, name);
    if (!number || !(*number >= -most && *number <= most)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

std::int64_t count_in(const json::object& object, std::string_view name) {
    return std::max<std::int64_t>(0, integer_in(object, name).value_or(0));
}

bool flag_in(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace sosia::llm
