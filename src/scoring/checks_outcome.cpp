// How it ended, in how many turns, how fast and at what cost.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "scoring/checks.h"
#include "scoring/handover.h"

namespace sosia::scoring {
using user::Act;
namespace {

std::string_view how_it_ended(Ending ending) {
    switch (ending) {
        case Ending::turn_limit:
            return "the turn limit was reached";
        case Ending::user_gave_up:
            return "the user gave up";
        case Ending::loop:
            return "the agent went round in circles";
        case Ending::agent_ended:
            return "the agent ended the conversation";
        case Ending::user_handed_over:
            return "the user was handed over";
        case Ending::user_satisfied:
            return "the user accepted a no";
        case Ending::agent_invalid:
            return "the agent sent no valid reply";
        default:
            return "the conversation stopped";
    }
}

Finding at_end(const Transcript& t, std::string detail, bool gates = true) {
    const AgentTurn* last = t.last_agent();
    return {last == nullptr ? 0 : last->turn->n, std::move(detail), last == nullptr ? "" : quote_of(last->turn->text),
            gates};
}

bool said_no(const AgentTurn& a) {
    return a.reading.has(Act::refuse) || a.reading.has(Act::not_know) || a.reading.has(Act::deny) ||
           a.reading.has(Act::redirect) || a.hands_over;
}

bool uses_forbidden_tool(const Transcript& t, const AgentTurn& a) {
    return std::ranges::any_of(a.turn->tools, [&](const ToolCall& c) {
        return std::ranges::find(t.expect.forbidden, c.name) != t.expect.forbidden.end();
    });
}

// The turn in which the agent gives what must not be given; null when the user's belief is all there is.
const AgentTurn* granting_turn(const Transcript& t) {
    const auto found =
        std::ranges::find_if(t.agent, [&](const AgentTurn& a) { return grants(t, a) || uses_forbidden_tool(t, a); });
    return found == t.agent.end() ? nullptr : &*found;
}

void check_not_granted(const Transcript& t, std::vector<Finding>& found) {
    if (!t.conversation.resolved) {
        return;
    }
    if (const AgentTurn* granted = granting_turn(t)) {
        found.push_back({granted->turn->n, "granted what must not be granted here", quote_of(granted->turn->text)});
    } else if (std::ranges::none_of(t.agent, said_no)) {
        found.push_back(
            at_end(t, "the user got what they came for, which must not happen here, and was never told no"));
    }
}

void check_granted(const Transcript& t, std::vector<Finding>& found) {
    const bool expected_handover = t.expect.escalated.value_or(false) && handover(t) != nullptr;
    if (t.conversation.resolved || expected_handover) {
        return;
    }
    found.push_back(
        at_end(t, fmt::format("the user did not get what they came for: {}", how_it_ended(t.conversation.ended)),
               !t.user_withheld()));
}

void check_resolution(const Transcript& t, Findings& out) {
    if (!t.expect.resolved || handed_over_with_reason(t)) {
        return;
    }
    std::vector<Finding> found;
    if (*t.expect.resolved) {
        check_granted(t, found);
    } else {
        check_not_granted(t, found);
    }
    out.report("resolution", found);
}

// User turns that the agent could do nothing about: tactics, drops, pivots, pushing back, side questions, facts kept
// back.
int turns_of_the_users_own(const Conversation& c) {
    return static_cast<int>(std::ranges::count_if(c.turns, [](const Turn& turn) {
        const UserMind& m = turn.mind;
        return turn.role == Role::user &&
               (!m.tactic.empty() || !m.withheld.empty() || !m.corrected.empty() || m.move == "object" ||
                m.move == "wait" || m.move == "ask-side" || m.asks == "human");
    }));
}

void check_turns(const Transcript& t, Findings& out) {
    if (!t.expect.turns) {
        return;
    }
    const int turns = static_cast<int>(std::ranges::count(t.conversation.turns, Role::user, &Turn::role));
    const int own = turns_of_the_users_own(t.conversation);
    std::vector<Finding> found;
    if (turns > *t.expect.turns + own) {
        found.push_back(
            at_end(t, fmt::format("took {} user turns; at most {} are expected, plus {} of the user's own making",
                                  turns, *t.expect.turns, own)));
    }
    out.report("turns", found);
}

// Everything the user wrote between the repetitions was pressure: an agent that stays with its no is no loop.
bool only_stood_firm(const Transcript& t) {
    const AgentTurn* last = t.last_agent();
    return last != nullptr && !t.expect.resolved.value_or(true) && declines(*last);
}

void check_ending(const Transcript& t, Findings& out) {
    const Conversation& c = t.conversation;
    std::vector<Finding> found;
    const bool must_refuse = !t.expect.resolved.value_or(true) && std::ranges::any_of(t.agent, said_no);
    if (c.ended == Ending::loop) {
        found.push_back(at_end(t, "the agent went round in circles with the matter unsettled", !only_stood_firm(t)));
    } else if (c.ended == Ending::user_gave_up) {
        found.push_back(at_end(t, "the user gave up with the matter unsettled", !must_refuse && !t.user_withheld()));
    } else if (c.ended == Ending::agent_ended && !c.resolved && !must_refuse && !handed_over_with_reason(t)) {
        found.push_back(
            at_end(t, "the agent ended the conversation with the matter unsettled", t.expect.resolved.has_value()));
    }
    out.report("ending", found);
}

}  // namespace

void check_outcome(const Transcript& t, Findings& out) {
    check_resolution(t, out);
    check_turns(t, out);
    check_ending(t, out);
}

void check_limits(const Transcript& t, Findings& out) {
    if (t.expect.latency_ms) {
        std::vector<Finding> slow;
        for (const AgentTurn& a : t.agent) {
            if (static_cast<double>(a.turn->latency_ms) > *t.expect.latency_ms) {
                slow.push_back({a.turn->n,
                                fmt::format("answered after {} ms; at most {:.0f} ms are allowed", a.turn->latency_ms,
                                            *t.expect.latency_ms),
                                quote_of(a.turn->text)});
            }
        }
        out.report("latency", slow);
    }
    if (t.expect.cost_usd && t.conversation.metrics.cost_usd) {
        std::vector<Finding> dear;
        if (*t.conversation.metrics.cost_usd > *t.expect.cost_usd) {
            dear.push_back({0,
                            fmt::format("cost {:.4f} USD; at most {:.4f} are allowed", *t.conversation.metrics.cost_usd,
                                        *t.expect.cost_usd),
                            ""});
        }
        out.report("cost", dear);
    }
}

}  // namespace sosia::scoring
