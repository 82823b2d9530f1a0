#include "scoring/transcript.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"

namespace sosia::scoring {
using user::Act;
using user::ReadAct;
namespace {

bool overlaps(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& topic) { return b.contains(topic); });
}

// By its kind, or because it says so beside something else: "4242. I need to dispute a charge on my card."
bool states_goal(const Turn& turn, const CaseFile& file) {
    if (turn.mind.move == "open") {
        return !turn.mind.why.contains("without saying");
    }
    if (turn.mind.move == "insist" || turn.mind.move == "back-on-topic" || turn.mind.move == "clarify") {
        return true;
    }
    const std::set<std::string>& wanted = file.goal.topics;
    return wanted.size() > 1 && std::ranges::includes(file.words.topics(turn.text), wanted);
}

AgentTurn read_turn(const Turn& turn, const Turn* user_turn, const CaseFile& file, user::Reading reading) {
    AgentTurn read{.turn = &turn,
                   .user = user_turn,
                   .phrases = &file.phrases,
                   .reading = std::move(reading),
                   .plain = plain(turn.text)};
    constexpr std::size_t most_claims = 100;  // a reply that lists thousands of figures states no rule with them
    if (read.reading.claims.size() > most_claims) {
        read.reading.claims.resize(most_claims);
    }
    read.hands_over = read.reading.has(Act::hand_over) || std::ranges::any_of(turn.tools, is_handover_tool);
    return read;
}

// The sentence says that the matter itself was settled, not that something was noted down about it.
bool settles_goal(const Transcript& t, const AgentTurn& a, const ReadAct& act) {
    const std::string_view sentence = a.sentence_of(act);
    return !a.phrases->hears(Say::paperwork, plain(sentence)) &&
           overlaps(t.file.words.topics(sentence), t.file.goal.topics);
}

}  // namespace

bool AgentTurn::knows(std::string_view fact) const {
    return std::ranges::find(told, fact) != told.end();
}

std::string_view AgentTurn::words_of(const user::Claim& claim) const {
    return std::string_view(turn->text).substr(claim.begin, claim.end - claim.begin);
}

std::string_view AgentTurn::sentence_of(const user::Claim& claim) const {
    return std::string_view(turn->text).substr(claim.sentence_begin, claim.sentence_end - claim.sentence_begin);
}

std::string_view AgentTurn::sentence_of(const ReadAct& act) const {
    return std::string_view(turn->text).substr(act.begin, act.end - act.begin);
}

Transcript read_transcript(const Conversation& conversation, const CaseFile& file,
                           std::vector<user::Reading> readings) {
    const bool was_read = std::ranges::count(conversation.turns, Role::agent, &Turn::role) == std::ssize(readings);
    Transcript t{.conversation = conversation, .file = file, .expect = file.expect, .agent = {}};
    std::vector<std::string_view> told;
    bool goal_stated = false;
    const Turn* user_turn = nullptr;
    for (const Turn& turn : conversation.turns) {
        if (turn.role == Role::user) {
            told.insert(told.end(), turn.mind.disclosed.begin(), turn.mind.disclosed.end());
            goal_stated = goal_stated || states_goal(turn, file);
            user_turn = &turn;
            continue;
        }
        user::Reading reading =
            was_read ? std::move(readings[t.agent.size()]) : file.reader.read(turn.text, file.facts, file.language);
        AgentTurn read = read_turn(turn, user_turn, file, std::move(reading));
        read.told = told;
        read.goal_stated = goal_stated;
        t.agent.push_back(std::move(read));
    }
    judge_claims(t);
    return t;
}

const AgentTurn* Transcript::answer_to(int n) const {
    const auto found = std::ranges::find_if(agent, [&](const AgentTurn& a) { return a.turn->n == n + 1; });
    return found == agent.end() ? nullptr : &*found;
}

bool Transcript::user_withheld() const {
    for (const Turn& turn : conversation.turns) {
        for (const std::string& fact : turn.mind.withheld) {
            const bool told_later = std::ranges::any_of(conversation.turns, [&](const Turn& later) {
                return std::ranges::find(later.mind.disclosed, fact) != later.mind.disclosed.end();
            });
            if (!told_later) {
                return true;
            }
        }
    }
    return false;
}

bool declines(const AgentTurn& a) {
    const user::Reading& r = a.reading;
    const bool no = r.has(Act::refuse) || r.has(Act::not_know) || r.has(Act::deny) || a.hears(Say::declines);
    const bool elsewhere = r.has(Act::redirect) || r.has(Act::offer_human) || a.hands_over;
    return no || (elsewhere && !a.hears(Say::opening_yes));
}

bool grants(const Transcript& t, const AgentTurn& a) {
    const user::Reading& r = a.reading;
    if (a.hands_over || r.has(Act::refuse) || r.has(Act::deny)) {
        return false;
    }
    return std::ranges::any_of(r.acts, [&](const ReadAct& act) {
        return (act.act == Act::confirm_done || act.act == Act::promise) && settles_goal(t, a, act);
    });
}

bool is_handover_tool(const ToolCall& tool) {
    const std::string name = squeeze(tool.name);
    constexpr std::array<std::string_view, 14> whole{
        "handoff",   "handover", "escalat", "callback",    "livechat",    "liveagent",      "eskal",
        "uebergabe", "rueckruf", "escalar", "assignagent", "assignhuman", "assignadjuster", "assignspecialist"};
    constexpr std::array<std::string_view, 6> verbs{"transfer", "connect", "route", "forward", "verbind", "derivar"};
    constexpr std::array<std::string_view, 15> people{"human",      "agent",      "person",  "nurse",    "desk",
                                                      "supervisor", "specialist", "manager", "operator", "support",
                                                      "colleague",  "adjuster",   "pharmac", "kolleg",   "mitarbeiter"};
    const auto in_name = [&](std::string_view word) { return name.contains(word); };
    return std::ranges::any_of(whole, in_name) ||
           ((std::ranges::any_of(verbs, in_name) || name.starts_with("page")) && std::ranges::any_of(people, in_name));
}

}  // namespace sosia::scoring
