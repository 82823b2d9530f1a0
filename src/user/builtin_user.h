// The simulated user that needs no model: seeded rules decide every move, phrase banks word it.
// Deterministic: the same cell, seed and agent messages give the same turns, whatever else runs.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "user/goal.h"
#include "user/ledger.h"
#include "user/mood.h"
#include "user/reader.h"
#include "user/realizer.h"
#include "user/state.h"
#include "user/user.h"

namespace sosia::user {

// What all conversations share: rules and phrases, and the compiled questions per persona and edge case. Not
// thread-safe.
class Engine {
  public:
    static Result<std::unique_ptr<Engine>> create();

    const Reader& reader() const { return reader_; }
    const Realizer& realizer() const { return realizer_; }
    const GoalWords& words() const { return words_; }
    // What all conversations of one persona in one edge case share, built once and kept.
    struct Shared {
        Ledger ledger;  // as it is before the first turn
        FactIndex facts;
        ConversationGoal goal;
    };
    const Shared& shared(const CellParts& parts);

  private:
    Engine(Reader reader, Realizer realizer, GoalWords words);
    Reader reader_;
    Realizer realizer_;
    GoalWords words_;
    std::map<std::pair<const Persona*, const EdgeCase*>, Shared> shared_;
};

class BuiltinUser {
  public:
    // `engine` and what `parts` points to outlive the user. `turn_limit`: most user turns.
    BuiltinUser(Engine& engine, const CellParts& parts, std::uint64_t seed, int turn_limit);

    // The first message. `greeting` is the agent's opening when the agent speaks first.
    Step open(const std::optional<AgentMessage>& greeting);
    // The answer to the agent's message.
    Step react(const AgentMessage& message);

    // For a model that plays on its own: the rules read, guard what may be told, and end the conversation. `message` is
    // null before the first word.
    Guide guide(const AgentMessage* message);
    // The line the model chose, as a turn. `told` are the entries of guide.may_tell that it tells; `leaves` ends the
    // conversation, content or not.
    Step play(Guide guide, std::string line, const std::vector<std::size_t>& told, bool leaves, bool content);

    // For replays: takes over a user turn that was said in an earlier conversation, and reads the new answer to it,
    // without deciding anything.
    void follow(const Turn& said);
    std::vector<std::string> hear(const AgentMessage& message);

    bool resolved() const { return state_.goal == GoalStatus::done; }
    double emotion() const { return mood_.level(); }
    bool frustrated() const { return mood_.frustrated(); }
    const ConversationGoal& goal() const { return setting_.goal; }
    const Ledger& ledger() const { return ledger_; }
    bool first_turn() const { return state_.user_turn == 0; }
    double emotion_at_start() const { return mood_.start(); }
    bool demanded_human() const { return state_.demanded_human > 0; }

  private:
    struct Move;  // a decided move, before it is worded (moves.cpp)

    // observe.cpp
    Observation observe(const AgentMessage& message);
    void note_repetition(const AgentMessage& message, Observation& seen);
    void note_goal(const AgentMessage& message, Observation& seen);
    void note_side_answer(Observation& seen);
    bool about_goal(std::string_view sentence) const;
    bool mentions_goal(std::string_view sentence) const;
    std::vector<std::string> facts_hinted_at(const AgentMessage& message, const Reading& reading) const;
    Request request_of(const AgentMessage& message, const Reading& reading) const;
    std::string choice_in(const AgentMessage& message, const Reading& reading) const;
    void add_go_ahead(const AgentMessage& message, const Reading& reading, Request& request) const;
    bool is_other_matter(std::string_view sentence) const;
    void note_request(const Observation& seen);
    bool settles_by_tool(const AgentMessage& message) const;
    std::vector<std::string> names_of(const Reading& reading) const;

    // free_play.cpp
    void guard_facts(const Observation& seen, Guide& guide);

    // decide.cpp: each returns a move or nothing; the first that returns one wins
    Move decide(const AgentMessage& message, const Observation& seen);
    std::optional<Move> end_by_agent(const AgentMessage& message, const Observation& seen);
    std::optional<Move> give_up_or_stop(const Observation& seen);
    std::optional<Move> correct_a_value(const AgentMessage& message, const Observation& seen);
    std::optional<Move> play_pivot(const AgentMessage& message, const Observation& seen);
    std::optional<Move> play_tactic(const AgentMessage& message, const Observation& seen, bool before_end);
    std::optional<Move> demand_person(const Observation& seen);
    std::optional<Move> say_what_for(const Observation& seen);
    bool may_fire(std::size_t tactic, const AgentMessage& message, const Observation& seen, bool before_end) const;
    std::optional<Move> go_off_script();
    std::optional<Move> answer_the_agent(const Observation& seen);
    std::optional<Move> answer_request(const Request& request, const Observation& seen);
    std::optional<Move> answer_facts(const std::vector<std::string>& facts, bool alone);
    void answer_fact(const std::string& fact, bool alone, Move& move);
    void answer_besides(Move& move);
    std::vector<std::string> facts_held_back() const;
    std::optional<Move> push_back(const Observation& seen);
    std::optional<Move> finish(const AgentMessage& message, const Observation& seen);
    Move keep_going(const Observation& seen);

    // moves.cpp
    Move tactic_move(const Tactic& tactic);
    Move spoken(std::string text, std::string move, std::string why) const;
    std::optional<Move> ask_side();
    Move state_goal(bool vague);
    bool concerns_goal(const Fact& fact) const;
    void volunteer(Move& move);
    bool must_bring_up(const Ledger::Entry& entry) const;
    void forget_side_intents_about(std::string_view question);
    void correct_into(Move& move, const Ledger::Entry& entry);
    Step word(Move move, Reading heard);
    bool in_a_hurry() const;

    Engine& engine_;
    const Engine::Shared& shared_;
    Setting setting_;
    Ledger ledger_;
    Mood mood_;
    State state_;
    Random chance_;   // decisions
    Random wording_;  // words
    std::unordered_set<std::uint64_t> said_;
};

}  // namespace sosia::user
