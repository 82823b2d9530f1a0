#include "scoring/grounding.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace sosia::scoring {
namespace json = boost::json;
using user::Claim;
using user::ClaimKind;
namespace {

constexpr double day = 86400;

bool near(double a, double b) { return std::abs(a - b) < 0.005 + 1e-9 * std::abs(a); }

// Days since 1970 of a date with month and day; the year of an undated date is taken from `reference`.
std::optional<std::int64_t> day_number(const Claim& date, int reference_year) {
    using namespace std::chrono;
    if (date.month == 0 || date.day == 0) {
        return std::nullopt;
    }
    const year_month_day ymd{year{date.year != 0 ? date.year : reference_year}, month{static_cast<unsigned>(date.month)},
                             std::chrono::day{static_cast<unsigned>(date.day)}};
    if (!ymd.ok()) {
        return std::nullopt;
    }
    return sys_days{ymd}.time_since_epoch().count();
}

int weekday_of(std::int64_t days) {
    return static_cast<int>(((days % 7) + 7 + 3) % 7) + 1;  // 1970-01-01 was a Thursday (4)
}

void learn_json(Grounding& grounding, std::string_view key, const json::value& value) {
    if (value.is_object()) {
        for (const auto& [name, item] : value.as_object()) {
            learn_json(grounding, name, item);
        }
    } else if (value.is_array()) {
        for (const json::value& item : value.as_array()) {
            learn_json(grounding, key, item);
        }
    } else {
        grounding.learn_named(key, flatten(value));
    }
}

}  // namespace

bool same_value(const Claim& a, const Claim& b) {
    if (a.kind != b.kind) {
        return false;
    }
    if (a.kind == ClaimKind::date) {
        return a.month != 0 && a.month == b.month && a.day == b.day;
    }
    return near(a.low, b.low) && near(a.high, b.high);
}

Grounding::Grounding(const Transcript& t, bool own_data_only) : reader_(t.reader), language_(t.parts.persona->language) {
    for (const auto& [name, text] : t.truth) {
        learn_named(name, text);
    }
    for (const auto& [key, value] : t.context) {
        if (!own_data_only || key == "customer" || key == "user" || key == "patient") {
            learn_json(*this, key, value);
        }
    }
    const Persona& persona = *t.parts.persona;
    for (const Fact& fact : persona.facts) {
        learn_named(fact.name, fact.value);
        learn(fact.first_says);
    }
    for (const auto& [name, text] : persona.background) {
        learn_named(name, text);
    }
    learn(persona.profile);
    learn(persona.goal.primary);
    for (const std::string& side : persona.goal.side) {
        learn(side);
    }
    learn(t.parts.scenario->intent);
    learn(t.parts.scenario->description);
    learn(t.parts.edge_case->description);
    for (const std::string& phrase : t.expect.must_say) {
        learn(phrase);
    }
}

void Grounding::learn(std::string_view text) {
    if (text.empty()) {
        return;
    }
    for (const Claim& claim : reader_.claims(text, language_)) {
        add(claim);
    }
    if (language_ != "en") {  // ground truth is often written in English whatever the user speaks
        for (const Claim& claim : reader_.claims(text, "en")) {
            add(claim);
        }
    }
}

void Grounding::learn_named(std::string_view name, std::string_view text) {
    learn(text);
    std::string named(name);
    std::ranges::replace(named, '_', ' ');
    // "fee: 25" or "window_days: 14": the unit stands in the name.
    const std::string_view trimmed = trim(text);
    const bool plain = !trimmed.empty() && std::ranges::all_of(trimmed, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    if (!plain) {
        return;
    }
    const double value = std::strtod(std::string(trimmed).c_str(), nullptr);
    numbers_.push_back(value);
    struct UnitWord {
        std::string_view word;
        double seconds;
    };
    for (const UnitWord& unit : {UnitWord{"minute", 60}, {"hour", 3600}, {"day", day}, {"week", 7 * day}, {"month", 30 * day}, {"year", 365 * day}}) {
        if (lower(named).contains(unit.word)) {
            durations_.push_back({.kind = ClaimKind::duration, .low = value * unit.seconds, .high = value * unit.seconds});
        }
    }
    if (lower(named).contains("percent") || lower(named).contains("rate")) {
        percents_.push_back(value);
        percents_.push_back(value * 100);
    }
}

void Grounding::add(const Claim& claim) {
    switch (claim.kind) {
        case ClaimKind::money:
            amounts_.push_back(claim.low);
            amounts_.push_back(claim.high);
            numbers_.push_back(claim.low);
            break;
        case ClaimKind::duration: durations_.push_back(claim); break;
        case ClaimKind::date: dates_.push_back(claim); break;
        case ClaimKind::time: times_.push_back(claim); break;
        case ClaimKind::percent: percents_.push_back(claim.low); break;
        case ClaimKind::number: numbers_.push_back(claim.low); break;
    }
}

bool Grounding::knows_any(ClaimKind kind) const {
    switch (kind) {
        case ClaimKind::money: return !amounts_.empty() || !numbers_.empty();
        case ClaimKind::duration: return !durations_.empty();
        case ClaimKind::date: return !dates_.empty();
        case ClaimKind::time: return !times_.empty();
        case ClaimKind::percent: return !percents_.empty();
        case ClaimKind::number: return !numbers_.empty();
    }
    return false;
}

bool Grounding::supports_money(const Claim& claim) const {
    std::vector<double> known = amounts_;
    known.insert(known.end(), numbers_.begin(), numbers_.end());
    const auto knows = [&](double value) {
        for (const double a : known) {
            if (near(a, value)) {
                return true;
            }
            for (int n = 2; n <= 12; ++n) {
                if (near(a * n, value)) {
                    return true;
                }
            }
            for (const double p : percents_) {
                if (near(a * p / 100, value) || near(a * (1 - p / 100), value)) {
                    return true;
                }
            }
            for (const double b : known) {
                if (near(a + b, value) || near(a - b, value)) {
                    return true;
                }
            }
        }
        return near(value, 0);
    };
    return knows(claim.low) && knows(claim.high);
}

bool Grounding::supports_duration(const Claim& claim) const {
    for (const Claim& known : durations_) {
        const bool inside = claim.low >= known.low - 1 && claim.high <= known.high + 1;
        // "a week" for seven days, "a month" for 30 or 31: a fiftieth either way is the same length to a person.
        const bool about = std::abs(claim.high - known.high) <= known.high * 0.035 && std::abs(claim.low - known.low) <= known.low * 0.035;
        if (inside || about) {
            return true;
        }
    }
    for (const Claim& a : dates_) {  // "bought 45 days ago": a difference of two known dates
        for (const Claim& b : dates_) {
            const auto first = day_number(a, 2026);
            const auto second = day_number(b, 2026);
            if (first && second && *second > *first && std::abs(static_cast<double>(*second - *first) * day - claim.low) <= 2 * day) {
                return true;
            }
        }
    }
    return false;
}

bool Grounding::supports_date(const Claim& claim) const {
    int reference_year = 2026;
    for (const Claim& known : dates_) {
        reference_year = known.year != 0 ? known.year : reference_year;
    }
    double longest = 0;
    for (const Claim& known : durations_) {
        longest = std::max(longest, known.high);
    }
    // Business days stretch over week-ends.
    const auto reach = static_cast<std::int64_t>(std::min(longest, 400 * day) / day * 1.6) + 1;
    for (const Claim& known : dates_) {
        if (claim.month == 0) {  // a weekday alone
            const auto number = day_number(known, reference_year);
            if ((known.weekday != 0 && known.weekday == claim.weekday) || (number && weekday_of(*number) == claim.weekday)) {
                return true;
            }
            continue;
        }
        if (known.month == claim.month && (known.day == claim.day || claim.day == 0)) {
            return true;
        }
        const auto mine = day_number(claim, reference_year);
        const auto theirs = day_number(known, reference_year);
        if (mine && theirs && longest > 0 && *mine > *theirs && *mine <= *theirs + reach) {
            return true;
        }
    }
    return false;
}

bool Grounding::supports_percent(const Claim& claim) const {
    const auto knows = [&](double value) {
        return std::ranges::any_of(percents_, [&](double p) { return near(p, value); }) ||
               std::ranges::any_of(numbers_, [&](double n) { return near(n, value) || near(n * 100, value); });
    };
    return near(claim.low, 100) || near(claim.low, 0) || (knows(claim.low) && knows(claim.high));
}

bool Grounding::supports(const Claim& claim) const {
    switch (claim.kind) {
        case ClaimKind::money: return supports_money(claim);
        case ClaimKind::duration: return supports_duration(claim);
        case ClaimKind::date: return supports_date(claim);
        case ClaimKind::percent: return supports_percent(claim);
        case ClaimKind::time:
            return std::ranges::any_of(times_, [&](const Claim& t) { return claim.low >= t.low - 0.5 && claim.high <= t.high + 0.5; });
        case ClaimKind::number:
            return std::ranges::any_of(numbers_, [&](double n) { return near(n, claim.low); });
    }
    return false;
}

}  // namespace sosia::scoring
