#include <algorithm>
#include <array>
#include <tuple>

#include "analysis/summary.h"

namespace sosia::analysis {
namespace {

// Checks that mostly fail because of something else, from the most to the least telling. A name stands for what it
// begins, too.
constexpr std::array<std::string_view, 11> consequences{
    "tools.arguments", "tools.required", "tools.order", "latency", "cost",     "say.required",
    "resolution",      "turns",          "ending",      "score",   "criterion"};

// Where several checks fail in one turn: the ones that say most exactly what happened come first.
constexpr std::array<std::string_view, 21> telling{"reply.valid",
                                                   "resisted",
                                                   "privacy",
                                                   "boundary",
                                                   "correction",
                                                   "contradiction",
                                                   "stance",
                                                   "tone.hostile",
                                                   "tone.cheerful",
                                                   "loop",
                                                   "context.lost-thread",
                                                   "escalation.early",
                                                   "escalation.expected",
                                                   "escalation.late",
                                                   "escalation.context",
                                                   "context.repeated-question",
                                                   "language",
                                                   "claims",
                                                   "context.ignored-question",
                                                   "tools.forbidden",
                                                   "say.forbidden"};

bool stands_for(std::string_view listed, std::string_view name) {
    return name == listed || (name.starts_with(listed) && name[listed.size()] == '.');
}

template <std::size_t n>
std::size_t place_in(const std::array<std::string_view, n>& list, std::string_view name) {
    return static_cast<std::size_t>(
        std::ranges::find_if(list, [&](std::string_view listed) { return stands_for(listed, name); }) - list.begin());
}

bool has_failed(const CheckResult& check) {
    return !check.passed && check.gates;
}

bool fails(const Conversation& c, std::string_view name) {
    return std::ranges::any_of(c.checks,
                               [&](const CheckResult& check) { return has_failed(check) && check.name == name; });
}

// An agent that hangs up leaves everything else undone.
bool is_cause(const CheckResult& check, const Conversation& c) {
    return place_in(consequences, check.name) == consequences.size() ||
           (check.name == "ending" && c.ended == Ending::agent_ended);
}

// The question with which the agent starts over is the one it goes in circles with.
bool is_the_looped_question(const CheckResult& check, const Conversation& c) {
    return check.name == "context.lost-thread" && std::ranges::any_of(c.checks, [&](const CheckResult& other) {
               return has_failed(other) && other.name == "loop" && other.quote == check.quote;
           });
}

// Whatever is said to somebody who asks for a person, and gets none, is part of that.
bool is_said_instead_of_a_person(const CheckResult& check, const Conversation& c) {
    const auto turn = std::ranges::find(c.turns, check.turn - 1, &Turn::n);
    return check.name == "tone.cheerful" && fails(c, "escalation.late") && turn != c.turns.end() &&
           turn->mind.asks == "human";
}

// A wrong figure that the user had not asked for before: that it differs from what was said elsewhere is a matter of
// course. The second answer to one question is told by its difference.
bool is_a_wrong_figure_first(const CheckResult& check, const Conversation& c) {
    const auto asked = std::ranges::find(c.turns, check.turn - 1, &Turn::n);
    if (check.name != "contradiction" || asked == c.turns.end()) {
        return false;
    }
    const bool asked_before = !asked->mind.asks.empty() && std::ranges::any_of(c.turns, [&](const Turn& turn) {
        return turn.n < asked->n && turn.role == Role::user && turn.mind.asks == asked->mind.asks;
    });
    return !asked_before && std::ranges::any_of(c.checks, [&](const CheckResult& other) {
        return has_failed(other) && other.name == "claims" && other.turn == check.turn;
    });
}

// Going in circles, or deaf to demands for a person: the questions repeated meanwhile are part of that.
bool is_part_of_more(const CheckResult& check, const Conversation& c) {
    if (is_the_looped_question(check, c) || is_said_instead_of_a_person(check, c) ||
        is_a_wrong_figure_first(check, c)) {
        return true;
    }
    const bool of_questions = check.name == "context.repeated-question" || check.name == "context.ignored-question";
    return of_questions && (fails(c, "loop") || fails(c, "escalation.late"));
}

// Lower is better: causes before consequences, causes by turn, then by how telling they are.
auto rank(const CheckResult& check, const Conversation& c) {
    const std::size_t consequence = is_cause(check, c) ? 0 : place_in(consequences, check.name) + 1;
    return std::tuple(consequence, check.turn, place_in(telling, check.name));
}

}  // namespace

const CheckResult* root_cause(const Conversation& conversation) {
    const CheckResult* best = nullptr;
    for (const CheckResult& check : conversation.checks) {
        const bool counts = has_failed(check) && !is_part_of_more(check, conversation);
        if (counts && (best == nullptr || rank(check, conversation) < rank(*best, conversation))) {
            best = &check;
        }
    }
    return best;
}

}  // namespace sosia::analysis
