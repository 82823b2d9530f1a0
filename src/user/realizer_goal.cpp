#include "user/realizer_goal.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace sosia::user::wording {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::string_view pronouns[] = {"i",  "i'm",  "i've",  "i'd",     "we",     "we're",  "we've",   "they",
                                         "it", "it's", "there", "someone", "nobody", "that's", "somebody"};
constexpr std::string_view determiners[] = {"a",    "an",   "the", "my",  "our",     "this", "these", "some",   "any",
                                            "more", "both", "all", "two", "another", "new",  "full",  "partial"};
constexpr std::string_view finite[] = {
    "is",   "are",     "was",    "were",  "isn't",  "aren't",  "wasn't", "has",   "have",    "had",        "did",
    "does", "doesn't", "didn't", "won't", "can't",  "cannot",  "never",  "keeps", "stopped", "got",        "went",
    "came", "says",    "said",   "shows", "hasn't", "haven't", "don't",  "broke", "arrived", "disappeared"};
constexpr std::string_view nouns_before_preposition[] = {
    "refund",      "help",    "compensation", "reimbursement", "cancellation", "information", "replacement", "advice",
    "proof",       "details", "access",       "clarification", "confirmation", "assistance",  "credit",      "exchange",
    "appointment", "support", "upgrade",      "update",        "answers",      "money"};
constexpr std::string_view prepositions[] = {"of", "for", "on", "with", "about", "to", "from"};

bool is_in(Words words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find(' '));
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_single_capital(std::string_view text) {
    return is_upper(text[0]) && (text.size() < 2 || !is_upper(text[1])) && !text.starts_with("I ") &&
           !text.starts_with("I'");
}

std::string uncapitalised(std::string_view text) {
    std::string out(text);
    if (!out.empty() && is_single_capital(out)) {
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
    }
    return out;
}

bool looks_like_a_value(std::string_view text) {
    const auto words = 1 + std::ranges::count(text, ' ');
    const bool digits = std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return words <= 4 && (digits || text.find('@') != std::string_view::npos);
}

bool has_finite_verb(std::string_view text) {
    return std::ranges::any_of(split(text, ' '), [](std::string_view word) { return is_in(finite, word); });
}

bool names_a_thing(std::string_view lowered) {
    const std::string_view first = first_word(lowered);
    if (is_in(determiners, first)) {
        return true;
    }
    if (!is_in(nouns_before_preposition, first)) {
        return false;
    }
    const std::string_view rest = lowered.substr(first.size());
    return rest.empty() || is_in(prepositions, first_word(rest.substr(1)));
}

GoalForm english_form(std::string_view text) {
    const std::string lowered = lower(text);
    const std::string_view first = first_word(lowered);
    if (is_in(pronouns, first)) {
        return GoalForm::statement;
    }
    if (is_in(determiners, first) && has_finite_verb(lowered)) {
        return GoalForm::statement;
    }
    if (looks_like_a_value(text)) {
        return GoalForm::value;
    }
    return names_a_thing(lowered) ? GoalForm::noun : GoalForm::verb;
}

std::string_view without_opening(std::string_view text) {
    constexpr std::string_view openings[] = {"to ", "wants to ", "needs to ", "would like to ", "want to ", "need to "};
    for (const std::string_view opening : openings) {
        if (text.starts_with(opening)) {
            return text.substr(opening.size());
        }
    }
    return text;
}

bool is_gerund(std::string_view text) {
    const std::string_view first = first_word(text);
    return first.size() > 5 && first.ends_with("ing") && first != "bring";
}

Goal english_goal(std::string_view text) {
    Goal goal{.form = english_form(text)};
    if (goal.form == GoalForm::statement) {
        return goal;
    }
    const std::string wording = goal.form == GoalForm::value ? std::string(text) : uncapitalised(text);
    const std::string_view core = without_opening(wording);
    if (goal.form == GoalForm::verb && !is_gerund(core)) {
        goal.want = "to " + std::string(core);
        goal.todo = core;
        return goal;
    }
    goal.want = goal.form == GoalForm::verb ? "help with " + std::string(core) : std::string(core);
    goal.todo = "get " + goal.want;
    return goal;
}

}  // namespace

std::string in_first_person(std::string_view text) {
    if (text.find("his ") == std::string_view::npos && text.find("her ") == std::string_view::npos) {
        return std::string(text);
    }
    std::string out;
    for (const std::string_view word : split(text, ' ')) {
        out += out.empty() ? "" : " ";
        out += (word == "his" || word == "her") ? std::string_view("my") : word;
    }
    return out;
}

Goal read_goal(std::string_view text, Language language) {
    text = trim(text);
    if (text.ends_with('?')) {
        return Goal{.form = GoalForm::question};
    }
    while (text.ends_with('.') || text.ends_with('!')) {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        return Goal{.form = GoalForm::statement};
    }
    if (language == Language::english) {
        return english_goal(in_first_person(text));
    }
    const std::string wording = language == Language::spanish ? uncapitalised(text) : std::string(text);
    return Goal{.form = GoalForm::verb, .want = wording, .todo = wording};
}

}  // namespace sosia::user::wording
