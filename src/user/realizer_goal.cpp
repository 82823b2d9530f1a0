#include "user/realizer_goal.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.h"
#include "user/realizer_english.h"
#include "user/realizer_questions.h"

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
// Nouns that open a goal without an article: "refund of the fee", "help with the form".
constexpr std::string_view countable[] = {"refund", "reimbursement", "cancellation", "replacement", "confirmation",
                                          "credit", "appointment",   "update",       "copy",        "receipt",
                                          "quote",  "prescription",  "reservation",  "status",      "explanation"};
constexpr std::string_view uncountable[] = {"help",    "compensation", "information",   "advice",     "proof",
                                            "details", "access",       "clarification", "assistance", "support",
                                            "answers", "money",        "results"};
constexpr std::string_view prepositions[] = {"of", "for", "on", "with", "about", "from", "to"};

// What the agent does for the user: "refund the fee" is "get the fee refunded" in the user's mouth.
constexpr std::pair<std::string_view, std::string_view> done_by_the_agent[] = {
    {"refund", "refunded"},   {"reimburse", "reimbursed"},   {"waive", "waived"},     {"replace", "replaced"},
    {"repair", "repaired"},   {"resend", "resent"},          {"reissue", "reissued"}, {"unlock", "unlocked"},
    {"unblock", "unblocked"}, {"reactivate", "reactivated"}, {"fix", "fixed"},        {"approve", "approved"},
    {"credit", "credited"},   {"restore", "restored"},       {"reverse", "reversed"}, {"deliver", "delivered"},
    {"reship", "reshipped"},  {"troubleshoot", "fixed"},     {"resolve", "resolved"}};
constexpr std::string_view given_by_the_agent[] = {"issue ", "process ", "provide ", "give ", "grant "};

constexpr std::string_view wishes[] = {"to ",        "wants to ",  "needs to ",  "would like to ",  "want to ",
                                       "need to ",   "i want to ", "i need to ", "i'd like to ",    "i would like to ",
                                       "i wish to ", "i hope to ", "i try to ",  "i am trying to ", "i ask to "};
constexpr std::string_view wished_things[] = {"i want ",    "i need ",    "i'd like ", "i would like ",
                                              "i ask for ", "i request ", "ask for ",  "wants "};

bool is_in(Words words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find(' '));
}

std::string_view after_first_word(std::string_view text) {
    const std::size_t space = text.find(' ');
    return space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool has_small_print_capital(std::string_view text) {
    return !text.empty() && is_upper(text[0]) && (text.size() < 2 || !is_upper(text[1])) && !text.starts_with("I ") &&
           !text.starts_with("I'");
}

std::string uncapitalised(std::string_view text) {
    std::string out(text);
    if (has_small_print_capital(out)) {
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
    }
    return out;
}

// Cuts `opening` off, whatever its case.
bool take(std::string_view& text, std::string_view opening) {
    if (text.size() <= opening.size() || !opens_with(text, opening)) {
        return false;
    }
    text.remove_prefix(opening.size());
    return true;
}

bool take_any(std::string_view& text, Words openings) {
    return std::ranges::any_of(openings, [&](std::string_view opening) { return take(text, opening); });
}

bool looks_like_a_value(std::string_view text) {
    const auto words = 1 + std::ranges::count(text, ' ');
    const bool digits = std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return words <= 4 && (digits || text.contains('@'));
}

bool has_finite_verb(std::string_view text) {
    return std::ranges::any_of(split(text, ' '), [](std::string_view word) { return is_in(finite, word); });
}

bool names_a_thing(std::string_view lowered) {
    const std::string_view first = first_word(lowered);
    if (is_in(determiners, first)) {
        return true;
    }
    const std::string_view rest = after_first_word(lowered);
    const bool noun = is_in(countable, first) || is_in(uncountable, first);
    return noun && (rest.empty() || is_in(prepositions, first_word(rest)));
}

bool is_gerund(std::string_view text) {
    const std::string_view first = first_word(text);
    return first.size() > 5 && first.ends_with("ing") && !is_base_verb(first);
}

// Neither a verb we know nor one that takes an object: "duplicate charge", "password reset".
bool is_topic(std::string_view text) {
    const std::string_view first = first_word(text);
    const std::string_view second = first_word(after_first_word(text));
    const bool transitive = is_in(determiners, second) || second == "my" || second == "it";
    return !is_base_verb(first) && first != "no" && first != "not" && !transitive;
}

bool is_sentence(std::string_view text) {
    const std::string lowered = lower(text);
    const std::string_view first = first_word(lowered);
    return is_in(pronouns, first) || ((is_in(determiners, first) || first == "your") && has_finite_verb(lowered));
}

Goal thing(std::string_view text) {
    std::string named(text);
    if (is_in(countable, first_word(text))) {
        named.insert(
            0, text.starts_with("status") ? "the " : (std::string_view("aeiou").contains(text[0]) ? "an " : "a "));
    }
    return {.form = GoalForm::noun, .want = named, .todo = "get " + named, .said = {}};
}

Goal topic(std::string_view text) {
    return thing("help with " + std::string(text));
}

Goal action(std::string_view text) {
    return {.form = GoalForm::verb, .want = "to " + std::string(text), .todo = std::string(text), .said = {}};
}

// "find out what it costs", "ask about the warranty": wanted is to know.
bool wants_to_know(std::string_view text, Goal& goal) {
    std::string_view rest = text;
    if (!take_any(rest, std::array<std::string_view, 8>{"know ", "find out ", "ask ", "learn ", "understand ", "check ",
                                                        "hear ", "see "})) {
        return false;
    }
    if (take(rest, "about ")) {
        goal = {.form = GoalForm::verb,
                .want = "to know more about " + std::string(rest),
                .todo = "find out about " + std::string(rest),
                .said = {}};
        return true;
    }
    const std::string_view first = first_word(rest);
    if (!is_question_word(first) && first != "whether" && first != "if") {
        return false;
    }
    const std::string clause = as_question(rest, Language::english).indirect;
    goal = {.form = GoalForm::verb, .want = "to know " + clause, .todo = "find out " + clause, .said = {}};
    return !clause.empty();
}

bool done_for_the_user(std::string_view text, Goal& goal) {
    std::string_view rest = text;
    if (take_any(rest, given_by_the_agent)) {
        goal = action("get " + std::string(rest));
        return true;
    }
    for (const auto& [verb, done] : done_by_the_agent) {
        const std::string_view object = after_first_word(text);
        if (first_word(text) == verb && !object.empty() && !is_in(prepositions, first_word(object))) {
            goal = action("get " + std::string(object) + " " + std::string(done));
            return true;
        }
    }
    return false;
}

Goal english_wish(std::string_view text) {
    Goal goal;
    if (wants_to_know(text, goal) || done_for_the_user(text, goal)) {
        return goal;
    }
    if (names_a_thing(lower(text))) {
        return thing(text);
    }
    return is_gerund(text) || is_topic(text) ? topic(text) : action(text);
}

Goal english_goal(std::string_view text) {
    if (looks_like_a_value(text)) {
        return {.form = GoalForm::value, .want = std::string(text), .todo = std::string(text), .said = {}};
    }
    const std::string told = in_first_person(as_told_by_the_user(text));
    std::string_view rest = told;
    if (take_any(rest, wishes)) {
        return english_wish(rest);
    }
    if (take_any(rest, wished_things) && !rest.starts_with("you")) {
        return thing(rest);
    }
    if (is_sentence(told)) {
        return {.form = GoalForm::statement, .want = {}, .todo = {}, .said = told};
    }
    return english_wish(uncapitalised(told));
}

std::string_view first_sentence(std::string_view text) {
    const std::size_t end = text.find(". ");
    return end == std::string_view::npos ? text : text.substr(0, end);
}

}  // namespace

Goal read_goal(std::string_view text, Language language) {
    text = trim(text);
    if (text.ends_with('?')) {
        return {.form = GoalForm::question, .want = {}, .todo = {}, .said = std::string(text)};
    }
    text = first_sentence(text);
    while (text.ends_with('.') || text.ends_with('!')) {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        return {.form = GoalForm::statement, .want = {}, .todo = {}, .said = {}};
    }
    if (language == Language::english) {
        return english_goal(text);
    }
    const std::string wording = language == Language::spanish ? uncapitalised(text) : std::string(text);
    return {.form = GoalForm::verb, .want = wording, .todo = wording, .said = {}};
}

}  // namespace sosia::user::wording
