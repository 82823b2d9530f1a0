#include "scoring/knowledge.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <span>

#include "base/text.h"
#include "scoring/values.h"

namespace sosia::scoring {
namespace json = boost::json;
using user::Claim;
using user::ClaimKind;
namespace {

constexpr double day = 86400;

bool near(double a, double b) {
    return std::abs(a - b) < 0.005 + 1e-9 * std::abs(a);
}

// Days since 1970 of a date with month and day; the year of an undated date is taken from `reference_year`.
std::optional<std::int64_t> day_number(const Claim& date, int reference_year) {
    using namespace std::chrono;
    if (date.month == 0 || date.day == 0) {
        return std::nullopt;
    }
    const year_month_day ymd{year{date.year != 0 ? date.year : reference_year},
                             month{static_cast<unsigned>(date.month)},
                             std::chrono::day{static_cast<unsigned>(date.day)}};
    if (!ymd.ok()) {
        return std::nullopt;
    }
    return sys_days{ymd}.time_since_epoch().count();
}

int weekday_of(std::int64_t days) {
    return static_cast<int>(((days % 7) + 7 + 3) % 7) + 1;  // 1970-01-01 was a Thursday (4)
}

// Any year will do for dates without one: only differences matter.
int reference_year(const std::vector<Claim>& dates) {
    const auto dated = std::ranges::find_if(dates, [](const Claim& d) { return d.year != 0; });
    return dated == dates.end() ? 2026 : dated->year;
}

// Where every pair is looked at, the first of a long list must do: a tool may return thousands.
template <class T>
std::span<const T> first_of(const std::vector<T>& list) {
    constexpr std::size_t most = 200;
    return std::span(list).first(std::min(most, list.size()));
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view w) { return text.contains(w); });
}

struct UnitWord {
    std::string_view word;
    double seconds;
};
constexpr std::array unit_words{UnitWord{"minute", 60},    UnitWord{"hour", 3600},      UnitWord{"day", day},
                                UnitWord{"week", 7 * day}, UnitWord{"month", 30 * day}, UnitWord{"year", 365 * day}};

}  // namespace

void Knowledge::learn(std::string_view text) {
    if (text.empty()) {
        return;
    }
    for (const Claim& claim : reader_->claims(text, language_)) {
        add(claim);
    }
    if (language_ != "en") {
        for (const Claim& claim : reader_->claims(text, "en")) {
            add(claim);
        }
    }
}

void Knowledge::learn_named(std::string_view name, std::string_view text) {
    learn(text);
    const std::string_view trimmed = trim(text);
    const bool is_plain =
        !trimmed.empty() && std::ranges::all_of(trimmed, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    if (is_plain) {
        add_plain(lower(name), std::strtod(std::string(trimmed).c_str(), nullptr));
    }
}

// "fee: 25" or "window_days: 14": the unit stands in the name.
void Knowledge::add_plain(std::string_view name, double value) {
    numbers_.push_back(value);
    for (const UnitWord& unit : unit_words) {
        if (name.contains(unit.word)) {
            durations_.push_back(
                {.kind = ClaimKind::duration, .low = value * unit.seconds, .high = value * unit.seconds});
        }
    }
    if (contains_any(name, {"percent", "rate", "discount", "share"})) {
        percents_.push_back(value);
        percents_.push_back(value * 100);
    }
    if (contains_any(name, {"amount", "price", "fee", "cost", "total", "balance", "charge", "deposit", "paid", "copay",
                            "fare", "rent", "bill", "credit", "usd", "eur"})) {
        amounts_.push_back(value);
    }
}

void Knowledge::learn_json(std::string_view name, const json::value& value) {
    if (value.is_object()) {
        for (const auto& [key, item] : value.as_object()) {
            learn_json(key, item);
        }
    } else if (value.is_array()) {
        for (const json::value& item : value.as_array()) {
            learn_json(name, item);
        }
    } else {
        learn_named(name, flatten(value));
    }
}

void Knowledge::add(const Claim& claim) {
    switch (claim.kind) {
        case ClaimKind::money:
            amounts_.push_back(claim.low);
            amounts_.push_back(claim.high);
            numbers_.push_back(claim.low);
            break;
        case ClaimKind::duration:
            durations_.push_back(claim);
            break;
        case ClaimKind::date:
            dates_.push_back(claim);
            break;
        case ClaimKind::time:
            times_.push_back(claim);
            break;
        case ClaimKind::percent:
            percents_.push_back(claim.low);
            percents_.push_back(claim.high);
            break;
        case ClaimKind::number:
            numbers_.push_back(claim.low);
            numbers_.push_back(claim.high);
            break;
    }
}

bool Knowledge::has(ClaimKind kind) const {
    switch (kind) {
        case ClaimKind::money:
            return !amounts_.empty();
        case ClaimKind::duration:
            return !durations_.empty();
        case ClaimKind::date:
            return !dates_.empty();
        case ClaimKind::time:
            return !times_.empty();
        case ClaimKind::percent:
            return !percents_.empty();
        case ClaimKind::number:
            return !numbers_.empty();
    }
    return false;
}

bool Knowledge::knows_number(double value) const {
    return std::ranges::any_of(numbers_, [&](double n) { return near(n, value); });
}

// Sums, differences, small multiples and known shares of known amounts.
bool Knowledge::follows_from_amounts(double value) const {
    constexpr int most_times = 12;
    const std::span<const double> amounts = first_of(amounts_);
    for (const double a : amounts) {
        for (int n = 2; n <= most_times; ++n) {
            if (near(a * n, value)) {
                return true;
            }
        }
        if (std::ranges::any_of(percents_,
                                [&](double p) { return near(a * p / 100, value) || near(a * (1 - p / 100), value); }) ||
            std::ranges::any_of(amounts, [&](double b) { return near(a + b, value) || near(a - b, value); })) {
            return true;
        }
    }
    return false;
}

bool Knowledge::knows_amount(double value) const {
    return near(value, 0) || std::ranges::any_of(amounts_, [&](double a) { return near(a, value); }) ||
           knows_number(value);
}

bool Knowledge::is_reckoned(const Claim& claim) const {
    if (claim.kind != ClaimKind::money || (knows_amount(claim.low) && knows_amount(claim.high))) {
        return false;
    }
    const auto follows = [&](double value) { return knows_amount(value) || follows_from_amounts(value); };
    return follows(claim.low) && follows(claim.high);
}

bool Knowledge::supports_duration(const Claim& claim) const {
    for (const Claim& known : durations_) {
        const bool inside = claim.low >= known.low - 1 && claim.high <= known.high + 1;
        // "a week" for seven days, "a month" for 30 or 31: a small part either way is the same length to a person.
        const bool about = std::abs(claim.high - known.high) <= known.high * 0.035 &&
                           std::abs(claim.low - known.low) <= known.low * 0.035;
        if (inside || about) {
            return true;
        }
    }
    const int year = reference_year(dates_);
    for (const Claim& a : first_of(dates_)) {  // "bought 45 days ago": a difference of two known dates
        for (const Claim& b : first_of(dates_)) {
            const auto first = day_number(a, year);
            const auto second = day_number(b, year);
            if (first && second && *second > *first &&
                std::abs(static_cast<double>(*second - *first) * day - claim.low) <= 2 * day) {
                return true;
            }
        }
    }
    return false;
}

bool Knowledge::supports_date(const Claim& claim) const {
    const int year = reference_year(dates_);
    double longest = 0;
    for (const Claim& known : durations_) {
        longest = std::max(longest, known.high);
    }
    // Business days stretch over week-ends.
    const auto reach = static_cast<std::int64_t>(std::min(longest, 400 * day) / day * 1.6) + 1;
    for (const Claim& known : dates_) {
        const auto theirs = day_number(known, year);
        if (claim.month == 0) {  // a weekday alone
            if ((known.weekday != 0 && known.weekday == claim.weekday) ||
                (theirs && weekday_of(*theirs) == claim.weekday)) {
                return true;
            }
            continue;
        }
        if (known.month == claim.month && (known.day == claim.day || claim.day == 0)) {
            return true;
        }
        const auto mine = day_number(claim, year);
        if (mine && theirs && longest > 0 && *mine > *theirs && *mine <= *theirs + reach) {
            return true;
        }
    }
    return false;
}

bool Knowledge::supports_percent(const Claim& claim) const {
    const auto knows = [&](double value) {
        return std::ranges::any_of(percents_, [&](double p) { return near(p, value); }) || knows_number(value) ||
               knows_number(value / 100);
    };
    return near(claim.low, 100) || near(claim.low, 0) || (knows(claim.low) && knows(claim.high));
}

bool Knowledge::supports(const Claim& claim) const {
    switch (claim.kind) {
        case ClaimKind::money:
            return (knows_amount(claim.low) && knows_amount(claim.high)) || is_reckoned(claim);
        case ClaimKind::duration:
            return supports_duration(claim);
        case ClaimKind::date:
            return supports_date(claim);
        case ClaimKind::percent:
            return supports_percent(claim);
        case ClaimKind::time:
            return std::ranges::any_of(
                times_, [&](const Claim& t) { return claim.low >= t.low - 0.5 && claim.high <= t.high + 0.5; });
        case ClaimKind::number:
            return knows_number(claim.low) && knows_number(claim.high);
    }
    return false;
}

}  // namespace sosia::scoring
