// What is fixed for a persona in an edge case, prepared once and shared by all its conversations. Immutable, so
// thread-safe.
#pragma once
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "scoring/knowledge.h"
#include "scoring/phrases.h"
#include "scoring/text_rule.h"
#include "scoring/values.h"
#include "user/goal.h"
#include "user/reader.h"

namespace sosia::scoring {

// What every CaseFile is made with; outlives them all.
struct Tools {
    const user::Reader& reader;
    const user::GoalWords& words;
    const PhraseBook& phrases;
};

// One entry of the ground truth: "refund_window: 14 days".
struct TruthEntry {
    std::string name;
    std::string text;
    std::vector<std::set<std::string>> topics;  // of each telling word of its name
    std::vector<user::Claim> claims;            // of its text
    std::optional<double> number;               // when the text is a number alone
    bool states(user::ClaimKind kind) const;
};

// A fact that the user tells wrong first.
struct Correction {
    std::string fact;
    Wanted wrong;
    Wanted right;
    bool wrong_on_record;  // the wrong value stands in the context too: saying it proves nothing
};

// An identifier the user tells: tools must get it as it was told.
struct Identifier {
    std::string fact;
    std::vector<std::string> keys;  // argument names that mean it, squeezed: "orderid", "ordernumber"
    Wanted value;
};

struct CaseFile {
    CaseFile(const Persona& persona, const Scenario& scenario, const EdgeCase& edge_case, const Tools& tools);

    const Persona& persona;
    const Scenario& scenario;
    const EdgeCase& edge_case;
    const Expectation& expect;
    const user::Reader& reader;
    const user::GoalWords& words;
    const Phrases& phrases;                    // of the persona's language
    std::string language;                      // the persona's
    boost::json::object context;               // merged
    std::map<std::string, std::string> truth;  // merged
    std::vector<TruthEntry> entries;
    user::FactIndex facts;
    user::ConversationGoal goal;
    Knowledge known;           // before the first turn
    Knowledge own;             // the customer's part of it: for questions about others
    bool rules_known = false;  // there is a ground truth (or rules in the agent's context) to hold claims against
    std::string known_text;    // truth, context, intent and descriptions, plain
    std::string own_text;      // what is the user's own: facts, background, their part of the context, truth; squeezed
    std::string company_text;  // the rest of the context, squeezed
    std::vector<std::string> strangers;  // names and contacts of other people in the context
    std::vector<TextRule> must_say;
    std::vector<TextRule> must_not_say;
    std::vector<Correction> corrections;
    std::vector<Identifier> identifiers;
};

}  // namespace sosia::scoring
