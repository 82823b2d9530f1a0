// A finished conversation, prepared once for all checks: how each agent turn reads, what the user had told by then, and
// how its claims stand.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/suite.h"
#include "scoring/case_file.h"
#include "user/reader.h"

namespace sosia::scoring {

// How a claim of the agent stands against what is known.
enum class Standing {
    unjudged,  // a question, an observation, or nothing to hold it against
    supported,
    doubtful,  // unknown, but it may well be true: worth a warning
    invented,  // a rule or promise that is not in the ground truth, or differs from it
};

struct JudgedClaim {
    const user::Claim* claim = nullptr;
    Standing standing = Standing::unjudged;
    const TruthEntry* truth = nullptr;  // the entry it is about; null when none is
};

struct AgentTurn {
    const Turn* turn = nullptr;
    const Turn* user = nullptr;  // the user turn it answers; null when the agent spoke first
    const Phrases* phrases = nullptr;
    user::Reading reading;
    std::string plain;                   // the text as Phrases want it
    std::vector<std::string_view> told;  // facts with their true value known to the agent before this turn
    std::vector<JudgedClaim> claims;     // one for each of reading.claims
    bool goal_stated = false;            // the user had said what they want before this turn
    bool hands_over = false;             // passes the user to a person, by words or by tool

    bool knows(std::string_view fact) const;
    bool hears(Say list) const { return phrases->hears(list, plain); }
    std::string_view words_of(const user::Claim& claim) const;
    std::string_view sentence_of(const user::Claim& claim) const;
    std::string_view sentence_of(const user::ReadAct& act) const;
};

struct Transcript {
    const Conversation& conversation;
    const CaseFile& file;
    const Expectation& expect;
    std::vector<AgentTurn> agent;

    const AgentTurn* last_agent() const { return agent.empty() ? nullptr : &agent.back(); }
    // The agent turn that answers user turn `n`, null when there was none.
    const AgentTurn* answer_to(int n) const;
    // The user refused for good to tell something that the agent asked for.
    bool user_withheld() const;
};

// `readings`: how each agent turn was read already, one each in turn order; otherwise they are read here.
Transcript read_transcript(const Conversation& conversation, const CaseFile& file,
                           std::vector<user::Reading> readings = {});

// Fills the standing of every claim (claims.cpp). Part of read_transcript.
void judge_claims(Transcript& transcript);

// What the claim's sentence is about besides its figures.
std::set<std::string> topics_around(const CaseFile& file, const AgentTurn& turn, const user::Claim& claim);

// Does not go along with the user in this turn: a no in any of many wordings.
bool declines(const AgentTurn& turn);
// Says that what the user came for is, or will be, granted.
bool grants(const Transcript& transcript, const AgentTurn& turn);
// A tool whose name says that a person takes over.
bool is_handover_tool(const ToolCall& tool);

}  // namespace sosia::scoring
