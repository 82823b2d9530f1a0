// Does the agent keep what it was told? Repeated questions, lost threads.
#include <algorithm>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
using user::Act;
using user::ReadAct;
namespace {

constexpr std::string_view category = "context-loss";

// "Could you confirm your e-mail, sandra.k@example.com?" names what it asks for.
bool names_the_value(const Transcript& t, const AgentTurn& a, const ReadAct& act) {
    const Fact* fact = t.file.persona.fact(act.fact);
    if (fact != nullptr && fact->value.empty()) {  // of a real user: whatever stands there for it, redacted or not
        const auto in_sentence = [&](const user::Entity& e) { return e.begin >= act.begin && e.end <= act.end; };
        return a.sentence_of(act).contains('[') || std::ranges::any_of(a.reading.entities, in_sentence);
    }
    return fact != nullptr &&
           Wanted(fact->value, t.file.reader, t.file.language).in(a.turn->text, t.file.reader, t.file.language) !=
               std::string_view::npos;
}

// "Is there another order? If so, its number?" is about something else; unless the fact itself is called "new address".
bool asks_for_another(const Transcript& t, const AgentTurn& a, const ReadAct& act) {
    const std::string another = t.file.phrases.heard(Say::another, plain(a.sentence_of(act)));
    const Fact* fact = t.file.persona.fact(act.fact);
    if (another.empty() || fact == nullptr) {
        return !another.empty();
    }
    const auto called = [&](std::string_view name) { return lower(name).contains(another); };
    return !called(fact->name) && std::ranges::none_of(fact->asked_by, called);
}

// The user has just muddled what they had told: asking is right.
bool user_muddled_facts(const AgentTurn& a) {
    return a.user != nullptr && (a.user->mind.tactic == "conflict-detail" || !a.user->mind.corrected.empty());
}

bool tells(const Turn& user, std::string_view fact) {
    const auto has = [&](const std::vector<std::string>& facts) {
        return std::ranges::find(facts, fact) != facts.end();
    };
    return user.role == Role::user && (has(user.mind.disclosed) || has(user.mind.wrong));
}

// Nobody had asked for it when the user mentioned it. To ask for it once all the same is clumsy, no more: it went by
// among other things.
bool was_only_mentioned(const Transcript& t, const AgentTurn& now, std::string_view fact) {
    const auto& turns = t.conversation.turns;
    const auto told = std::ranges::find_if(turns, [&](const Turn& turn) { return tells(turn, fact); });
    const auto answered = [&](const Turn& ask) {
        const auto next = std::ranges::find(turns, ask.n + 1, &Turn::n);
        return next != turns.end() &&
               (next->mind.move == "answer" || next->mind.move == "disclose" || tells(*next, fact));
    };
    const bool asked = std::ranges::any_of(t.agent, [&](const AgentTurn& a) {
        return a.turn->n < now.turn->n && a.reading.asks_for(fact) && answered(*a.turn);
    });
    return told != turns.end() && !asked;
}

void check_repeated_questions(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    for (const AgentTurn& a : t.agent) {
        for (const ReadAct& act : a.reading.acts) {
            if (act.act != Act::ask_fact || !a.knows(act.fact) || user_muddled_facts(a)) {
                continue;
            }
            if (!a.hears(Say::again_reason) && !asks_for_another(t, a, act) && !names_the_value(t, a, act)) {
                const bool gates = !was_only_mentioned(t, a, act.fact);
                found.push_back({a.turn->n, "asks for " + act.fact + ", which the user has already given",
                                 quote_of(a.sentence_of(act)), gates});
            }
        }
    }
    out.report("context.repeated-question", found, category);
}

// What the matter is called, as far as the sentence says it: "How can I help you with your refund?" has not lost it.
bool names_the_matter(const Transcript& t, std::string_view sentence) {
    const auto topics = t.file.words.topics(sentence);
    return std::ranges::any_of(topics, [&](const std::string& topic) { return t.file.goal.topics.contains(topic); });
}

// Declining an attack or a stray question, an agent may well say what it is there for.
bool was_led_away(const AgentTurn& a) {
    if (a.user == nullptr) {
        return false;
    }
    const bool attacked = a.user->mind.expect == "decline" || !a.user->mind.watch.empty();
    const bool declined = a.reading.has(Act::refuse) || a.reading.has(Act::not_know);
    return attacked || (declined && !a.user->mind.tactic.empty());
}

// The sentence with which the turn starts over, "" when it does not.
std::string_view restart(const Transcript& t, const AgentTurn& a) {
    if (a.hands_over) {
        return {};  // "please tell my colleague what this is about" is a poor hand-over, not a lost thread
    }
    if (a.hears(Say::lost) && !a.hears(Say::no_need)) {
        return a.turn->text;
    }
    for (const ReadAct& act : a.reading.acts) {
        const std::string_view sentence = a.sentence_of(act);
        // "Please tell my colleague what this is about" is a poor hand-over, not a lost thread.
        const bool asks_why_here = act.act == Act::ask_intent && !a.hands_over && !names_the_matter(t, sentence) &&
                                   !t.file.phrases.hears(Say::another, plain(sentence));
        if (asks_why_here && !was_led_away(a)) {
            return sentence;
        }
    }
    return {};
}

void check_lost_thread(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    bool settled = false;
    for (const AgentTurn& a : t.agent) {
        const bool well_under_way = a.goal_stated && a.turn->n > 2;
        if (well_under_way && !settled) {
            if (const std::string_view sentence = restart(t, a); !sentence.empty()) {
                found.push_back(
                    {a.turn->n, "starts over although the user has said what this is about", quote_of(sentence)});
            }
        }
        settled |= grants(t, a) || a.hands_over;
    }
    out.report("context.lost-thread", found, category);
}

}  // namespace

void check_context(const Transcript& t, Findings& out) {
    check_repeated_questions(t, out);
    check_lost_thread(t, out);
}

}  // namespace sosia::scoring
