// What happened: turns, tool calls, how it ended. Everything scoring and reports need is in here, and nothing else.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/world.h"

namespace sosia {

// persona x scenario x edge case x adversary, plus the repetition number (0-based).
struct Cell {
    std::string persona;
    std::string scenario;
    std::string edge_case;  // "" is the happy path
    std::string adversary;
    int repetition = 0;
    std::string user{};  // who plays the user, by name, where a suite has several; "" where it has one

    friend auto operator<=>(const Cell&, const Cell&) = default;
    friend bool operator==(const Cell&, const Cell&) = default;
};

// "sandra/duplicate-charge/window-expired/objection-ladder#0"; the happy path's edge case is written "-". Where several
// play the user, " by NAME" follows.
std::string to_string(const Cell& cell);

struct ToolCall {
    std::string name;
    std::optional<boost::json::value> arguments;  // absent when the agent reported only a name
    std::optional<boost::json::value> result;
    // Only of calls that Sosia's own world served; others are as the agent reported them.
    bool served = false;
    bool wrote = false;   // changed the world
    std::string error{};  // why the result is an error: "refused", "invalid", "unknown", "broken"; "" it is none
    std::string fault{};  // the fault that was put in its way: "timeout", ...
};

// Why a turn says what it says: the user's inner side. Empty for agent turns.
struct UserMind {
    std::string move;  // the decided act: "open", "disclose", "object", "ask-side", "end", ...
    std::string why;   // one sentence for `sosia show --why`
    std::vector<std::string>
        disclosed;  // facts told in this turn with their true value (or any value for facts without a wrong one)
    std::vector<std::string> wrong;      // facts told with their wrong first value
    std::vector<std::string> corrected;  // facts corrected in this turn
    std::vector<std::string> withheld;   // facts the agent asked for and the user kept back
    std::string tactic;                  // adversary's or pivot's tactic that fired: its act
    std::string expect;              // what a correct agent does with this turn: "", "answer", "decline", "handover"
    std::vector<std::string> watch;  // what the agent must not say in reply
    std::string asks;                // topic the user asks about ("" none): equal for framings of one question
    double emotion = 0;              // 0 calm .. 5 furious, after reading the agent's last reply
};

enum class Role { user, agent };

// What an agent turn does, as a model read it, beside what the rules read.
struct TurnReading {
    struct Sentence {
        std::string act;        // "ask-fact:order_id", "refuse", ...
        std::size_t begin = 0;  // byte range in the turn's text
        std::size_t end = 0;

        bool operator==(const Sentence&) const = default;
    };
    std::vector<Sentence> acts;      // the model's; empty when `fault` is set
    std::vector<std::string> rules;  // acts the rules read in the same text, each once
    std::string fault;               // why the user went by the rules all the same: one sentence, "" it did not
};

struct Turn {
    int n = 0;  // 1-based; user and agent turns are counted together
    Role role = Role::user;
    std::string text;                      // several messages sent in a row are joined by "\n"
    std::int64_t at_ms = 0;                // milliseconds since the conversation began
    std::int64_t latency_ms = 0;           // agent turns: from request to complete reply
    std::vector<ToolCall> tools;           // agent turns
    std::vector<std::string> acts;         // dialogue acts as the reader (agent) or the policy (user) names them
    UserMind mind;                         // user turns
    bool ended = false;                    // agent turns: the agent said that the conversation is over
    boost::json::object metadata;          // whatever the agent sent along; user turns: how a model worded it
    std::optional<TurnReading> reading{};  // agent turns: of a user who reads by a model
};

// Why the conversation stopped (mission C5).
enum class Ending {
    user_satisfied,    // the user got what they came for (or accepted that they cannot) and said goodbye
    user_gave_up,      // out of patience
    user_handed_over,  // the agent handed over to a person and the user accepted
    agent_ended,       // the agent set `ended`
    turn_limit,        // limits.turns reached
    loop,              // the agent repeated itself until nothing could come of it
    agent_invalid,     // the agent answered with something that is no reply (empty, wrong type, not JSON ...)
    agent_timeout,     // no complete reply within turn_timeout
    conversation_timeout,
    agent_unreachable,  // refused, reset, 5xx or 429 after all retries, the process died
    budget_spent,
    cancelled,
    internal_error,     // a fault of ours
    user_invalid,       // the model that words the user gave nothing that may be sent, after all retries
    model_unavailable,  // the model that words the user cannot be reached or refuses to work
    world_unavailable,  // a server of the world cannot be had: nothing was said
};

enum class Outcome { passed, failed, invalid };

// Who is to blame for a conversation that did not pass (mission D4).
enum class Fault { none, agent, simulator, judge, tool, infrastructure };

// One check's verdict on one conversation.
struct CheckResult {
    std::string name;  // "tools.required", "claims", "context.repeated-question", ...
    bool passed = true;
    int turn = 0;          // the turn (Turn::n) where it was found; 0: the whole conversation
    std::string detail;    // one sentence: what was found, what was expected
    std::string quote;     // verbatim text of that turn
    std::string category;  // failure category ("hallucinated-policy", ...); "" when none applies
    bool gates = true;     // false: shown, but does not fail the conversation
};

// One criterion's score.
struct Score {
    std::string criterion;  // "factual-accuracy", ...
    double value = 0;       // anchored level, 1 to 5
    double weight = 1;
    std::string reason;  // one sentence
    int turn = 0;        // the turn that decided it; 0: the whole conversation
    std::string author;  // "rules" or the judge model's name
};

// A passage of one turn, word for word.
struct Quote {
    int turn = 0;
    std::string text;
};

// What a judge model says about one criterion. An opinion until the suite lets it gate; only then it is a Score too.
struct Opinion {
    std::string criterion;
    std::string model;            // whose opinion
    int level = 0;                // median of the votes that count; 0: there is none, see `fault`
    std::vector<int> votes;       // that count, in the order they were given
    int void_votes = 0;           // whose evidence is not in the transcript
    bool unsure = false;          // the votes lie on both sides of what passes
    bool gates = false;           // it may fail the conversation
    std::vector<Quote> evidence;  // of the vote that the median is
    std::string reason;           // one sentence, the judge's
    int turn = 0;                 // first bad turn; 0 none
    std::string fault;            // why there is no level: one sentence
};

// Calls of one model role in one conversation.
struct ModelUse {
    int calls = 0;
    std::int64_t input_tokens = 0;  // includes cached ones
    std::int64_t cached_tokens = 0;
    std::int64_t output_tokens = 0;
    std::optional<double> cost_usd;  // nothing where no price is known

    bool operator==(const ModelUse&) const = default;
};

struct Metrics {
    int user_turns = 0;
    int agent_turns = 0;
    std::int64_t duration_ms = 0;
    std::int64_t latency_max_ms = 0;
    double latency_mean_ms = 0;
    double emotion_start = 0;
    double emotion_peak = 0;
    double emotion_end = 0;
    int handed_over_at = 0;     // agent turn of the hand-over, 0 none
    int human_demanded_at = 0;  // user turn of the first demand for a person, 0 none
    int tool_calls = 0;
    int retries = 0;                 // requests sent again after a failure
    std::optional<double> cost_usd;  // as the agent reported it in metadata
    std::optional<double> score;     // weighted mean of the scores, 1 to 5
};

// Somebody else who talked to the agent in the same world at the same time (`together` of the scenario).
struct Companion {
    std::string persona;
    std::string scenario;
    Ending ended = Ending::internal_error;
    bool resolved = false;
    std::vector<Turn> turns;
};

struct Conversation {
    std::string id;  // 12 hex digits, a function of suite seed and cell
    Cell cell;
    std::uint64_t seed = 0;
    Outcome outcome = Outcome::invalid;
    Fault fault = Fault::none;
    Ending ended = Ending::internal_error;
    std::string error;      // what went wrong, for invalid conversations and invalid replies
    bool resolved = false;  // the user believes the matter is settled as they wanted
    std::vector<Turn> turns;
    std::vector<CheckResult> checks;
    std::vector<Score> scores;                                    // for the whole conversation
    std::vector<std::pair<int, std::vector<Score>>> turn_scores;  // agent turn -> scores
    std::vector<Opinion> opinions;                                // of a judge model
    std::string
        fault_kind;       // what kind of fault it was, in the words of docs/judge.md ("revealed-info-early"), "" none
    ModelUse user_model;  // what wording the user took
    ModelUse reader_model{};  // what reading the agent's text took
    ModelUse judge_model;
    Metrics metrics;
    std::optional<WorldRecord> world;  // what it left behind in its world
    std::vector<Companion> others;     // in the order of the scenario
};

std::string_view to_string(Role value);
std::string_view to_string(Ending value);
std::string_view to_string(Outcome value);
std::string_view to_string(Fault value);
std::optional<Ending> parse_ending(std::string_view text);
std::optional<Outcome> parse_outcome(std::string_view text);
std::optional<Fault> parse_fault(std::string_view text);

}  // namespace sosia
