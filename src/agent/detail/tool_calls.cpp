#include "agent/detail/tool_calls.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <span>
#include <string_view>

#include "agent/detail/excerpt.h"
#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_calls = 1000;

const json::value* first_of(const json::object& object, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        if (const json::value* value = object.if_contains(name)) {
            return value;
        }
    }
    return nullptr;
}

std::string name_of(const json::object& call) {
    constexpr std::array<std::string_view, 2> names = {"name", "tool"};
    const json::value* name = first_of(call, names);
    if (name == nullptr || !name->is_string()) {
        const json::value* function = call.if_contains("function");
        if (function != nullptr && function->is_object()) {
            name = function->get_object().if_contains("name");
        } else {
            name = function;
        }
    }
    return name != nullptr && name->is_string() ? std::string(trim(name->get_string())) : std::string{};
}

const json::value* arguments_of(const json::object& call) {
    constexpr std::array<std::string_view, 4> names = {"arguments", "args", "parameters", "input"};
    const json::value* arguments = first_of(call, names);
    const json::value* function = call.if_contains("function");
    if (arguments == nullptr && function != nullptr && function->is_object()) {
        arguments = first_of(function->get_object(), names);
    }
    return arguments;
}

// Model APIs send arguments as text that holds JSON.
json::value unpacked(const json::value& arguments) {
    const auto* text = arguments.if_string();
    if (text == nullptr) {
        return arguments;
    }
    boost::system::error_code error;
    json::value parsed = json::parse(*text, error);
    return !error && parsed.is_object() ? parsed : arguments;
}

std::string shown(const json::value& value) {
    std::string text;
    append_json(text, value);
    return excerpt(text);
}

}  // namespace

std::expected<ToolCall, std::string> read_tool_call(const json::value& entry) {
    ToolCall call;
    if (const auto* name = entry.if_string()) {
        call.name = std::string(trim(*name));
    } else if (const auto* object = entry.if_object()) {
        call.name = name_of(*object);
        const json::value* arguments = arguments_of(*object);
        if (arguments != nullptr && !arguments->is_null()) {
            call.arguments = unpacked(*arguments);
        }
        constexpr std::array<std::string_view, 2> results = {"result", "output"};
        if (const json::value* result = first_of(*object, results)) {
            call.result = *result;
        }
    }
    if (call.name.empty()) {
        return std::unexpected(fmt::format("a tool must be a name or an object with a name, not {}", shown(entry)));
    }
    return call;
}

std::expected<std::vector<ToolCall>, std::string> read_tool_calls(const json::value& list) {
    std::vector<ToolCall> calls;
    if (list.is_null()) {
        return calls;
    }
    const auto* entries = list.if_array();
    if (entries == nullptr) {
        return std::unexpected(fmt::format("tools must be a list, not {}", shown(list)));
    }
    if (entries->size() > most_calls) {
        return std::unexpected(
            fmt::format("{} tools in one turn; at most {} are accepted", entries->size(), most_calls));
    }
    for (const json::value& entry : *entries) {
        auto call = read_tool_call(entry);
        if (!call) {
            return std::unexpected(std::move(call.error()));
        }
        calls.push_back(std::move(*call));
    }
    return calls;
}

}  // namespace sosia::agent::detail
