// A finished conversation, prepared once for all checks: how each agent turn reads, what the user had told by then,
// and what the agent could know.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/suite.h"
#include "user/reader.h"

namespace sosia::scoring {

struct AgentTurn {
    const Turn* turn = nullptr;
    const Turn* user = nullptr;        // the user turn it answers; null when the agent spoke first
    user::Reading reading;
    std::set<std::string> told;        // facts with their true value known to the agent before this turn
    bool goal_stated = false;          // the user had said what they want before this turn
};

struct Transcript {
    const Conversation& conversation;
    const CellParts& parts;
    const user::Reader& reader;
    const Expectation& expect;
    boost::json::object context;                 // merged
    std::map<std::string, std::string> truth;    // merged
    std::vector<AgentTurn> agent;

    const AgentTurn* last_agent() const { return agent.empty() ? nullptr : &agent.back(); }
    // The agent turn that answers user turn `n`, null when there was none.
    const AgentTurn* answer_to(int n) const;
    // The agent turn in which the user is handed over to a person; null when it never happens.
    const AgentTurn* handover() const;
    // User turns that demand a person, in order.
    std::vector<const Turn*> demands() const;
    // The hand-over came after the user had asked for a person: the rest of the matter is the person's.
    bool handed_over_on_demand() const;
};

Transcript read_transcript(const Conversation& conversation, const CellParts& parts, const user::Reader& reader);

// The sentence of `text` from `begin` to `end`, trimmed and shortened: what a finding quotes.
std::string quote_of(std::string_view text, std::size_t begin, std::size_t end);
std::string quote_of(std::string_view text);

// All text inside a JSON value: strings as they are, numbers as written, joined by spaces.
std::string flatten(const boost::json::value& value);

}  // namespace sosia::scoring
