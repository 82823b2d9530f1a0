// Calendar dates, weekdays and times of day.
#include <cmath>

#include "user/claims_grammar.h"
#include "user/reader_characters.h"

namespace sosia::user {
namespace {

bool is_whole(const ClaimToken& token, int max_digits) {
    return token.kind == ClaimToken::Kind::number && token.decimals == 0 && !token.grouped &&
           token.whole_digits <= max_digits;
}

int full_year(int value, int written_digits) {
    return written_digits == 2 ? 2000 + value : value;
}

}  // namespace

void ClaimGrammar::add_date(int year, int month, int day, int weekday, std::size_t first, std::size_t next) {
    Claim& claim = add(ClaimKind::date, first, next);
    claim.year = year;
    claim.month = month;
    claim.day = day;
    claim.weekday = weekday;
}

// "2026" after an optional comma or "of".
int ClaimGrammar::year(std::size_t at, std::size_t& next) const {
    const std::size_t i = symbol(at, ',') || entry(at, Kind::of) != nullptr ? at + 1 : at;
    if (i >= tokens_.size() || !is_whole(tokens_[i], 4) || tokens_[i].whole_digits != 4) {
        return 0;
    }
    const int value = static_cast<int>(tokens_[i].value);
    if (value < 1900 || value > 2199) {
        return 0;
    }
    next = i + 1;
    return value;
}

// "14", "14th", "14."
int ClaimGrammar::day_number(std::size_t at, std::size_t& next) const {
    if (at >= tokens_.size() || !is_whole(tokens_[at], 2) || tokens_[at].value < 1 || tokens_[at].value > 31) {
        return 0;
    }
    next = at + 1;
    if (next < tokens_.size() && tokens_[next].glued) {
        const std::string_view tail = word(next);
        if (tail == "st" || tail == "nd" || tail == "rd" || tail == "th") {
            ++next;
        } else if (lexicon_.day_first && symbol(next, '.')) {
            ++next;
        } else if (!tail.empty() || digits(next) || symbol(next, ':') || symbol(next, '%')) {
            return 0;
        }
    }
    return static_cast<int>(tokens_[at].value);
}

// "March", "Mar.", with "of" before it.
const ClaimWord* ClaimGrammar::month(std::size_t at, std::size_t& next) const {
    const std::size_t i = entry(at, Kind::of) != nullptr ? at + 1 : at;
    const ClaimWord* found = entry(i, Kind::month);
    if (found != nullptr) {
        next = symbol(i + 1, '.') && tokens_[i + 1].glued ? i + 2 : i + 1;
    }
    return found;
}

bool ClaimGrammar::try_iso_date() {
    const std::size_t i = at_;
    if (i + 4 >= tokens_.size() || !is_whole(tokens_[i], 4) || tokens_[i].whole_digits != 4 || !symbol(i + 1, '-') ||
        !is_whole(tokens_[i + 2], 2) || !symbol(i + 3, '-') || !is_whole(tokens_[i + 4], 2)) {
        return false;
    }
    const int month_value = static_cast<int>(tokens_[i + 2].value);
    const int day = static_cast<int>(tokens_[i + 4].value);
    if (month_value < 1 || month_value > 12 || day < 1 || day > 31) {
        return false;
    }
    add_date(static_cast<int>(tokens_[i].value), month_value, day, 0, i, i + 5);
    return true;
}

// "3/14/2026", "14.03.2026", "14.3."; "3/14" only after a word that leads to a date.
bool ClaimGrammar::try_slash_date() {
    const std::size_t i = at_;
    if (i + 2 >= tokens_.size() || !is_whole(tokens_[i], 2) || !is_whole(tokens_[i + 2], 2) || !tokens_[i + 1].glued ||
        !tokens_[i + 2].glued || tokens_[i + 1].kind != ClaimToken::Kind::symbol) {
        return false;
    }
    const char mark = tokens_[i + 1].symbol;
    if (mark != '/' && mark != '.' && mark != '-') {
        return false;
    }
    std::size_t next = i + 3;
    int year_value = 0;
    if (symbol(next, mark) && tokens_[next].glued) {
        const bool has_year = next + 1 < tokens_.size() && is_whole(tokens_[next + 1], 4) &&
                              (tokens_[next + 1].whole_digits == 4 || tokens_[next + 1].whole_digits == 2) &&
                              tokens_[next + 1].glued;
        if (has_year) {
            year_value = full_year(static_cast<int>(tokens_[next + 1].value), tokens_[next + 1].whole_digits);
            next += 2;
        } else if (mark == '.' && lexicon_.day_first) {
            ++next;
        }
    }
    const bool led = i > 0 && entry(i - 1, Kind::date_lead) != nullptr;
    const bool dotted = mark == '.' && next > i + 3;
    if (year_value == 0 && !dotted && !(mark == '/' && led)) {
        return false;
    }
    int first = static_cast<int>(tokens_[i].value);
    int second = static_cast<int>(tokens_[i + 2].value);
    const bool day_leads = mark == '.' || lexicon_.day_first || first > 12;
    const int month_value = day_leads ? second : first;
    const int day = day_leads ? first : second;
    if (month_value < 1 || month_value > 12 || day < 1 || day > 31) {
        return false;
    }
    add_date(year_value, month_value, day, 0, i, next);
    return true;
}

// "March 14", "March 14th, 2026", "March 14-16", "March 2026"
bool ClaimGrammar::try_month_first() {
    std::size_t next = at_;
    const ClaimWord* name = entry(at_, Kind::month);
    if (name == nullptr || month(at_, next) != name) {
        return false;
    }
    const std::size_t first = at_;
    const int month_value = static_cast<int>(name->value);
    std::size_t after = next;
    if (entry(after, Kind::article) != nullptr || word(after) == "the") {
        ++after;
    }
    const int day = day_number(after, after);
    if (day == 0) {
        const int year_value = year(next, after);
        if (year_value == 0) {
            return false;
        }
        add_date(year_value, month_value, 0, 0, first, after);
        return true;
    }
    std::size_t last = after;
    const int year_value = year(after, last);
    add_date(year_value, month_value, day, 0, first, last);
    std::size_t until = last;
    const bool range = symbol(last, '-') || entry(last, Kind::range) != nullptr;
    if (const int end_day = range ? day_number(last + 1, until) : 0;
        end_day > day && entry(until, Kind::unit) == nullptr) {
        add_date(year_value, month_value, end_day, 0, last + 1, until);
    }
    return true;
}

// "14 March 2026", "the 14th of March", "14. Maerz", "14 de marzo de 2026"
bool ClaimGrammar::try_day_first() {
    std::size_t next = at_;
    const int day = day_number(at_, next);
    if (day == 0) {
        return false;
    }
    std::size_t after = next;
    const ClaimWord* name = month(next, after);
    if (name == nullptr) {
        return false;
    }
    std::size_t last = after;
    const int year_value = year(after, last);
    add_date(year_value, static_cast<int>(name->value), day, 0, at_, last);
    return true;
}

// "Tuesday", also in front of a date: "Tuesday, March 14".
bool ClaimGrammar::try_weekday() {
    const ClaimWord* name = entry(at_, Kind::weekday);
    if (name == nullptr) {
        return false;
    }
    const std::size_t first = at_;
    std::size_t next = symbol(at_ + 1, '.') && tokens_[at_ + 1].glued && digits(at_ + 2) ? at_ + 2 : at_ + 1;
    const std::size_t name_end = at_ + 1;
    while (symbol(next, ',') || entry(next, Kind::of) != nullptr || word(next) == "the" ||
           entry(next, Kind::article) != nullptr) {
        ++next;
    }
    at_ = next;
    const std::size_t count = out_.size();
    if (at_ < tokens_.size() && (try_month_first() || try_day_first() || try_iso_date() || try_slash_date())) {
        out_[count].weekday = static_cast<int>(name->value);
        out_[count].begin = tokens_[first].begin;
        return true;
    }
    add_date(0, 0, 0, static_cast<int>(name->value), first, name_end);
    return true;
}

// "the 14th"
bool ClaimGrammar::try_bare_day() {
    std::size_t next = at_;
    const int day = day_number(at_, next);
    const bool ordinal = next == at_ + 2 && word(at_ + 1).size() == 2;
    if (day == 0 || !ordinal || at_ == 0 || word(at_ - 1) != "the") {
        return false;
    }
    const std::string_view following = word(next);
    if (!following.empty() && entry(next, Kind::stop) == nullptr && entry(next, Kind::join) == nullptr) {
        return false;  // "the 2nd item"
    }
    add_date(0, 0, day, 0, at_, next);
    return true;
}

bool ClaimGrammar::try_date() {
    if (!digits(at_)) {
        return try_weekday() || try_month_first();
    }
    return try_iso_date() || try_slash_date() || try_day_first() || try_bare_day();
}

// "9:40", "9:40 am", "3pm", "15.30 Uhr", "9 o'clock"
std::optional<ClaimGrammar::Clock> ClaimGrammar::clock(std::size_t at) const {
    if (at >= tokens_.size() || tokens_[at].kind != ClaimToken::Kind::number || tokens_[at].grouped) {
        return std::nullopt;
    }
    const ClaimToken& token = tokens_[at];
    double hour = std::floor(token.value);
    double minute = 0;
    Clock out{.next = at + 1};
    const bool colon = symbol(at + 1, ':') && tokens_[at + 1].glued && digits(at + 2) && tokens_[at + 2].glued &&
                       tokens_[at + 2].whole_digits == 2 && token.decimals == 0;
    if (colon) {
        minute = tokens_[at + 2].value;
        out.next = at + 3;
        out.sure = true;
        // Seconds.
        if (symbol(out.next, ':') && tokens_[out.next].glued && digits(out.next + 1)) {
            out.next += 2;
        }
    } else if (token.decimals == 2) {
        minute = std::round((token.value - hour) * 100);
    } else if (token.decimals != 0) {
        return std::nullopt;
    }
    if (const ClaimWord* half = entry(out.next, Kind::meridiem)) {
        out.meridiem = static_cast<int>(half->value);
        out.sure = true;
        ++out.next;
    } else if (entry(out.next, Kind::oclock) != nullptr) {
        out.sure = true;
        ++out.next;
        if (!colon && digits(out.next) && is_whole(tokens_[out.next], 2) && tokens_[out.next].value < 60 &&
            minute == 0 && entry(out.next + 1, Kind::unit) == nullptr && tokens_[out.next].whole_digits == 2 &&
            lexicon_.day_first) {
            minute = tokens_[out.next++].value;
        }
    }
    if (hour > 24 || minute > 59 || token.whole_digits > 2 || (out.meridiem >= 0 && (hour > 12 || hour < 1))) {
        return std::nullopt;
    }
    hour = out.meridiem >= 0 && hour == 12 ? 0 : hour;
    out.minutes = hour * 60 + minute + std::max(out.meridiem, 0);
    return out;
}

bool ClaimGrammar::try_clock_word() {
    const ClaimWord* name = entry(at_, Kind::clock);
    if (name == nullptr) {
        return false;
    }
    Claim& claim = add(ClaimKind::time, at_, at_ + 1);
    claim.low = claim.high = name->value;
    return true;
}

bool ClaimGrammar::try_time() {
    std::optional<Clock> from = clock(at_);
    if (!from) {
        return try_clock_word();
    }
    std::optional<Clock> to;
    if (symbol(from->next, '-') || entry(from->next, Kind::range) != nullptr ||
        (entry(from->next, Kind::join) != nullptr && at_ > 0 && entry(at_ - 1, Kind::between) != nullptr)) {
        to = clock(from->next + 1);
        to = to && to->sure ? to : std::nullopt;
    }
    if (!from->sure && (!to || to->meridiem < 0) && !(to && entry(to->next - 1, Kind::oclock) != nullptr)) {
        return false;
    }
    if (to && !from->sure && to->meridiem >= 0) {
        // "9-11am": the first takes the half of the day that keeps the order.
        const double same = from->minutes + to->meridiem;
        from->minutes = same <= to->minutes ? same : from->minutes;
    }
    Claim& claim = add(ClaimKind::time, at_, to ? to->next : from->next);
    claim.low = from->minutes;
    claim.high = to ? to->minutes : from->minutes;
    return true;
}

}  // namespace sosia::user
