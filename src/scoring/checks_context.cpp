#include <algorithm>
#include <map>

#include <re2/re2.h>

#include "base/text.h"
#include "scoring/checks.h"
#include "scoring/grounding.h"

namespace sosia::scoring {
using user::Act;
using user::ReadAct;
namespace {

// "That order number doesn't match, could you check it again?": asking again for a reason.
bool asks_again_for_a_reason(const AgentTurn& a) {
    static const RE2 reason(
        R"((?i)\b(match|couldn.t find|could not find|can.t find|cannot find|not find|no (order|account|record|booking|charge)|double.?check|invalid|isn.t right|not recogni|verify|correct(ed)?|different|does not exist|doesn.t exist|typo|no encuentr|no coincide|nicht gefunden|stimmt nicht|überprüf|not on file|unable to (find|locate)|whose|which one)\b)");
    return RE2::PartialMatch(a.turn->text, reason);
}

// "Could you confirm your e-mail, sandra.k@example.com?" names what it asks for.
bool names_the_value(const AgentTurn& a, const ReadAct& act, const Persona& persona) {
    const Fact* fact = persona.fact(act.fact);
    return fact != nullptr && contains_word(a.turn->text, fact->value);
}

void check_repeated_questions(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    for (const AgentTurn& a : t.agent) {
        for (const ReadAct& act : a.reading.acts) {
            const bool known = act.act == Act::ask_fact && a.told.contains(act.fact);
            if (known && !asks_again_for_a_reason(a) && !names_the_value(a, act, *t.parts.persona)) {
                found.push_back({a.turn->n, "asks for " + act.fact + ", which the user has already given", quote_of(a.turn->text, act.begin, act.end)});
            }
        }
    }
    out.report("context.repeated-question", found, "context-loss");
}

void check_lost_thread(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    bool settled = false;
    for (const AgentTurn& a : t.agent) {
        settled |= a.reading.has(Act::confirm_done) || a.reading.has(Act::promise) || a.reading.has(Act::refuse) || a.reading.has(Act::hand_over);
        const ReadAct* restart = a.reading.find(Act::ask_intent);
        // After an attack the agent may well say what it is there for.
        const bool provoked = a.user != nullptr && (a.user->mind.expect == "decline" || !a.user->mind.watch.empty());
        if (restart != nullptr && a.goal_stated && !settled && !provoked && a.turn->n > 2) {
            found.push_back({a.turn->n, "starts over although the user has said what this is about", quote_of(a.turn->text, restart->begin, restart->end)});
        }
    }
    out.report("context.lost-thread", found, "context-loss");
}

std::string normalised(std::string_view text) {
    std::string out;
    for (const char c : lower(text)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0) {
            out += c;
        }
    }
    return out;
}

void check_loop(const Transcript& t, Findings& out) {
    constexpr std::size_t shortest = 20;  // "okay" may come again
    std::vector<Finding> found;
    std::map<std::string, int> seen;
    std::string previous;
    for (const AgentTurn& a : t.agent) {
        const std::string text = normalised(a.turn->text);
        if (text.size() < shortest) {
            continue;
        }
        const int times = ++seen[text];
        const bool ignores_news = text == previous && a.user != nullptr && !(a.user->mind.disclosed.empty() && a.user->mind.corrected.empty());
        if (times >= 3 || ignores_news) {
            found.push_back({a.turn->n, times >= 3 ? "says the same for the third time" : "repeats itself although the user gave new information", quote_of(a.turn->text)});
        }
        previous = text;
    }
    out.report("loop", found, "context-loss");
}

// Text in which a value could be used: what the agent says, and what it puts into tools.
bool uses_value(const Transcript& t, std::string_view text, const std::string& value) {
    if (contains_word(text, value)) {
        return true;
    }
    const std::string& language = t.parts.persona->language;
    const std::vector<user::Claim> wanted = t.reader.claims(value, language);
    if (wanted.size() != 1 || (wanted[0].kind != user::ClaimKind::date && wanted[0].kind != user::ClaimKind::money)) {
        return false;
    }
    return std::ranges::any_of(t.reader.claims(text, language), [&](const user::Claim& c) { return same_value(c, wanted[0]); });
}

// Why the agent turn uses the wrong value, "" when it does not.
std::string wrong_use(const Transcript& t, const AgentTurn& a, const Fact& fact) {
    for (const ToolCall& tool : a.turn->tools) {
        const std::string arguments = tool.arguments ? flatten(*tool.arguments) : "";
        if (uses_value(t, arguments, fact.first_says) && !uses_value(t, arguments, fact.value)) {
            return "called " + tool.name + " with " + fact.first_says + "; the user had corrected " + fact.name + " to " + fact.value;
        }
    }
    if (uses_value(t, a.turn->text, fact.first_says) && !uses_value(t, a.turn->text, fact.value)) {
        return "says " + fact.first_says + "; the user had corrected " + fact.name + " to " + fact.value;
    }
    return "";
}

}  // namespace

void check_context(const Transcript& t, Findings& out) {
    check_repeated_questions(t, out);
    check_lost_thread(t, out);
    check_loop(t, out);
}

void check_correction(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    bool applies = false;
    for (const Fact& fact : t.parts.persona->facts) {
        if (fact.first_says.empty()) {
            continue;
        }
        bool corrected = false;
        for (const AgentTurn& a : t.agent) {
            corrected |= a.user != nullptr && std::ranges::find(a.user->mind.corrected, fact.name) != a.user->mind.corrected.end();
            if (!corrected) {
                continue;
            }
            applies = true;
            if (std::string why = wrong_use(t, a, fact); !why.empty()) {
                found.push_back({a.turn->n, std::move(why), quote_of(a.turn->text)});
            }
        }
    }
    if (applies) {
        out.report("correction", found, "correction-failure");
    }
}

}  // namespace sosia::scoring
