#include "scoring/values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "base/text.h"

namespace sosia::scoring {
namespace json = boost::json;
using user::Claim;
using user::ClaimKind;
namespace {

constexpr std::size_t longest_quote = 160;  // bytes

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

void flatten_into(const json::value& value, std::string& out) {
    const auto add = [&out](std::string_view text) {
        out += out.empty() ? "" : " ";
        out += text;
    };
    if (value.is_string()) {
        add(value.as_string());
    } else if (value.is_object()) {
        for (const auto& [key, item] : value.as_object()) {
            flatten_into(item, out);
        }
    } else if (value.is_array()) {
        for (const json::value& item : value.as_array()) {
            flatten_into(item, out);
        }
    } else if (value.is_double()) {
        add(fmt::format("{}", value.get_double()));  // 312.4, not 3.124E2
    } else if (!value.is_null()) {
        add(json::serialize(value));
    }
}

// Where `needle`, letters and digits alone, stands in `text`, whatever punctuation is between; no letter or digit may
// touch it.
std::size_t find_squeezed(std::string_view text, std::string_view needle) {
    for (std::size_t start = 0; start < text.size(); ++start) {
        if (!is_word(text[start]) || (start > 0 && is_word(text[start - 1]))) {
            continue;
        }
        std::size_t matched = 0;
        std::size_t gaps = 0;
        std::size_t i = start;
        for (; i < text.size() && matched < needle.size() && gaps <= 1; ++i) {
            const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
            if (!is_word(c)) {
                ++gaps;
                continue;
            }
            if (c != needle[matched]) {
                break;
            }
            gaps = 0;
            ++matched;
        }
        if (matched == needle.size() && (i == text.size() || !is_word(text[i]))) {
            return start;
        }
    }
    return std::string_view::npos;
}

// As contains_word, but says where.
std::size_t find_word(std::string_view text, std::string_view word) {
    const std::string lowered = lower(text);
    const std::string wanted = lower(word);
    for (std::size_t at = lowered.find(wanted); !wanted.empty() && at != std::string::npos;
         at = lowered.find(wanted, at + 1)) {
        const bool free_before = at == 0 || !is_word(lowered[at - 1]) || !is_word(wanted.front());
        const std::size_t end = at + wanted.size();
        const bool free_after = end == lowered.size() || !is_word(lowered[end]) || !is_word(wanted.back());
        if (free_before && free_after) {
            return at;
        }
    }
    return std::string_view::npos;
}

bool near(double a, double b) {
    return std::abs(a - b) < 0.005 + 1e-9 * std::abs(a);
}

}  // namespace

std::string squeeze(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_word(c)) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return out;
}

std::string gist(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_word(c) || (static_cast<unsigned char>(c) & 0x80U) != 0) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return out;
}

std::string flatten(const json::value& value) {
    std::string out;
    flatten_into(value, out);
    return out;
}

std::string_view sentence_at(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    const auto ends_here = [&](std::size_t i) {
        const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?';
        return text[i] == '\n' || (stop && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n'));
    };
    std::size_t begin = at;
    while (begin > 0 && !ends_here(begin - 1)) {
        --begin;
    }
    std::size_t end = at;
    while (end < text.size() && !ends_here(end)) {
        ++end;
    }
    return trim(text.substr(begin, std::min(end + 1, text.size()) - begin));
}

std::string quote_of(std::string_view text) {
    std::string quote = shorten(trim(text), longest_quote);
    std::ranges::replace(quote, '\n', ' ');
    return quote;
}

std::string quote_of(std::string_view text, std::size_t begin, std::size_t end) {
    begin = std::min(begin, text.size());
    return quote_of(text.substr(begin, std::max(begin, std::min(end, text.size())) - begin));
}

bool same_value(const Claim& a, const Claim& b) {
    if (a.kind != b.kind) {
        return false;
    }
    if (a.kind == ClaimKind::date) {
        return a.month != 0 && a.month == b.month && a.day == b.day;
    }
    return near(a.low, b.low) && near(a.high, b.high);
}

bool is_identifier(std::string_view value) {
    const auto digits = std::ranges::count_if(value, is_digit);
    const bool one_word = value.find(' ') == std::string_view::npos;
    const bool has_letter = std::ranges::any_of(value, [](char c) { return is_word(c) && !is_digit(c); });
    const bool address = one_word && value.find('@') != std::string_view::npos;
    const bool code = one_word && digits >= 2 && has_letter && value.size() >= 4;
    const bool long_number = !has_letter && digits >= 5;
    return address || code || long_number;
}

Wanted::Wanted(std::string value, const user::Reader& reader, std::string_view language) : value_(std::move(value)) {
    if (is_identifier(value_)) {
        squeezed_ = squeeze(value_);
        return;
    }
    claims_ = reader.claims(value_, language);
    const bool comparable =
        claims_.size() == 1 && (claims_[0].kind == ClaimKind::date || claims_[0].kind == ClaimKind::money);
    if (!comparable) {
        claims_.clear();
    }
}

std::size_t Wanted::in(std::string_view text, const user::Reader& reader, std::string_view language) const {
    if (!squeezed_.empty()) {
        return find_squeezed(text, squeezed_);
    }
    const std::size_t at = find_word(text, value_);
    if (at != std::string_view::npos || claims_.empty() || std::ranges::none_of(text, is_digit)) {
        return at;
    }
    for (const Claim& claim : reader.claims(text, language)) {
        if (same_value(claim, claims_[0])) {
            return claim.begin;
        }
    }
    return std::string_view::npos;
}

}  // namespace sosia::scoring
