// Going round in circles: the same words again although the user moved on.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
using user::Act;
namespace {

constexpr std::size_t shortest = 20;  // bytes without spaces: "okay" may come again
constexpr int most_times = 3;

// The user answered, agreed, told or asked something else: the same words again do not do. Under mere pressure ("no!", "and?", "...")
// a firm agent may well repeat itself.
bool moved_on(const Turn& user) {
    const UserMind& m = user.mind;
    if (!m.disclosed.empty() || !m.wrong.empty() || !m.corrected.empty()) {
        return true;
    }
    if (!m.tactic.empty() || !m.withheld.empty()) {
        return false;
    }
    constexpr std::string_view moves[] = {"disclose", "answer", "confirm", "choose", "clarify", "correct", "accept", "ask-side", "accept-human"};
    return std::ranges::find(moves, m.move) != std::end(moves);
}

bool asks_something(const AgentTurn& a) {
    return a.reading.has(Act::ask_fact) || a.reading.has(Act::ask_confirm) || a.reading.has(Act::ask_open) || a.reading.has(Act::ask_intent);
}

bool asks_a_question(const Turn& user) {
    const std::string& asks = user.mind.asks;
    return asks.starts_with("side:") || asks.starts_with("truth:") || asks.starts_with("pivot:");
}

struct Seen {
    int times = 0;
    bool answered = false;  // it answered a question before: whoever asks again, or about the same rule, may hear it again
    int moved_on = 0;  // of these, answers to a user who had moved on
};

}  // namespace

void check_loop(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    std::map<std::string, Seen> texts;
    for (const AgentTurn& a : t.agent) {
        const std::string text = gist(a.turn->text);
        if (text.size() < shortest) {
            continue;
        }
        Seen& seen = texts[text];
        ++seen.times;
        const bool question = a.user != nullptr && asks_a_question(*a.user);
        const bool same_answer = question && seen.answered;
        seen.moved_on += seen.times > 1 && a.user != nullptr && moved_on(*a.user) && !same_answer ? 1 : 0;
        seen.answered |= question;
        const bool again_and_again = seen.times >= most_times && (seen.moved_on >= 2 || (seen.moved_on >= 1 && !declines(a)));
        const bool question_again = seen.times >= most_times && asks_something(a) && seen.moved_on >= 1;
        if (again_and_again || question_again) {
            found.push_back({a.turn->n, "says the same for the third time although the user has moved on", quote_of(a.turn->text)});
        }
    }
    if (t.conversation.ended == Ending::loop && found.empty() && t.last_agent() != nullptr) {
        const Turn& last = *t.last_agent()->turn;
        found.push_back({last.n, "says the same again and again until the user leaves", quote_of(last.text)});
    }
    out.report("loop", found, "context-loss");
}

}  // namespace sosia::scoring
