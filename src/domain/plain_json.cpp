#include "domain/plain_json.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <string_view>

namespace sosia {
namespace {

bool is_number_byte(char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'E' || c == 'e';
}

// One past the closing quote of the string that opens at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return text.size();
}

void append_number(std::string_view written, std::string& out) {
    double value = 0;
    const bool has_exponent = written.find('E') != std::string_view::npos;
    const auto read = std::from_chars(written.data(), written.data() + written.size(), value);
    const double size = std::abs(value);
    const bool readable = value == 0 || (size >= 1e-6 && size < 1e15);
    if (!has_exponent || read.ec != std::errc{} || !readable) {
        out += written;
        return;
    }
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
    const std::string_view plain(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
    out += plain;
    out += plain.find('.') == std::string_view::npos ? ".0" : "";
}

}  // namespace

std::string plain_json(const boost::json::value& value) {
    const std::string text = boost::json::serialize(value);
    const std::string_view all(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t from = at;
        if (all[at] == '"') {
            at = end_of_string(all, at);
            out += all.substr(from, at - from);
        } else if (all[at] == '-' || (all[at] >= '0' && all[at] <= '9')) {
            while (at < all.size() && is_number_byte(all[at])) {
                ++at;
            }
            append_number(all.substr(from, at - from), out);
        } else {
            at = std::min(all.find_first_of("\"-0123456789", at), all.size());
            out += all.substr(from, at - from);
        }
    }
    return out;
}

}  // namespace sosia
