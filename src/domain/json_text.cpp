#include "domain/json_text.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>

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

// How many bytes at the beginning may stand in a JSON string as they are. Most text is plain: whole blocks are looked
// at without a branch per byte, which the compiler turns into vector instructions.
std::size_t plain_bytes(std::string_view text) {
    constexpr std::size_t block = 32;
    std::size_t at = 0;
    for (; at + block <= text.size(); at += block) {
        unsigned char found = 0;
        for (std::size_t i = 0; i < block; ++i) {
            const auto c = static_cast<unsigned char>(text[at + i]);
            const bool plain = c >= 0x20 && c != '"' && c != '\\';
            found = static_cast<unsigned char>(found | (plain ? 0 : 1));
        }
        if (found != 0) {
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
