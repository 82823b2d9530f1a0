#include "agent/detail/reply_reader.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/parse_options.hpp>
#include <span>
#include <utility>

#include "agent/detail/excerpt.h"
#include "agent/detail/tool_calls.h"
#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_metadata_bytes = 16 << 10;
constexpr std::array<std::string_view, 8> usual_texts = {
    "/message", "/reply", "/response", "/answer", "/text", "/content", "/output", "/choices/0/message/content"};
constexpr std::array<std::string_view, 3> usual_tools = {"/tools", "/tool_calls", "/choices/0/message/tool_calls"};
constexpr std::array<std::string_view, 1> usual_ended = {"/ended"};
constexpr std::array<std::string_view, 1> usual_metadata = {"/metadata"};

struct Found {
    std::string_view pointer;
    const json::value* value = nullptr;
};

Found find(const json::value& root, const std::string& configured, std::span<const std::string_view> usual) {
    if (!configured.empty()) {
        return {configured, at_pointer(root, configured)};
    }
    for (const std::string_view pointer : usual) {
        if (const json::value* value = at_pointer(root, pointer)) {
            return {pointer, value};
        }
    }
    return {usual.front(), nullptr};
}

std::string_view kind_name(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "a boolean";
        case json::kind::string:
            return "a text";
        case json::kind::array:
            return "a list";
        case json::kind::object:
            return "an object";
        default:
            return "a number";
    }
}

// A text one level below the place that was looked at is the likely intent.
std::string hint_below(const Found& found) {
    if (found.value != nullptr && found.value->is_object()) {
        for (const auto& [key, value] : found.value->get_object()) {
            if (value.is_string()) {
                return fmt::format(" (there is a text at {0}/{1}: set `reply: {0}/{1}`)", found.pointer,
                                   std::string_view(key));
            }
        }
    }
    return {};
}

std::expected<std::string, std::string> read_text(const ReplyShape& shape, const json::value& root,
                                                  std::string_view body) {
    const Found found = find(root, shape.text, usual_texts);
    if (found.value == nullptr && !shape.text.empty()) {
        return std::unexpected(fmt::format("there is nothing at {} in {}", shape.text, excerpt(body)));
    }
    if (found.value == nullptr) {
        return std::unexpected(
            fmt::format("no text at /message nor at another usual place (/reply, /response, /answer, /text, /content, "
                        "/output, /choices/0/message/content) in {}; set `reply:` to its JSON pointer",
                        excerpt(body)));
    }
    if (!found.value->is_string()) {
        return std::unexpected(fmt::format("{} must be a text but is {}{} in {}", found.pointer,
                                           kind_name(*found.value), hint_below(found), excerpt(body)));
    }
    const std::string_view text = found.value->get_string();
    if (trim(text).empty()) {
        return std::unexpected(fmt::format("{} is empty in {}", found.pointer, excerpt(body)));
    }
    return std::string(text);
}

std::expected<bool, std::string> read_ended(const ReplyShape& shape, const json::value& root, std::string_view body) {
    const Found found = find(root, shape.ended, usual_ended);
    if (found.value == nullptr || found.value->is_null()) {
        return false;
    }
    if (!found.value->is_bool()) {
        return std::unexpected(fmt::format("{} must be true or false but is {} in {}", found.pointer,
                                           kind_name(*found.value), excerpt(body)));
    }
    return found.value->get_bool();
}

// A key between two slashes: ~1 is a slash, ~0 a tilde.
std::string unescaped(std::string_view token) {
    return replace_all(replace_all(std::string(token), "~1", "/"), "~0", "~");
}

bool looks_like_html(std::string_view body) {
    return trim(body).starts_with('<');
}

}  // namespace

const json::value* at_pointer(const json::value& root, std::string_view pointer) {
    const json::value* value = &root;
    while (!pointer.empty() && value != nullptr) {
        pointer.remove_prefix(1);
        const std::string token = unescaped(pointer.substr(0, pointer.find('/')));
        pointer.remove_prefix(std::min(pointer.find('/'), pointer.size()));
        if (const auto* object = value->if_object()) {
            value = object->if_contains(token);
        } else if (const auto* array = value->if_array()) {
            const bool index =
                !token.empty() && token.size() < 9 && token.find_first_not_of("0123456789") == std::string::npos;
            value = index ? array->if_contains(std::stoul(token)) : nullptr;
        } else {
            value = nullptr;
        }
    }
    return value;
}

std::expected<json::value, std::string> parse_json(std::string_view body) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (body.starts_with(byte_order_mark)) {
        body.remove_prefix(byte_order_mark.size());
    }
    if (trim(body).empty()) {
        return std::unexpected(std::string("the body is empty; expected a JSON object with a message"));
    }
    json::parse_options options;
    options.max_depth = 64;
    boost::system::error_code error;
    json::value value = json::parse(body, error, {}, options);
    if (!error) {
        return value;
    }
    if (!is_valid_utf8(body)) {
        return std::unexpected(fmt::format("the body is not valid UTF-8: {}", excerpt(body)));
    }
    if (looks_like_html(body)) {
        return std::unexpected(fmt::format("the body is an HTML or XML page, not JSON: {}", excerpt(body)));
    }
    return std::unexpected(fmt::format("the body is not JSON ({}): {}", error.message(), excerpt(body)));
}

json::object bounded_metadata(const json::object& metadata) {
    std::string text;
    append_json(text, metadata);
    if (text.size() <= most_metadata_bytes) {
        return metadata;
    }
    return json::object{{"dropped_bytes", text.size()}};
}

std::expected<Reply, std::string> read_reply(const ReplyShape& shape, const json::value& root, std::string_view body) {
    Reply reply;
    auto text = read_text(shape, root, body);
    if (!text) {
        return std::unexpected(std::move(text.error()));
    }
    reply.text = std::move(*text);
    if (const Found tools = find(root, shape.tools, usual_tools); tools.value != nullptr) {
        auto calls = read_tool_calls(*tools.value);
        if (!calls) {
            return std::unexpected(fmt::format("{}: {}", tools.pointer, calls.error()));
        }
        reply.tools = std::move(*calls);
    }
    const auto ended = read_ended(shape, root, body);
    if (!ended) {
        return std::unexpected(ended.error());
    }
    reply.ended = *ended;
    const Found metadata = find(root, shape.metadata, usual_metadata);
    if (metadata.value != nullptr && metadata.value->is_object()) {
        reply.metadata = bounded_metadata(metadata.value->get_object());
    }
    return reply;
}

std::expected<Reply, std::string> read_reply(const ReplyShape& shape, std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return std::unexpected(root.error());
    }
    return read_reply(shape, *root, body);
}

}  // namespace sosia::agent::detail
