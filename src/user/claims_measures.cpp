// Money, percentages, durations and counted things.
#include <algorithm>

#include "user/claims_grammar.h"
#include "user/reader_characters.h"

namespace sosia::user {
namespace {

std::string symbol_currency(char symbol) {
    switch (symbol) {
        case '$':
            return "USD";
        case 'E':
            return "EUR";
        case 'L':
            return "GBP";
        case 'Y':
            return "JPY";
        case 'R':
            return "INR";
        default:
            return {};
    }
}

std::string singular(std::string word) {
    const auto ends = [&](std::string_view tail) { return word.size() > tail.size() + 1 && word.ends_with(tail); };
    if (ends("ies")) {
        return word.substr(0, word.size() - 3) + "y";
    }
    if (ends("sses") || ends("ches") || ends("shes") || ends("xes")) {
        return word.substr(0, word.size() - 2);
    }
    return ends("s") && !ends("ss") && !ends("us") ? word.substr(0, word.size() - 1) : word;
}

}  // namespace

std::optional<ClaimGrammar::Unit> ClaimGrammar::currency(std::size_t at) const {
    if (at < tokens_.size() && tokens_[at].kind == ClaimToken::Kind::symbol &&
        !symbol_currency(tokens_[at].symbol).empty()) {
        return Unit{.next = at + 1};
    }
    const ClaimWord* name = entry(at, Kind::currency);
    return name == nullptr ? std::nullopt : std::optional(Unit{.word = name, .next = at + 1});
}

// "$49", "EUR 12,50", "US$ 5 - $10"
bool ClaimGrammar::try_leading_currency() {
    const std::optional<Unit> sign = currency(at_);
    if (!sign || (sign->word != nullptr && sign->word->name.size() == 3 && sign->word->value != 1)) {
        return false;
    }
    const bool code = sign->word != nullptr;
    std::size_t value_at = sign->next;
    std::string unit_name = code ? sign->word->name : symbol_currency(tokens_[at_].symbol);
    // "US$49", "USD $49"
    if (code && value_at < tokens_.size() &&
        !symbol_currency(tokens_[value_at].kind == ClaimToken::Kind::symbol ? tokens_[value_at].symbol : ' ').empty()) {
        ++value_at;
    }
    if (!digits(value_at)) {
        return false;
    }
    const std::optional<NumberRead> low = number(value_at);
    std::size_t next = low->next;
    double high = low->value;
    if (symbol(next, '-') || entry(next, Kind::range) != nullptr || entry(next, Kind::join) != nullptr) {
        const bool again = currency(next + 1).has_value() && digits(next + 2);
        const std::optional<NumberRead> end = again               ? number(next + 2)
                                              : symbol(next, '-') ? number(next + 1)
                                                                  : std::nullopt;
        const bool joined = entry(next, Kind::join) != nullptr;
        if (end && end->value > low->value && (!joined || (at_ > 0 && entry(at_ - 1, Kind::between) != nullptr))) {
            high = end->value;
            next = end->next;
        }
    }
    if (currency(next) && entry(next, Kind::currency) != nullptr && entry(next, Kind::currency)->name == unit_name) {
        ++next;
    }
    Claim& claim = add(ClaimKind::money, at_, next);
    claim.low = low->value;
    claim.high = high;
    claim.unit = unit_name;
    return true;
}

// "... and 99 cents"
void ClaimGrammar::extend_cents(Claim& claim, std::size_t& next) const {
    const std::size_t from = entry(next, Kind::join) != nullptr ? next + 1 : next;
    const std::optional<NumberRead> cents = number(from);
    const ClaimWord* small = cents ? entry(cents->next, Kind::currency) : nullptr;
    if (small != nullptr && small->value < 1 && cents->value < 100) {
        claim.low += cents->value * small->value;
        claim.high = claim.low;
        next = cents->next + 1;
        claim.end = tokens_[next - 1].end;
    }
}

// "24.5p", "53p a day": glued, and less than two pounds; "1080p" is a picture, "see p. 4" a page.
bool ClaimGrammar::is_pence(std::size_t at, double value) const {
    constexpr double most = 200;
    return tokens_[at].glued && !tokens_[at].capital && value < most;
}

bool ClaimGrammar::try_money() {
    if (try_leading_currency()) {
        return true;
    }
    const std::optional<NumberRead> low = number(at_);
    if (!low) {
        return false;
    }
    const std::optional<NumberRead> high = range_end(low->next, at_);
    std::optional<Unit> sign = currency(low->next);
    const NumberRead& last = sign || !high ? *low : *high;
    sign = sign ? sign : currency(last.next);
    if (!sign || (word(sign->next - 1) == "p" && !is_pence(sign->next - 1, last.value))) {
        return false;
    }
    const double scale = sign->word != nullptr ? sign->word->value : 1;
    Claim& claim = add(ClaimKind::money, at_, sign->next);
    claim.low = low->value * scale;
    claim.high = last.value * scale;
    claim.unit = sign->word != nullptr ? sign->word->name : symbol_currency(tokens_[sign->next - 1].symbol);
    if (scale == 1) {
        std::size_t next = at_;
        extend_cents(claim, next);
        at_ = next;
    }
    return true;
}

bool ClaimGrammar::try_percent() {
    const std::optional<NumberRead> low = number(at_);
    if (!low) {
        return false;
    }
    const auto percent_end = [&](std::size_t at) -> std::size_t {
        if (symbol(at, '%') || entry(at, Kind::percent) != nullptr) {
            return at + 1;
        }
        return (word(at) == "per" && word(at + 1) == "cent") || (word(at) == "por" && word(at + 1) == "ciento") ? at + 2
                                                                                                                : 0;
    };
    std::size_t next = percent_end(low->next);
    const std::optional<NumberRead> high = range_end(next > 0 ? next : low->next, at_);
    const std::size_t high_next = high ? percent_end(high->next) : 0;
    if (next == 0 && high_next == 0) {
        return false;
    }
    const bool range = high_next > 0;
    // "100 % sure" says nothing of a figure.
    const std::string_view following = word(range ? high_next : next);
    if (low->value == 100 &&
        (following == "sure" || following == "certain" || following == "understand" || following == "agree")) {
        at_ = range ? high_next : next;
        return true;
    }
    Claim& claim = add(ClaimKind::percent, at_, range ? high_next : next);
    claim.low = low->value;
    claim.high = range ? high->value : low->value;
    return true;
}

// A unit of time, with "business" or "calendar" before it.
std::optional<ClaimGrammar::Unit> ClaimGrammar::unit(std::size_t at) const {
    std::size_t i = symbol(at, '-') ? at + 1 : at;
    Unit out;
    const ClaimWord* business = entry(i, Kind::business);
    if (business != nullptr) {
        out.business = true;
        ++i;
        i += symbol(i, '-') ? 1 : 0;
    } else if (entry(i, Kind::modifier) != nullptr && entry(i + 1, Kind::unit) != nullptr) {
        ++i;
    }
    out.word = entry(i, Kind::unit);
    if (out.word == nullptr) {
        return std::nullopt;
    }
    // "14 días hábiles", "3 Tage"
    out.next = i + 1;
    if (!out.business && entry(out.next, Kind::business) != nullptr && lexicon_.comma_decimals) {
        out.business = true;
        ++out.next;
    }
    return out;
}

// "a moment", "one second", "a minute" ask to wait and state nothing.
bool ClaimGrammar::idle(const Unit& found, const NumberRead& count, std::size_t first) const {
    if (found.word->value < 1) {
        return true;
    }
    const bool weak = count.spelled && count.one && !count.bracketed;
    if (!weak) {
        return false;
    }
    if (found.word->value <= 60) {
        return true;
    }
    return entry(first, Kind::article) != nullptr && (first == 0 || entry(first - 1, Kind::span_lead) == nullptr);
}

// The number after "order" or "#" is a name.
bool ClaimGrammar::labelled(std::size_t at) const {
    if (at == 0) {
        return false;
    }
    const std::size_t before = symbol(at - 1, ':') || symbol(at - 1, '.') || symbol(at - 1, '#') ? at - 2 : at - 1;
    return before < tokens_.size() && (entry(before, Kind::label) != nullptr || symbol(at - 1, '#'));
}

std::string ClaimGrammar::noun_at(std::size_t at, std::size_t& next) const {
    std::size_t i = symbol(at, '-') && tokens_[at].glued ? at + 1 : at;
    while (entry(i, Kind::modifier) != nullptr) {
        ++i;
    }
    if (i >= tokens_.size() || tokens_[i].kind != ClaimToken::Kind::word || entry(i, Kind::stop) != nullptr ||
        entry(i, Kind::join) != nullptr || entry(i, Kind::range) != nullptr || entry(i, Kind::of) != nullptr ||
        entry(i, Kind::article) != nullptr || entry(i, Kind::number) != nullptr ||
        entry(i, Kind::span_lead) != nullptr || entry(i, Kind::date_lead) != nullptr) {
        return {};
    }
    const bool letter = tokens_[i].end - tokens_[i].begin == 1;  // "seat 14C"
    if (letter && word(i) != "g" && word(i) != "l") {
        return {};
    }
    next = i + 1;
    return singular(fold(word(i)));
}

bool ClaimGrammar::try_noun(const NumberRead& low, const NumberRead& high, std::size_t first) {
    const bool line_start = first == 0 || tokens_[first - 1].kind == ClaimToken::Kind::mark || symbol(first - 1, '(');
    const bool list_marker =
        (line_start && symbol(low.next, ')')) || (line_start && symbol(low.next, '.') && tokens_[low.next].glued);
    const bool fraction = symbol(low.next, '/') || (first > 0 && symbol(first - 1, '/') && tokens_[first].glued);
    if (low.one || list_marker || fraction || labelled(first)) {
        return false;
    }
    std::size_t next = high.next;
    std::string noun = noun_at(high.next, next);
    const bool decimal_amount = !low.spelled && tokens_[first].decimals == 2 && noun.empty();
    if (noun.empty() && !decimal_amount) {
        return false;
    }
    Claim& claim = add(decimal_amount ? ClaimKind::money : ClaimKind::number, first, noun.empty() ? high.next : next);
    claim.low = low.value;
    claim.high = high.value;
    claim.unit = std::move(noun);
    return true;
}

// Durations and counted nouns.
bool ClaimGrammar::try_measure() {
    const std::size_t first = at_;
    std::optional<NumberRead> low = number(at_);
    const bool half = !low && entry(at_, Kind::half) != nullptr;
    if (half) {
        low = NumberRead{.value = 0.5, .next = entry(at_ + 1, Kind::article) != nullptr ? at_ + 2 : at_ + 1};
    } else if (!low && entry(at_, Kind::article) != nullptr) {
        low = NumberRead{.value = 1, .next = at_ + 1, .spelled = true, .one = true};
    }
    if (!low) {
        return false;
    }
    const bool plus = symbol(low->next, '+');
    std::optional<NumberRead> high = range_end(low->next, at_);
    std::optional<Unit> found = unit(plus ? low->next + 1 : low->next);
    // "24-hour to 48-hour" and the like: the unit may stand after either number.
    if (!found && high) {
        found = unit(high->next);
    } else if (found) {
        const std::optional<NumberRead> later = range_end(found->next, first);
        const std::optional<Unit> again = later ? unit(later->next) : std::nullopt;
        high = again && again->word == found->word ? later : std::nullopt;
        found = high ? again : found;
    }
    if (!found) {
        const bool range = high && high->value > low->value;
        return !half && !(low->one && low->spelled) && try_noun(*low, range ? *high : *low, first);
    }
    if (idle(*found, *low, first)) {
        at_ = found->next;
        return true;
    }
    Claim& claim = add(ClaimKind::duration, first, found->next);
    const bool business = found->business && found->word->name == "day";
    claim.low = low->value * found->word->value;
    claim.high = (high ? high->value : low->value) * found->word->value;
    claim.unit = business ? "business-day" : found->word->name;
    // "an hour and a half"
    if (!high && entry(at_, Kind::join) != nullptr && entry(at_ + 1, Kind::article) != nullptr &&
        entry(at_ + 2, Kind::half) != nullptr) {
        claim.low = claim.high = claim.low + found->word->value / 2;
        claim.end = tokens_[at_ + 2].end;
        at_ += 3;
    }
    return true;
}

}  // namespace sosia::user
