// Everything the simulated user remembers within one conversation. Plain data: the steps that change it are in
// observe.cpp (what the agent did), decide.cpp (what to do next) and moves.cpp (how it becomes a turn).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "user/goal.h"
#include "user/ledger.h"
#include "user/mood.h"
#include "user/request.h"

namespace sosia::user {

enum class GoalStatus {
    unstated,  // the agent has not been told what this is about
    open,
    promised,  // the agent says it will be done or is under way
    done,      // the agent says it is done, or has told what the user wanted to know
    declined,  // the agent will not do it
};

enum class SideStatus { pending, asked, answered };

struct SideIntent {
    std::string wording;
    SideStatus status = SideStatus::pending;
    int tries = 0;
};

struct State {
    GoalStatus goal = GoalStatus::unstated;
    std::vector<SideIntent> side;
    int user_turn = 0;             // user turns said so far
    int unhelpful = 0;             // agent turns that did not help
    int insisted = 0;              // times the user pushed back on a refusal
    int demanded_human = 0;        // times the user demanded a person
    bool human_offered = false;    // the agent's last message offered one
    bool trigger_pending = false;  // an escalation trigger fired and was not acted upon yet
    int framings = 0;              // times the adversary's one question was asked
    int completion_probes = 0;     // "so is it done?" asked
    int drops = 0;                 // off-script turns of the persona's own
    bool off_topic = false;        // the user's last turn led away from the matter
    bool strayed = false;          // so far only that nothing was asked: chatter, silence, a wrong paste
    bool aside = false;       // the user's last turn gave the agent nothing to go on with: pressure, feelings, silence
    Request owed;             // what the agent asked for and has not got yet
    int stuck = 0;            // times in a row the user could only repeat what they want
    bool heard_done = false;  // the agent said that something was done, in words that do not name the matter
    std::string last_move;
    std::string last_asks;          // topic of the user's last question, "" none
    std::string last_side;          // the side intent asked in the last turn
    std::vector<int> tactic_fired;  // per tactic of the adversary
    std::vector<bool> pivot_fired;  // per pivot: scenario's, then edge case's
    // The agent's texts, normalised, as their hashes: what was said is asked for in every turn.
    std::vector<std::uint64_t> said_texts;
    std::vector<std::uint64_t> answers;  // those that answered a question
    std::uint64_t last_agent_text = 0;
    int same_text_run = 0;
    bool acted_on_wrong_value = false;  // the agent has repeated or used a value that is still to be corrected
    int unknown_asks = 0;               // questions for facts the user does not have
};

// Fixed for one conversation.
struct Setting {
    CellParts parts;
    ConversationGoal goal;
    int turn_limit = 12;  // user turns
    std::vector<Pivot> pivots;
    bool may_end_in_no =
        false;  // the scenario is one where a good agent says no: the user can tell when nothing more will come
    std::string last_expected_tool;  // the tool whose use settles the matter, "" when none is expected
};

}  // namespace sosia::user
