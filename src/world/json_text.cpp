#include "world/json_text.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "domain/json_text.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

// The code point that starts at text[at]; moves `at` behind it. The text is valid UTF-8: it came from a parser.
std::uint32_t take_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t first = byte(at);
    const std::size_t length = first < 0x80U ? 1 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
    if (length == 1 || at + length > text.size()) {
        ++at;
        return first;
    }
    std::uint32_t out = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        out = (out << 6U) | (byte(at + i) & 0x3FU);
    }
    at += length;
    return out;
}

void append_escape(std::string& out, std::uint32_t unit) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

void append_character(std::string& out, std::uint32_t code) {
    static constexpr std::string_view plain = "\b\f\n\r\t\"\\";
    static constexpr std::string_view letters = "bfnrt\"\\";
    const std::size_t named = code < 0x80U ? plain.find(static_cast<char>(code)) : std::string_view::npos;
    if (named != std::string_view::npos) {
        out += '\\';
        out += letters[named];
    } else if (code >= 0x20U && code < 0x7FU) {
        out += static_cast<char>(code);
    } else if (code < 0x10000U) {
        append_escape(out, code);
    } else {
        append_escape(out, 0xD800U + ((code - 0x10000U) >> 10U));
        append_escape(out, 0xDC00U + ((code - 0x10000U) & 0x3FFU));
    }
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        append_character(out, take_code_point(text, at));
    }
    out += '"';
}

void append(std::string& out, const json::value& value) {
    if (const json::object* object = value.if_object()) {
        out += '{';
        std::string_view separator;
        for (const auto& [key, member] : *object) {
            out += separator;
            separator = ", ";
            append_string(out, {key.data(), key.size()});
            out += ": ";
            append(out, member);
        }
        out += '}';
    } else if (const json::array* array = value.if_array()) {
        out += '[';
        std::string_view separator;
        for (const json::value& item : *array) {
            out += separator;
            separator = ", ";
            append(out, item);
        }
        out += ']';
    } else if (const json::string* text = value.if_string()) {
        append_string(out, {text->data(), text->size()});
    } else {
        out += sosia::json_text(value);
    }
}

}  // namespace

std::string json_text(const json::value& value, bool spaced) {
    if (!spaced) {
        return sosia::json_text(value);
    }
    std::string out;
    append(out, value);
    return out;
}

std::string answer_text(const json::value& value, bool spaced) {
    if (const json::string* text = value.if_string()) {
        return {text->data(), text->size()};
    }
    return value.is_null() ? std::string() : json_text(value, spaced);
}

}  // namespace sosia::world
