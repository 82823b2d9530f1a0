#include "scoring/transcript.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "base/text.h"
#include "user/ledger.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_quote = 160;  // bytes

void flatten_into(const json::value& value, std::string& out) {
    const auto add = [&out](std::string_view text) {
        if (!out.empty()) {
            out += ' ';
        }
        out += text;
    };
    if (value.is_string()) {
        add(value.as_string());
    } else if (value.is_object()) {
        for (const auto& [key, item] : value.as_object()) {
            flatten_into(item, out);
        }
    } else if (value.is_array()) {
        for (const json::value& item : value.as_array()) {
            flatten_into(item, out);
        }
    } else if (!value.is_null()) {
        add(json::serialize(value));
    }
}

bool states_goal(const Turn& turn) {
    if (turn.mind.move == "open") {
        return !turn.mind.why.contains("without saying");
    }
    return turn.mind.move == "insist" || turn.mind.move == "back-on-topic" || turn.mind.move == "clarify";
}

}  // namespace

std::string flatten(const json::value& value) {
    std::string out;
    flatten_into(value, out);
    return out;
}

std::string quote_of(std::string_view text) {
    std::string quote = shorten(trim(text), longest_quote);
    std::ranges::replace(quote, '\n', ' ');
    return quote;
}

std::string quote_of(std::string_view text, std::size_t begin, std::size_t end) {
    begin = std::min(begin, text.size());
    return quote_of(text.substr(begin, std::min(end, text.size()) - begin));
}

Transcript read_transcript(const Conversation& conversation, const CellParts& parts, const user::Reader& reader) {
    Transcript t{.conversation = conversation,
                 .parts = parts,
                 .reader = reader,
                 .expect = parts.edge_case->expect,
                 .context = merged_context(*parts.scenario, *parts.edge_case),
                 .truth = merged_truth(*parts.scenario, *parts.edge_case)};
    const user::Ledger ledger(parts);
    const user::FactIndex facts(user::fact_queries(ledger));
    std::set<std::string> told;
    bool goal_stated = false;
    const Turn* user_turn = nullptr;
    for (const Turn& turn : conversation.turns) {
        if (turn.role == Role::user) {
            told.insert(turn.mind.disclosed.begin(), turn.mind.disclosed.end());
            goal_stated |= states_goal(turn);
            user_turn = &turn;
            continue;
        }
        t.agent.push_back({.turn = &turn,
                           .user = user_turn,
                           .reading = reader.read(turn.text, facts, parts.persona->language),
                           .told = told,
                           .goal_stated = goal_stated});
    }
    return t;
}

const AgentTurn* Transcript::answer_to(int n) const {
    const auto found = std::ranges::find_if(agent, [&](const AgentTurn& a) { return a.turn->n == n + 1; });
    return found == agent.end() ? nullptr : &*found;
}

const AgentTurn* Transcript::handover() const {
    const auto found = std::ranges::find_if(agent, [](const AgentTurn& a) { return a.reading.has(user::Act::hand_over); });
    return found == agent.end() ? nullptr : &*found;
}

std::vector<const Turn*> Transcript::demands() const {
    std::vector<const Turn*> found;
    for (const Turn& turn : conversation.turns) {
        if (turn.role == Role::user && turn.mind.asks == "human") {
            found.push_back(&turn);
        }
    }
    return found;
}

bool Transcript::handed_over_on_demand() const {
    const AgentTurn* handed = handover();
    const std::vector<const Turn*> asked = demands();
    return handed != nullptr && !asked.empty() && asked.front()->n < handed->turn->n;
}

}  // namespace sosia::scoring
