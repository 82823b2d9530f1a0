#include "user/goal_question.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.h"

namespace sosia::user {
namespace {

bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

enum class Kind { nothing, figure, share, time_span, amount };

Kind kind_of(std::string_view value) {
    const std::string text = lower(value);
    if (std::ranges::none_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        return Kind::nothing;
    }
    if (mentions(text, {"$", "€", "£", "usd", "eur", "gbp", "dollar", "euro", "pound"})) {
        return Kind::amount;
    }
    if (mentions(text, {"%", "percent", "per cent"})) {
        return Kind::share;
    }
    // "2 pm" and "6:30 to 10:30" are points in time, not lengths.
    return mentions(text, {"day", "hour", "week", "month", "year", "minute"}) ? Kind::time_span : Kind::figure;
}

// "late_checkout_until" -> "late checkout": what can stand between "the" and "is".
std::string label_of(std::string_view name) {
    std::string label(name);
    std::ranges::replace_if(label, [](char c) { return c == '_' || c == '-' || c == '.'; }, ' ');
    for (const std::string_view tail :
         {" until", " by", " within", " before", " after", " from", " per", " in", " at", " on"}) {
        if (label.ends_with(tail)) {
            label.resize(label.size() - tail.size());
        }
    }
    return label;
}

bool is_plural(std::string_view label) {
    return label.ends_with('s') && !label.ends_with("ss") && !label.ends_with("us");
}

std::string clause_of(std::string_view label, Kind kind) {
    const bool span_named = mentions(label, {"date", "deadline", "limit"});
    const std::string_view opening = kind == Kind::amount                     ? "how much"
                                     : kind == Kind::time_span && !span_named ? "how long"
                                                                              : "what";
    return std::string(opening) + " the " + std::string(label) + (is_plural(label) ? " are" : " is");
}

bool overlaps(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& topic) { return b.contains(topic); });
}

}  // namespace

RuleQuestion rule_question(const GoalWords& words, const std::map<std::string, std::string>& truth,
                           std::string_view goal) {
    const std::set<std::string> wanted = words.topics(goal);
    const std::string* best = nullptr;
    int best_score = 0;
    Kind best_kind = Kind::nothing;
    for (const auto& [name, value] : truth) {
        const Kind kind = kind_of(value);
        if (kind == Kind::nothing) {
            continue;
        }
        constexpr int about_the_goal = 10;
        const std::string label = label_of(name);
        const int score = static_cast<int>(kind) + (overlaps(words.topics(label), wanted) ? about_the_goal : 0);
        if (score > best_score) {
            best = &name;
            best_score = score;
            best_kind = kind;
        }
    }
    if (best == nullptr) {
        return {};
    }
    return {*best, clause_of(label_of(*best), best_kind)};
}

}  // namespace sosia::user
