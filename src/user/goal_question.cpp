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
    if (mentions(text, {"%", "percent", "per cent", "prozent", "por ciento"})) {
        return Kind::share;
    }
    // "2 pm" and "6:30 to 10:30" are points in time, not lengths.
    return mentions(text, {"day", "hour", "week", "month", "year", "minute", "tag", "stunde", "woche", "monat", "jahr",
                           "día", "hora", "semana", "mes"})
               ? Kind::time_span
               : Kind::figure;
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

// "Kuendigungsfrist", "neuer Abschlag": the last word of a German name is its noun.
std::string with_capital_noun(std::string label) {
    const std::size_t at = label.rfind(' ') + 1;  // npos + 1 is the start
    if (at < label.size() && label[at] >= 'a' && label[at] <= 'z') {
        label[at] = static_cast<char>(label[at] - 'a' + 'A');
    }
    return label;
}

// Names in a suite come without their gender, so the clause does without an article.
std::string clause_in(std::string_view language, std::string_view label, Kind kind) {
    if (language.starts_with("de")) {
        return "was zum Thema " + with_capital_noun(std::string(label)) + " gilt";
    }
    return language.starts_with("es") ? "qué se aplica en cuanto a " + std::string(label) : clause_of(label, kind);
}

bool overlaps(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& topic) { return b.contains(topic); });
}

}  // namespace

RuleQuestion rule_question(const GoalWords& words, const std::map<std::string, std::string>& truth,
                           std::string_view goal, std::string_view language) {
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
    return {*best, clause_in(language, label_of(*best), best_kind)};
}

}  // namespace sosia::user
