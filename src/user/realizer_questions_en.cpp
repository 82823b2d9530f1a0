#include "user/realizer_questions_en.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "base/text.h"
#include "user/realizer_english.h"
#include "user/realizer_goal.h"

namespace sosia::user::wording {
namespace {

using List = std::span<const std::string_view>;

constexpr std::string_view pronouns[] = {"it",       "they",   "I",       "i",        "you",   "we",
                                         "he",       "she",    "this",    "that",     "there", "someone",
                                         "somebody", "anyone", "anybody", "everyone", "nobody"};
constexpr std::string_view determiners[] = {"the",   "a",     "an",  "my",   "your", "our", "this",    "that",
                                            "these", "those", "any", "some", "his",  "her", "another", "each"};
constexpr std::string_view openers[] = {
    "ask about ",      "asks about ",    "ask for ",    "ask ",     "asks ",  "wants to know ", "want to know ",
    "find out about ", "find out ",      "know about ", "know ",    "learn ", "understand ",    "check ",
    "enquire about ",  "inquire about ", "figure out ", "be told ", "wonder "};
// What a user wants the agent, not themselves, to do.
constexpr std::string_view for_the_agent[] = {"make",    "confirm", "check",     "clarify", "explain",
                                              "tell",    "email",   "show",      "list",    "describe",
                                              "provide", "resend",  "recommend", "suggest"};
constexpr std::string_view delegations[] = {"ask the agent to ", "ask them to ", "have them ", "have the agent ",
                                            "get them to "};
bool is_in(List list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

bool is_plural_noun(std::string_view word) {
    return word.size() > 3 && word.ends_with('s') && !word.ends_with("ss");
}

std::string joined(std::span<const std::string_view> words) {
    std::string out;
    for (const std::string_view word : words) {
        out += out.empty() ? "" : " ";
        out += word;
    }
    return out;
}

// A clause cut into what stands before the subject, the subject, the verb and the rest.
struct Clause {
    std::vector<std::string_view> words;
    std::size_t subject = 0;
    std::size_t verb = 0;

    std::string before() const { return joined(std::span(words).first(subject)); }
    std::string subject_text() const { return joined(std::span(words).subspan(subject, verb - subject)); }
    std::string after_verb() const { return joined(std::span(words).subspan(verb + 1)); }
};

std::string glued(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) {
        if (!part.empty()) {
            out += out.empty() ? "" : " ";
            out += part;
        }
    }
    return out;
}

bool takes_have_as_auxiliary(const Clause& clause) {
    if (clause.verb + 1 >= clause.words.size()) {
        return false;
    }
    const std::string_view next = clause.words[clause.verb + 1];
    return next == "been" || next == "got" || next == "already" || next == "gone" || next == "become" ||
           (next.size() > 4 && next.ends_with("ed"));
}

// Does the subject take "does"? "I", "you", "they", plurals take "do".
bool takes_does(const Clause& clause) {
    const std::string_view head = clause.words[clause.verb - 1];
    if (clause.verb - clause.subject == 1 && is_in(pronouns, head)) {
        constexpr std::string_view plural[] = {"I", "i", "you", "we", "they"};
        return !is_in(plural, head);
    }
    return !is_plural_noun(head);
}

std::string inverted(const Clause& clause) {
    const std::string_view verb = clause.words[clause.verb];
    const std::string subject = clause.subject_text();
    const bool have = verb == "has" || verb == "have" || verb == "had";
    if (is_auxiliary(verb) || (have && takes_have_as_auxiliary(clause))) {
        return glued({clause.before(), verb, subject, clause.after_verb()});
    }
    return glued({clause.before(), takes_does(clause) ? "does" : "do", subject, base_form(verb), clause.after_verb()});
}

bool is_verb_after_pronoun(std::string_view word) {
    return is_auxiliary(word) || is_third_person_verb(word) || is_base_verb(word) || word == "had";
}

// The verb of a clause whose subject begins at `subject`; nothing when in doubt.
std::optional<std::size_t> find_verb(const std::vector<std::string_view>& words, std::size_t subject) {
    if (subject >= words.size()) {
        return std::nullopt;
    }
    if (is_in(pronouns, words[subject]) && subject + 1 < words.size() && is_verb_after_pronoun(words[subject + 1])) {
        return subject + 1;
    }
    const std::size_t limit = std::min(words.size(), subject + 7);
    const std::size_t noun = is_in(determiners, words[subject]) ? subject + 1 : subject;
    for (std::size_t i = noun + 1; i < limit; ++i) {
        if (words[i] == "that" || words[i] == "which" || words[i] == "who") {
            return std::nullopt;  // a relative clause: its verb would be taken for the main one
        }
        const bool plural_before = is_plural_noun(words[i - 1]);
        const bool finite = is_third_person_verb(words[i]) || (plural_before && is_base_verb(words[i]));
        const bool part_of_the_noun =
            i + 1 < words.size() && is_auxiliary(words[i + 1]);  // "the clinic charges are ..."
        if (is_auxiliary(words[i]) || (finite && !part_of_the_noun)) {
            return i;
        }
    }
    return std::nullopt;
}

// Where the subject begins behind a question word: "how much a second bag costs", "what the fee is", "how long it
// takes".
std::size_t find_subject(const std::vector<std::string_view>& words) {
    for (std::size_t i = 1; i < std::min<std::size_t>(words.size(), 4); ++i) {
        if (is_in(pronouns, words[i]) || is_in(determiners, words[i])) {
            return i;
        }
    }
    const bool measured =
        words.size() > 2 && words[0] == "how" &&
        (words[1] == "long" || words[1] == "much" || words[1] == "often" || words[1] == "soon" || words[1] == "far");
    return measured ? 2 : 1;
}

bool is_question_already(const std::vector<std::string_view>& words) {
    const std::size_t end = std::min<std::size_t>(words.size(), 4);
    for (std::size_t i = 1; i < end; ++i) {
        if (is_in(pronouns, words[i]) || is_in(determiners, words[i])) {
            return false;
        }
        const bool verb = is_auxiliary(words[i]) || words[i] == "do" || words[i] == "does" || words[i] == "did" ||
                          words[i] == "happens" || words[i] == "pays" || words[i] == "counts";
        if (verb) {
            return true;
        }
    }
    return false;
}

Asked asked_with_question_word(std::string_view clause) {
    const std::vector<std::string_view> words = split(clause, ' ');
    if (words.size() > 1 && words[1] == "to") {
        return {.direct = glued({words[0], "do I", joined(std::span(words).subspan(2))}),
                .indirect = std::string(clause)};
    }
    if (is_question_already(words)) {
        return {.direct = std::string(clause), .indirect = std::string(clause)};
    }
    Asked asked{.direct = {}, .indirect = std::string(clause)};
    Clause cut{.words = words, .subject = find_subject(words)};
    if (const auto verb = find_verb(words, cut.subject)) {
        cut.verb = *verb;
        asked.direct = inverted(cut);
    }
    return asked;
}

constexpr std::string_view prepositions[] = {"to", "by", "until", "for", "at",    "from",
                                             "in", "on", "with",  "of",  "since", "under"};

// "to which account the money goes back"
bool starts_with_preposition_and_question_word(std::string_view clause) {
    const std::vector<std::string_view> words = split(clause, ' ');
    return words.size() > 2 && is_in(prepositions, words[0]) && is_question_word(words[1]);
}

Asked asked_with_preposition(std::string_view clause) {
    const std::size_t space = clause.find(' ');
    const std::string preposition(clause.substr(0, space + 1));
    Asked asked = asked_with_question_word(clause.substr(space + 1));
    asked.direct = asked.direct.empty() ? "" : preposition + asked.direct;
    asked.indirect = preposition + asked.indirect;
    return asked;
}

Asked asked_yes_or_no(std::string_view clause) {
    const std::vector<std::string_view> words = split(clause, ' ');
    Asked asked{.direct = {}, .indirect = "if " + std::string(clause)};
    Clause cut{.words = words, .subject = 0};
    if (const auto verb = find_verb(words, 0)) {
        cut.verb = *verb;
        asked.direct = inverted(cut);
    }
    return asked;
}

// "whether you can <goal>": the goal may be worded in any of the ways that goals are.
std::optional<Asked> asked_about_the_goal(std::string_view clause) {
    constexpr std::string_view opening = "you can ";
    if (!clause.starts_with(opening)) {
        return std::nullopt;
    }
    const std::string_view wording = clause.substr(opening.size());
    const Goal goal = read_goal(wording, Language::english);
    if (!goal.said.empty()) {
        return Asked{.direct = "can you help me with that", .indirect = "if you can help me with that"};
    }
    if (goal.todo.starts_with("find out ")) {
        return english_question(wording);
    }
    const std::string who = goal.todo.starts_with("get ") ? "I" : "you";
    return Asked{.direct = "can " + who + " " + goal.todo, .indirect = "if " + who + " can " + goal.todo};
}

std::string_view without_opener(std::string_view text, bool& about) {
    for (const std::string_view opener : openers) {
        if (text.starts_with(opener)) {
            about = about || opener.ends_with("about ") || opener == "ask for ";
            return text.substr(opener.size());
        }
    }
    return text;
}

Asked asked_about(std::string_view thing, bool wanted) {
    const std::string what(thing);
    if (wanted) {
        return {.direct = "can I get " + what, .indirect = "if I can get " + what};
    }
    return {.direct = "what about " + what, .indirect = {}};
}

Asked asked_to(std::string_view action) {
    const std::string_view first = action.substr(0, action.find(' '));
    const bool for_me = first == "make" && !action.starts_with("make sure");
    if (is_in(for_the_agent, first) && !for_me) {
        return {.direct = "can you " + std::string(action), .indirect = "if you can " + std::string(action)};
    }
    if (is_base_verb(first)) {
        return {.direct = "can I " + std::string(action), .indirect = "if I can " + std::string(action)};
    }
    return {.direct = std::string(action), .indirect = {}};
}

std::string plain(std::string_view intent) {
    std::string text(trim(intent));
    while (text.ends_with('.') || text.ends_with('!')) {
        text.pop_back();
    }
    const bool capital = text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z') &&
                         text[1] != ' ' && text[1] != '\'';
    if (capital) {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

bool starts_a_clause(std::string_view text) {
    const std::string_view first = text.substr(0, text.find(' '));
    return first == "whether" || first == "if" || is_question_word(first);
}

bool starts_with_determiner(std::string_view text) {
    return is_in(determiners, text.substr(0, text.find(' ')));
}

}  // namespace

Asked english_question(std::string_view intent) {
    std::string text = plain(intent);
    if (text.ends_with('?')) {
        text.pop_back();
        return {.direct = text, .indirect = {}};
    }
    for (const std::string_view delegation : delegations) {
        if (text.starts_with(delegation)) {
            const std::string action = "you can " + in_first_person(std::string_view(text).substr(delegation.size()));
            return {.direct = "can you" + action.substr(7), .indirect = "if " + action};
        }
    }
    for (const std::string_view verb : {"check ", "confirm ", "clarify "}) {
        if (text.starts_with(verb) && starts_a_clause(std::string_view(text).substr(verb.size()))) {
            text.erase(0, verb.size());
        }
    }
    bool about = false;
    const bool asks_for = text.starts_with("ask for ");
    std::string_view rest = without_opener(text, about);
    for (const std::string_view marker : {"whether or not ", "whether ", "if "}) {
        if (rest.starts_with(marker)) {
            const std::string clause = in_first_person(rest.substr(marker.size()));
            return asked_about_the_goal(clause).value_or(asked_yes_or_no(clause));
        }
    }
    if (rest.starts_with("about ")) {
        about = true;
        rest.remove_prefix(6);
    }
    if (is_question_word(rest.substr(0, rest.find(' ')))) {
        return asked_with_question_word(in_first_person(rest));
    }
    if (starts_with_preposition_and_question_word(rest)) {
        return asked_with_preposition(in_first_person(rest));
    }
    const std::string own = in_first_person(rest);
    if (about || starts_with_determiner(own)) {
        return asked_about(own, asks_for);
    }
    return asked_to(own.starts_with("to ") ? std::string_view(own).substr(3) : std::string_view(own));
}

}  // namespace sosia::user::wording
