// A failing conversation made into a draft of a persona and a scenario that bring the failure about again. A draft is
// for review: it says what was inferred and what a person has to check.
#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/suite.h"

namespace sosia::analysis {

// What a reader made of one turn of a real conversation.
struct TurnSigns {
    std::vector<std::string> asks;  // agent turns: those of askable_facts() the agent asks for
    // User turns: kind ("email", "phone", "card", "id", "money", "date", ...) and text, in text order.
    std::vector<std::pair<std::string, std::string>> values;
};

// Facts an agent may ask anybody for, by name: "order_id", "email", ...
std::span<const std::string_view> askable_facts();

struct Draft {
    Persona persona;
    Scenario scenario;
    std::string check;                  // the check that failed, and has to fail again
    std::vector<std::string> inferred;  // one sentence each
    std::vector<std::string> to_check;
};

// A simulated conversation: persona, expectations, ground truth and context are known and are taken over as its cell
// had them; the first message is what was said.
Draft promote_simulated(const Conversation& conversation, const CellParts& parts, const std::string& id);

// A real conversation: facts and when they were told, style, mood and patience are inferred from what was said; later
// remarks that nothing the agent said called for become pivots. `signs` has one entry for each turn. Personal data must
// have been taken out before (stand_ins.h).
Draft promote_transcript(const Conversation& conversation, std::span<const TurnSigns> signs, const std::string& id);

}  // namespace sosia::analysis
