// Numbers in digits and in words, and ranges of them.
#include <algorithm>

#include "user/claims_grammar.h"

namespace sosia::user {

// "twenty-five", "one hundred and fifty", "two thousand".
std::optional<NumberRead> ClaimGrammar::spelled_number(std::size_t at) const {
    NumberRead out{.next = at, .spelled = true};
    double part = 0;
    bool any = false;
    std::size_t i = at;
    constexpr std::size_t longest = 16;  // words; keeps endless rows of numbers linear
    while (i < std::min(tokens_.size(), at + longest)) {
        if (const ClaimWord* unit_word = entry(i, Kind::number)) {
            const bool tens = part >= 20 && part - static_cast<double>(static_cast<int>(part / 100) * 100) >= 20;
            if (any && part > 0 && !(tens && unit_word->value < 10) && !(part >= 100 && unit_word->value < 100)) {
                break;
            }
            part += unit_word->value;
        } else if (const ClaimWord* scale = entry(i, Kind::scale); scale != nullptr && (any || i == at)) {
            part = (part > 0 ? part : 1) * scale->value;
            if (scale->value >= 1000) {
                out.value += part;
                part = 0;
            }
        } else {
            const bool joins = any && (entry(i, Kind::join) != nullptr || (symbol(i, '-') && tokens_[i].glued)) &&
                               entry(i + 1, Kind::number) != nullptr && (out.value + part >= 20);
            if (!joins) {
                break;
            }
            ++i;
            continue;
        }
        any = true;
        out.next = ++i;
    }
    if (!any) {
        return std::nullopt;
    }
    out.value += part;
    out.one = out.value == 1;
    return out;
}

std::optional<NumberRead> ClaimGrammar::number(std::size_t at) const {
    if (digits(at)) {
        NumberRead out{.value = tokens_[at].value, .next = at + 1};
        if (const ClaimWord* scale = entry(at + 1, Kind::scale)) {
            out.value *= scale->value;
            out.next = at + 2;
        } else if (at + 1 < tokens_.size() && tokens_[at + 1].glued && (word(at + 1) == "k" || word(at + 1) == "K")) {
            out.value *= 1000;
            out.next = at + 2;
        }
        // "14 (fourteen) days"
        if (symbol(out.next, '(')) {
            const std::optional<NumberRead> again = spelled_number(out.next + 1);
            if (again && again->value == out.value && symbol(again->next, ')')) {
                out.next = again->next + 1;
            }
        }
        return out;
    }
    const bool counted = entry(at, Kind::article) != nullptr && entry(at + 1, Kind::scale) != nullptr;
    std::optional<NumberRead> out = spelled_number(counted ? at + 1 : at);
    // "fourteen (14) days"
    if (out && symbol(out->next, '(') && digits(out->next + 1) && tokens_[out->next + 1].value == out->value &&
        symbol(out->next + 2, ')')) {
        out->next += 3;
        out->bracketed = true;
    }
    return out;
}

// At "to" or "-" (or "and" after "between") behind a number that begins at `first`: the number after it.
std::optional<NumberRead> ClaimGrammar::range_end(std::size_t at, std::size_t first) const {
    const bool between = entry(at, Kind::join) != nullptr && first > 0 && entry(first - 1, Kind::between) != nullptr;
    if (!between && !symbol(at, '-') && entry(at, Kind::range) == nullptr) {
        return std::nullopt;
    }
    return number(at + 1);
}

}  // namespace sosia::user
