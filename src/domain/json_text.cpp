#include "domain/json_text.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <cstring>

namespace sosia {
namespace {

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), end);
}

void append_double(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    const std::size_t before = out.size();
    append_number(out, number);
    if (out.find_first_of(".e", before) == std::string::npos) {
        out += ".0";  // stays a floating-point number for the reader
    }
}

void append_escape(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
    }
}

bool needs_escape(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// Whether any of eight bytes needs an escape: the usual tricks for "less than" and "equal" in all bytes of a word.
bool any_needs_escape(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = ones << 7;
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    const std::uint64_t below_space = (word - ones * 0x20) & ~word;
    const std::uint64_t is_quote = (quote - ones) & ~quote;
    const std::uint64_t is_backslash = (backslash - ones) & ~backslash;
    return ((below_space | is_quote | is_backslash) & tops) != 0;
}

// How many bytes at the beginning may stand in a JSON string as they are.
std::size_t plain_bytes(std::string_view text) {
    std::size_t at = 0;
    std::uint64_t word = 0;
    for (; at + sizeof(word) <= text.size(); at += sizeof(word)) {
        std::memcpy(&word, text.data() + at, sizeof(word));
        if (any_needs_escape(word)) {
            break;
        }
    }
    while (at < text.size() && !needs_escape(text[at])) {
        ++at;
    }
    return at;
}

void append_array(std::string& out, const boost::json::array& array) {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i != 0) {
            out += ',';
        }
        append_json(out, array[i]);
    }
    out += ']';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (true) {
        const std::size_t plain = plain_bytes(text);
        out += text.substr(0, plain);
        if (plain == text.size()) {
            break;
        }
        append_escape(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out += '"';
}

void append_json(std::string& out, std::string_view text) {
    append_json_string(out, text);
}

void append_json(std::string& out, double number) {
    append_double(out, number);
}

void append_json(std::string& out, std::int64_t number) {
    append_number(out, number);
}

void append_json(std::string& out, const boost::json::object& object) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : object) {
        if (!first) {
            out += ',';
        }
        first = false;
        append_json_string(out, key);
        out += ':';
        append_json(out, value);
    }
    out += '}';
}

void append_json(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            out += "null";
            break;
        case boost::json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            break;
        case boost::json::kind::int64:
            append_number(out, value.get_int64());
            break;
        case boost::json::kind::uint64:
            append_number(out, value.get_uint64());
            break;
        case boost::json::kind::double_:
            append_double(out, value.get_double());
            break;
        case boost::json::kind::string:
            append_json_string(out, value.get_string());
            break;
        case boost::json::kind::array:
            append_array(out, value.get_array());
            break;
        case boost::json::kind::object:
            append_json(out, value.get_object());
            break;
    }
}

std::string json_text(const boost::json::value& value) {
    std::string out;
    append_json(out, value);
    return out;
}

std::string& JsonObject::member(std::string_view name) {
    if (!first_) {
        out_ += ',';
    }
    first_ = false;
    append_json_string(out_, name);
    out_ += ':';
    return out_;
}

}  // namespace sosia
