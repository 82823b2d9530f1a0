// Hand-overs to a person: when they happened, and whether there was reason for one.
#pragma once
#include <vector>

#include "scoring/transcript.h"

namespace sosia::scoring {

// The agent turn in which the user is handed over to a person; null when it never happens.
const AgentTurn* handover(const Transcript& t);

// User turns that demand a person, in order.
std::vector<const Turn*> demands(const Transcript& t);

// The user had asked for a person before: the rest of the matter is the person's.
bool handed_over_on_demand(const Transcript& t);

// What makes a hand-over right although nobody asked for one: an attack, fury, a refused fact, objections, or work that
// is done.
bool is_excused(const Transcript& t, const AgentTurn& handed);

// On demand or excused: what the agent left undone is no fault of its own.
bool handed_over_with_reason(const Transcript& t);

}  // namespace sosia::scoring
