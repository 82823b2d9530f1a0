#include "stats/lexical.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>
#include <unordered_set>

namespace sosia::stats {
namespace {

bool is_ascii_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word_byte(unsigned char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9') || c >= 0x80;
}

// Length of the UTF-8 punctuation at `at` (general punctuation U+2000..U+206F, CJK U+3000..U+303F, full-width forms
// U+FF00..U+FF0F and U+FF1A..U+FF20, Latin-1 signs U+00A0..U+00BF); 0 when there is none.
std::size_t punctuation_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    if (byte(0) == 0xC2 && byte(1) >= 0xA0 && byte(1) <= 0xBF) {
        return 2;
    }
    const bool general = byte(0) == 0xE2 && (byte(1) == 0x80 || byte(1) == 0x81);
    const bool cjk = byte(0) == 0xE3 && byte(1) == 0x80;
    const bool full_width =
        byte(0) == 0xEF && byte(1) == 0xBC && (byte(2) <= 0x8F || (byte(2) >= 0x9A && byte(2) <= 0xA0));
    return byte(2) != 0 && (general || cjk || full_width) ? 3 : 0;
}

// Lowers the two-byte character that starts at out[at]; others stay.
void lower_two_byte(std::string& out, std::size_t at) {
    const auto lead = static_cast<unsigned char>(out[at]);
    const auto trail = static_cast<unsigned char>(out[at + 1]);
    const auto set = [&](unsigned l, unsigned t) {
        out[at] = static_cast<char>(l);
        out[at + 1] = static_cast<char>(t);
    };
    if (lead == 0xC3 && trail >= 0x80 && trail <= 0x9E && trail != 0x97) {
        set(0xC3, trail + 0x20U);
    } else if (lead == 0xCE && trail >= 0x91 && trail <= 0x9F) {
        set(0xCE, trail + 0x20U);
    } else if (lead == 0xCE && trail >= 0xA0 && trail <= 0xA9) {
        set(0xCF, trail - 0x20U);
    } else if (lead == 0xD0 && trail >= 0x90 && trail <= 0x9F) {
        set(0xD0, trail + 0x20U);
    } else if (lead == 0xD0 && trail >= 0xA0 && trail <= 0xAF) {
        set(0xD1, trail - 0x20U);
    }
}

std::string lowered(std::string_view word) {
    std::string out(word);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto c = static_cast<unsigned char>(out[i]);
        if (c < 0x80) {
            out[i] = static_cast<char>(std::tolower(c));
        } else if (c >= 0xC0 && i + 1 < out.size()) {
            lower_two_byte(out, i);
        }
    }
    return out;
}

// End of the letters and digits that start at `at`.
std::size_t end_of_run(std::string_view text, std::size_t at, bool letters_only) {
    while (at < text.size() && punctuation_at(text, at) == 0) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (!is_word_byte(c) || (letters_only && !is_ascii_letter(c) && c < 0x80)) {
            break;
        }
        ++at;
    }
    return at;
}

using Grams = std::map<std::vector<std::string_view>, std::size_t>;

Grams grams(const Tokens& text, std::size_t n) {
    Grams out;
    for (std::size_t i = 0; i + n <= text.size(); ++i) {
        ++out[std::vector<std::string_view>(text.begin() + static_cast<std::ptrdiff_t>(i),
                                            text.begin() + static_cast<std::ptrdiff_t>(i + n))];
    }
    return out;
}

std::size_t closest_length(std::size_t length, std::span<const Tokens> references) {
    std::size_t best = references.front().size();
    for (const Tokens& reference : references) {
        const auto distance = [&](std::size_t n) { return n > length ? n - length : length - n; };
        const std::size_t n = reference.size();
        if (distance(n) < distance(best) || (distance(n) == distance(best) && n < best)) {
            best = n;
        }
    }
    return best;
}

double clipped_precision(const Tokens& hypothesis, std::span<const Tokens> references, std::size_t n) {
    Grams most;
    for (const Tokens& reference : references) {
        for (const auto& [gram, count] : grams(reference, n)) {
            std::size_t& entry = most[gram];
            entry = std::max(entry, count);
        }
    }
    std::size_t matched = 0;
    std::size_t total = 0;
    for (const auto& [gram, count] : grams(hypothesis, n)) {
        total += count;
        const auto found = most.find(gram);
        matched += found == most.end() ? 0 : std::min(count, found->second);
    }
    const double numerator = matched == 0 ? 0.1 : static_cast<double>(matched);
    return numerator / static_cast<double>(std::max<std::size_t>(total, 1));
}

double share(std::span<const std::string> turns, bool (*holds)(std::string_view)) {
    const auto n = std::count_if(turns.begin(), turns.end(), [&](const std::string& turn) { return holds(turn); });
    return turns.empty() ? 0.0 : static_cast<double>(n) / static_cast<double>(turns.size());
}

std::string_view without_outer_space(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
        text.remove_prefix(1);
    }
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace

Tokens tokens(std::string_view text) {
    Tokens out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t skip = punctuation_at(text, at);
        if (skip > 0 || !is_word_byte(static_cast<unsigned char>(text[at]))) {
            at += std::max<std::size_t>(skip, 1);
            continue;
        }
        std::size_t end = end_of_run(text, at, false);
        if (end < text.size() && text[end] == '\'') {
            const std::size_t tail = end_of_run(text, end + 1, true);
            end = tail > end + 1 ? tail : end;
        }
        out.push_back(lowered(text.substr(at, end - at)));
        at = end;
    }
    return out;
}

double distinct_n(std::span<const Tokens> turns, std::size_t n) {
    std::set<std::vector<std::string_view>> unique;
    std::size_t total = 0;
    for (const Tokens& turn : turns) {
        for (const auto& [gram, count] : grams(turn, n)) {
            unique.insert(gram);
            total += count;
        }
    }
    return total == 0 ? 0.0 : static_cast<double>(unique.size()) / static_cast<double>(total);
}

double mtld_forward(const Tokens& text, double threshold) {
    double factors = 0;
    std::unordered_set<std::string_view> types;
    std::size_t length = 0;
    const auto ratio = [&] { return static_cast<double>(types.size()) / static_cast<double>(length); };
    for (const std::string& token : text) {
        types.insert(token);
        ++length;
        if (ratio() <= threshold) {
            factors += 1;
            types.clear();
            length = 0;
        }
    }
    if (length > 0) {
        factors += (1 - ratio()) / (1 - threshold);
    }
    const auto n = static_cast<double>(text.size());
    return factors > 0 ? n / factors : n;
}

double mtld(const Tokens& text, double threshold) {
    const Tokens backward(text.rbegin(), text.rend());
    return (mtld_forward(text, threshold) + mtld_forward(backward, threshold)) / 2;
}

double type_token_ratio(const Tokens& text) {
    const std::unordered_set<std::string_view> types(text.begin(), text.end());
    return text.empty() ? 0.0 : static_cast<double>(types.size()) / static_cast<double>(text.size());
}

double mattr(const Tokens& text, std::size_t window) {
    if (window == 0 || text.size() <= window) {
        return type_token_ratio(text);
    }
    std::map<std::string_view, std::size_t> inside;
    double sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        ++inside[text[i]];
        if (i >= window) {
            const auto left = inside.find(text[i - window]);
            if (--left->second == 0) {
                inside.erase(left);
            }
        }
        if (i + 1 >= window) {
            sum += static_cast<double>(inside.size()) / static_cast<double>(window);
        }
    }
    return sum / static_cast<double>(text.size() - window + 1);
}

double yule_k(const Tokens& text) {
    std::map<std::string_view, double> counts;
    for (const std::string& token : text) {
        counts[token] += 1;
    }
    double squares = 0;
    for (const auto& [token, count] : counts) {
        squares += count * count;
    }
    const auto n = static_cast<double>(text.size());
    return text.empty() ? 0.0 : 1e4 * (squares - n) / (n * n);
}

double bleu4(const Tokens& hypothesis, std::span<const Tokens> references) {
    if (hypothesis.empty() || references.empty()) {
        return 0;
    }
    double logs = 0;
    for (std::size_t n = 1; n <= 4; ++n) {
        logs += std::log(clipped_precision(hypothesis, references, n)) / 4;
    }
    const auto length = static_cast<double>(hypothesis.size());
    const auto closest = static_cast<double>(closest_length(hypothesis.size(), references));
    const double brevity = length >= closest ? 1.0 : std::exp(1 - closest / length);
    return brevity * std::exp(logs);
}

double self_bleu4(std::span<const Tokens> turns) {
    if (turns.size() < 2) {
        return 0;
    }
    double sum = 0;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        std::vector<Tokens> others(turns.begin(), turns.end());
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        sum += bleu4(turns[i], others);
    }
    return sum / static_cast<double>(turns.size());
}

std::map<std::string, double> word_counts(std::span<const Tokens> turns) {
    std::map<std::string, double> counts;
    for (const Tokens& turn : turns) {
        for (const std::string& token : turn) {
            counts[token] += 1;
        }
    }
    return counts;
}

double share_ending_in_terminal_punctuation(std::span<const std::string> turns) {
    return share(turns, [](std::string_view turn) {
        const std::string_view text = without_outer_space(turn);
        constexpr std::array<std::string_view, 7> marks{".", "!", "?", "…", "。", "！", "？"};
        return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return text.ends_with(mark); });
    });
}

double share_starting_in_lower_case(std::span<const std::string> turns) {
    return share(turns, [](std::string_view turn) {
        const std::string_view text = without_outer_space(turn);
        return !text.empty() && text.front() >= 'a' && text.front() <= 'z';
    });
}

double share_with_word_starting(std::span<const std::string> turns, std::string_view prefix) {
    const auto n = std::count_if(turns.begin(), turns.end(), [&](const std::string& turn) {
        const Tokens words = tokens(turn);
        return std::any_of(words.begin(), words.end(),
                           [&](const std::string& word) { return word.starts_with(prefix); });
    });
    return turns.empty() ? 0.0 : static_cast<double>(n) / static_cast<double>(turns.size());
}

}  // namespace sosia::stats
