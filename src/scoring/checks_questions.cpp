// Does the agent answer what it is asked besides the matter?
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "scoring/checks.h"

namespace sosia::scoring {
using user::Act;
using user::ReadAct;
namespace {

// What a reply can do with a question: tell something, decline, ask to wait, pass on, or ask back what is meant.
bool responds(Act act) {
    constexpr std::array<Act, 13> ways{
        Act::inform,    Act::refuse,      Act::not_know,     Act::deny,          Act::redirect, Act::promise, Act::hold,
        Act::hand_over, Act::offer_human, Act::confirm_done, Act::misunderstood, Act::hostile,  Act::ask_open};
    return std::ranges::find(ways, act) != ways.end();
}

bool is_question_of_the_user(const Turn& user) {
    const std::string& asks = user.mind.asks;
    const bool muddled = user.mind.tactic == "conflict-detail";  // "and if it was the other one?" has no answer
    return user.mind.expect != "decline" && !muddled && user.text.contains('?') &&
           (asks.starts_with("side:") || asks.starts_with("truth:") || asks.starts_with("pivot:"));
}

// What was said before answers nothing, unless it was said in answer to a question.
bool said_before(const Transcript& t, const AgentTurn& now, std::string_view sentence) {
    return std::ranges::any_of(t.agent, [&](const AgentTurn& a) {
        const bool answered = a.user != nullptr && !a.user->mind.asks.empty();
        return a.turn->n < now.turn->n && !answered && a.turn->text.contains(sentence);
    });
}

// Goes on with its own questions: what it says along with them need not be meant as an answer.
bool goes_on(const AgentTurn& a) {
    const bool proposes = std::ranges::any_of(
        a.reading.acts, [&](const ReadAct& act) { return act.act == Act::offer && a.sentence_of(act).contains('?'); });
    return proposes || a.reading.has(Act::ask_fact) || a.reading.has(Act::ask_confirm);
}

bool answers(const Transcript& t, const AgentTurn& a) {
    const bool must_be_new = goes_on(a);
    const bool states_figures = std::ranges::any_of(a.reading.claims, [&](const user::Claim& claim) {
        return !claim.question && !(must_be_new && said_before(t, a, a.sentence_of(claim)));
    });
    const auto tells = [&](const ReadAct& act) {
        const std::string_view sentence = a.sentence_of(act);
        const bool offers = act.act == Act::offer && !sentence.contains('?');  // "I can look that up for you"
        return (responds(act.act) || offers) && !(must_be_new && said_before(t, a, sentence));
    };
    return states_figures || a.hands_over || a.reading.acts.empty() || std::ranges::any_of(a.reading.acts, tells);
}

// The same question answered when it came again, or the next turn that comes back to what it was about.
bool answered_later(const Transcript& t, const AgentTurn& ignored) {
    const std::set<std::string> asked = t.file.words.topics(ignored.user->text);
    const auto comes_back = [&](const AgentTurn& a) {
        const std::set<std::string> said = t.file.words.topics(a.turn->text);
        return std::ranges::any_of(said, [&](const std::string& topic) { return asked.contains(topic); });
    };
    return std::ranges::any_of(t.agent, [&](const AgentTurn& a) {
        if (a.turn->n <= ignored.turn->n || a.user == nullptr) {
            return false;
        }
        const bool same_question = a.user->mind.asks == ignored.user->mind.asks;
        return answers(t, a) && (same_question || (a.turn->n == ignored.turn->n + 2 && comes_back(a)));
    });
}

}  // namespace

void check_questions(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    bool asked = false;
    for (const AgentTurn& a : t.agent) {
        if (a.user == nullptr || !is_question_of_the_user(*a.user)) {
            continue;
        }
        asked = true;
        if (!answers(t, a)) {
            // What an adversary asks about a rule was chosen from the truth by Sosia; the author's own questions count.
            const bool of_the_suite = !a.user->mind.asks.starts_with("truth:");
            const bool gates = of_the_suite && !answered_later(t, a);
            found.push_back({a.turn->n, "the user's question is left unanswered: " + quote_of(a.user->text),
                             quote_of(a.turn->text), gates});
        }
    }
    if (asked) {
        out.report("context.ignored-question", found, "context-loss");
    }
}

}  // namespace sosia::scoring
