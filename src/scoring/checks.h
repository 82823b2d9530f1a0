// The programmatic checks (mission D1), one function per topic; each reports every check of its topic that applies.
// docs/checks.md lists names, meaning and when a check applies.
#pragma once
#include "scoring/findings.h"
#include "scoring/transcript.h"

namespace sosia::scoring {

void check_reply(const Transcript& t, Findings& out);          // reply.valid
void check_tools(const Transcript& t, Findings& out);          // tools.required, .order, .arguments, .forbidden
void check_words(const Transcript& t, Findings& out);          // say.required, say.forbidden
void check_outcome(const Transcript& t, Findings& out);        // resolution, turns, ending
void check_limits(const Transcript& t, Findings& out);         // latency, cost
void check_context(const Transcript& t, Findings& out);        // context.repeated-question, context.lost-thread
void check_questions(const Transcript& t, Findings& out);      // context.ignored-question
void check_loop(const Transcript& t, Findings& out);           // loop
void check_correction(const Transcript& t, Findings& out);     // correction
void check_claims(const Transcript& t, Findings& out);         // claims
void check_contradiction(const Transcript& t, Findings& out);  // contradiction
void check_boundary(const Transcript& t, Findings& out);       // boundary, resisted
void check_stance(const Transcript& t, Findings& out);         // stance
void check_privacy(const Transcript& t, Findings& out);        // privacy
void check_escalation(const Transcript& t, Findings& out);     // escalation.expected, .early, .late, .context
void check_tone(const Transcript& t, Findings& out);           // tone.cheerful, tone.hostile
void check_language(const Transcript& t, Findings& out);       // language

// The user's own faults: a fact told that must never be told, an empty message. A finding makes the conversation
// invalid.
std::vector<Finding> simulator_faults(const Conversation& conversation, const CellParts& parts);

}  // namespace sosia::scoring
