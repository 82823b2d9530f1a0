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

// The user answered, agreed, told or asked something else: the same words again do not do. Under mere pressure ("no!",
// "and?", "...") a firm agent may well repeat itself.
bool moved_on(const Turn& user) {
    const UserMind& m = user.mind;
    if (!m.disclosed.empty() || !m.wrong.empty() || !m.corrected.empty()) {
        return true;
    }
    if (!m.tactic.empty() || !m.withheld.empty()) {
        return false;
    }
    constexpr std::string_view moves[] = {"disclose", "answer", "confirm",  "choose",      "clarify",
                                          "correct",  "accept", "ask-side", "accept-human"};
    return std::ranges::find(moves, m.move) != std::end(moves);
}

bool asks_something(const AgentTurn& a) {
    return a.reading.has(Act::ask_fact) || a.reading.has(Act::ask_confirm) || a.reading.has(Act::ask_open) ||
           a.reading.has(Act::ask_intent);
}

bool asks_a_question(const Turn& user) {
    const std::string& asks = user.mind.asks;
    return asks.starts_with("side:") || asks.starts_with("truth:") || asks.starts_with("pivot:");
}

// "One moment, I'm checking that": a promise of something that then does not come.
bool puts_off(const AgentTurn& a) {
    const bool says_more = asks_something(a) || a.reading.has(Act::inform) || declines(a);
    return a.reading.has(Act::hold) || (a.reading.has(Act::promise) && !says_more);
}

// One text of the agent, over the conversation.
struct Seen {
    int times = 0;
    int moved_on = 0;  // of these, answers to a user who had moved on
    bool answered =
        false;  // it answered a question before: whoever asks again, or about the same rule, may hear it again

    void add(const AgentTurn& a) {
        ++times;
        const bool question = a.user != nullptr && asks_a_question(*a.user);
        const bool same_answer = question && answered;
        moved_on += times > 1 && a.user != nullptr && scoring::moved_on(*a.user) && !same_answer ? 1 : 0;
        answered |= question;
    }
    bool is_loop(const AgentTurn& a) const {
        if (times < most_times) {
            return false;
        }
        const bool stands_firm = declines(a) && !asks_something(a);
        return puts_off(a) || moved_on >= 2 || (moved_on >= 1 && !stands_firm);
    }
};

// The user left because nothing else came. A no that is repeated under pressure is no loop.
bool wore_the_user_out(const Transcript& t) {
    const AgentTurn* last = t.last_agent();
    const bool stood_firm =
        last != nullptr && declines(*last) && !asks_something(*last) && !t.expect.resolved.value_or(true);
    return t.conversation.ended == Ending::loop && last != nullptr && !stood_firm;
}

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
        seen.add(a);
        if (seen.is_loop(a)) {
            found.push_back(
                {a.turn->n, "says the same for the third time although the user has moved on", quote_of(a.turn->text)});
        }
    }
    if (found.empty() && wore_the_user_out(t)) {
        const Turn& last = *t.last_agent()->turn;
        found.push_back({last.n, "says the same again and again until the user leaves", quote_of(last.text)});
    }
    out.report("loop", found, "context-loss");
}

}  // namespace sosia::scoring
