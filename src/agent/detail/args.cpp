#include "agent/detail/args.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>

#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

const json::value* present(const json::object& args, std::string_view key) {
    const json::value* value = args.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::unexpected<Error> wrong(std::string_view key, std::string_view expected, const json::value& found) {
    std::string text;
    append_json(text, found);
    return fail(ErrorKind::usage, fmt::format("agent.{} must be {}, not {}", key, expected, shorten(text, 60)));
}

bool good_header(std::string_view name, std::string_view value) {
    const bool good_name = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
    return good_name && value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string without_placeholders(std::string text) {
    for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", open)) {
        const std::size_t close = text.find("}}", open);
        text.erase(open, close == std::string::npos ? close : close + 2 - open);
    }
    return text;
}

}  // namespace

Result<std::string> text_arg(const json::object& args, std::string_view key, std::string fallback) {
    const json::value* value = present(args, key);
    if (value == nullptr) {
        return fallback;
    }
    if (const auto* text = value->if_string()) {
        return std::string(*text);
    }
    return wrong(key, "a text", *value);
}

Result<bool> bool_arg(const json::object& args, std::string_view key, bool fallback) {
    const json::value* value = present(args, key);
    if (value == nullptr) {
        return fallback;
    }
    if (const auto* flag = value->if_bool()) {
        return *flag;
    }
    return wrong(key, "true or false", *value);
}

Result<std::optional<double>> number_arg(const json::object& args, std::string_view key) {
    const json::value* value = present(args, key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_number()) {
        return value->to_number<double>();
    }
    return wrong(key, "a number", *value);
}

Result<std::string> pointer_arg(const json::object& args, std::string_view key) {
    auto pointer = text_arg(args, key);
    if (pointer && !pointer->empty() && !pointer->starts_with('/')) {
        return fail(ErrorKind::usage, fmt::format("agent.{} must be a JSON pointer, not \"{}\"", key, *pointer),
                    fmt::format("write /{}", replace_all(*pointer, ".", "/")));
    }
    return pointer;
}

Result<std::string> url_arg(const json::object& args, std::string_view key) {
    auto url = text_arg(args, key);
    if (!url) {
        return url;
    }
    const std::string plain = without_placeholders(*url);
    const std::string scheme = lower(url->substr(0, url->find("://")));
    const bool usable = (scheme == "http" || scheme == "https") && url->size() > scheme.size() + 3 &&
                        plain.find_first_of(" \t\r\n") == std::string::npos;
    if (!usable) {
        return fail(ErrorKind::usage,
                    fmt::format("agent.{} must be an http or https URL, not \"{}\"", key, shorten(*url, 80)),
                    "for example http://127.0.0.1:8080/chat");
    }
    return url;
}

Result<std::vector<std::string>> environment_arg(const json::object& args) {
    std::vector<std::string> environment;
    const json::value* value = present(args, "env");
    if (value == nullptr) {
        return environment;
    }
    if (!value->is_object()) {
        return wrong("env", "a mapping from name to text", *value);
    }
    for (const auto& [name, item] : value->get_object()) {
        std::string text;
        if (const auto* string = item.if_string()) {
            text = std::string(*string);
        } else {
            append_json(text, item);
        }
        const bool bad = name.empty() ||
                         std::string_view(name).find_first_of(std::string_view("=\0", 2)) != std::string_view::npos ||
                         text.find('\0') != std::string::npos || item.is_structured();
        if (bad) {
            return fail(ErrorKind::usage, fmt::format("agent.env.{} is no environment variable", to_valid_utf8(name)));
        }
        environment.push_back(fmt::format("{}={}", std::string_view(name), text));
    }
    return environment;
}

json::object flattened(const json::object& args, std::string_view way) {
    json::object flat = args;
    const json::value* own = args.if_contains(way);
    if (own != nullptr && own->is_object()) {
        flat.erase(way);
        for (const auto& [key, value] : own->get_object()) {
            flat[key] = value;
        }
    }
    return flat;
}

Result<net::Headers> headers_arg(const json::object& args) {
    net::Headers headers;
    const json::value* value = present(args, "headers");
    if (value == nullptr) {
        return headers;
    }
    if (!value->is_object()) {
        return wrong("headers", "a mapping from name to text", *value);
    }
    for (const auto& [name, item] : value->get_object()) {
        std::string text;
        if (const auto* string = item.if_string()) {
            text = std::string(*string);
        } else if (item.is_structured()) {
            return wrong(fmt::format("headers.{}", std::string_view(name)), "a text", item);
        } else if (!item.is_null()) {
            append_json(text, item);
        }
        if (!good_header(name, text)) {
            return fail(ErrorKind::usage, fmt::format("agent.headers.{} is no valid HTTP header", to_valid_utf8(name)));
        }
        headers.add(name, text);
    }
    return headers;
}

}  // namespace sosia::agent::detail
