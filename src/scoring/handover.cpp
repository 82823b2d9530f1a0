#include "scoring/handover.h"

#include <algorithm>

namespace sosia::scoring {
namespace {

constexpr double very_upset = 4.0;

bool is_objection(const UserMind& m) {
    return m.move == "object" || m.move == "insist" || m.tactic == "object" || m.tactic == "threaten-leave" ||
           m.tactic == "demand-citation" || m.tactic == "insist";
}

bool all_tools_used(const Transcript& t, const AgentTurn& until) {
    if (t.expect.tools.empty()) {
        return false;
    }
    return std::ranges::all_of(t.expect.tools, [&](const ExpectedTool& wanted) {
        return std::ranges::any_of(t.agent, [&](const AgentTurn& a) {
            return a.turn->n <= until.turn->n &&
                   std::ranges::find(a.turn->tools, wanted.name, &ToolCall::name) != a.turn->tools.end();
        });
    });
}

}  // namespace

const AgentTurn* handover(const Transcript& t) {
    const auto found = std::ranges::find_if(t.agent, &AgentTurn::hands_over);
    return found == t.agent.end() ? nullptr : &*found;
}

std::vector<const Turn*> demands(const Transcript& t) {
    std::vector<const Turn*> found;
    for (const Turn& turn : t.conversation.turns) {
        if (turn.role == Role::user && turn.mind.asks == "human") {
            found.push_back(&turn);
        }
    }
    return found;
}

bool handed_over_on_demand(const Transcript& t) {
    const AgentTurn* handed = handover(t);
    const std::vector<const Turn*> asked = demands(t);
    return handed != nullptr && !asked.empty() && asked.front()->n < handed->turn->n;
}

bool is_excused(const Transcript& t, const AgentTurn& handed) {
    int objections = 0;
    for (const Turn& turn : t.conversation.turns) {
        if (turn.role != Role::user || turn.n > handed.turn->n) {
            continue;
        }
        const UserMind& m = turn.mind;
        const bool provoked = m.expect == "decline" || m.expect == "handover" || m.tactic == "threaten-leave";
        objections += is_objection(m) ? 1 : 0;
        const bool just_withheld = !m.withheld.empty() && turn.n + 1 == handed.turn->n;
        if (m.asks == "human" || provoked || m.emotion >= very_upset || just_withheld || objections >= 2) {
            return true;
        }
    }
    return t.user_withheld() || all_tools_used(t, handed) || grants(t, handed);
}

bool handed_over_with_reason(const Transcript& t) {
    const AgentTurn* handed = handover(t);
    return handed != nullptr && (handed_over_on_demand(t) || is_excused(t, *handed));
}

}  // namespace sosia::scoring
