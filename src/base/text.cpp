#include "base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace sosia {
namespace {

char lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

// Length of the valid UTF-8 sequence at `at`, or 0.
std::size_t sequence_length(std::string_view s, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
    const auto follows = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
    const std::uint8_t b = byte(at);
    if (b < 0x80) {
        return 1;
    }
    if (b >= 0xC2 && b <= 0xDF) {
        return follows(at + 1) ? 2 : 0;
    }
    if (b >= 0xE0 && b <= 0xEF) {
        if (!follows(at + 1) || !follows(at + 2)) {
            return 0;
        }
        const std::uint8_t second = byte(at + 1);
        const bool overlong = b == 0xE0 && second < 0xA0;
        const bool surrogate = b == 0xED && second > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (b >= 0xF0 && b <= 0xF4) {
        if (!follows(at + 1) || !follows(at + 2) || !follows(at + 3)) {
            return 0;
        }
        const std::uint8_t second = byte(at + 1);
        const bool out_of_range = (b == 0xF0 && second < 0x90) || (b == 0xF4 && second > 0x8F);
        return out_of_range ? 0 : 4;
    }
    return 0;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower_ascii);
    return out;
}

bool opens_with(std::string_view text, std::string_view opening) {
    return text.size() >= opening.size() &&
           std::ranges::equal(text.substr(0, opening.size()), opening, {}, lower_ascii);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    while (true) {
        const std::size_t to = text.find(separator, from);
        parts.push_back(text.substr(from, to == std::string_view::npos ? to : to - from));
        if (to == std::string_view::npos) {
            return parts;
        }
        from = to + 1;
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) {
            out += separator;
        }
        out += part;
    }
    return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    if (from.empty()) {
        return text;
    }
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

bool reads_as_english(std::string_view text) {
    constexpr std::array<std::string_view, 18> anywhere{"the",   "my",      "for",   "of",    "to",    "how",
                                                        "what",  "whether", "when",  "where", "about", "with",
                                                        "which", "your",    "their", "want",  "need",  "is"};
    constexpr std::array<std::string_view, 20> first{"get",   "refund",  "cancel",  "book",  "change", "ask",  "find",
                                                     "check", "move",    "return",  "renew", "update", "make", "buy",
                                                     "pay",   "dispute", "replace", "fix",   "switch", "reset"};
    const auto opens = [&](std::string_view word) { return contains_word(text.substr(0, text.find(' ')), word); };
    return std::ranges::any_of(anywhere, [&](std::string_view word) { return contains_word(text, word); }) ||
           std::ranges::any_of(first, opens);
}

bool contains_word(std::string_view text, std::string_view word) {
    if (word.empty()) {
        return false;
    }
    const char small = lower_ascii(word.front());
    const char capital = small >= 'a' && small <= 'z' ? static_cast<char>(small - 'a' + 'A') : small;
    const auto next = [&](std::size_t from) {
        const std::size_t found = text.find(small, from);
        return capital == small ? found : std::min(found, text.substr(0, found).find(capital, from));
    };
    const auto same = [](char a, char b) { return lower_ascii(a) == lower_ascii(b); };
    for (std::size_t at = next(0); at != std::string_view::npos; at = next(at + 1)) {
        const std::size_t after = at + word.size();
        const bool starts = at == 0 || !is_word(text[at - 1]) || !is_word(word.front());
        if (!starts || after > text.size() || !std::ranges::equal(text.substr(at, word.size()), word, same)) {
            continue;
        }
        if (after == text.size() || !is_word(text[after]) || !is_word(word.back())) {
            return true;
        }
    }
    return false;
}

bool is_valid_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t n = sequence_length(bytes, at);
        if (n == 0) {
            return false;
        }
        at += n;
    }
    return true;
}

std::string to_valid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t n = sequence_length(bytes, at);
        if (n == 0) {
            out += "\xEF\xBF\xBD";
            ++at;
        } else {
            out += bytes.substr(at, n);
            at += n;
        }
    }
    return out;
}

std::string shorten(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) {
        return std::string(text);
    }
    std::size_t cut = max_bytes;
    while (cut > 0 && (static_cast<std::uint8_t>(text[cut]) & 0xC0) == 0x80) {
        --cut;
    }
    return std::string(text.substr(0, cut)) + "…";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        d[i][0] = i;
    }
    for (std::size_t j = 0; j <= b.size(); ++j) {
        d[0][j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[a.size()][b.size()];
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest = 64;
    if (word.size() > longest) {
        return {};
    }
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > longest) {
            continue;
        }
        const std::size_t distance = edit_distance(lower(word), lower(candidate));
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace sosia
