// A suite as the user wrote it, loaded, checked and with defaults filled in (design section 11).
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/adversary.h"
#include "domain/conversation.h"
#include "domain/persona.h"
#include "domain/scenario.h"
#include "domain/world.h"

namespace sosia {

// How to reach the agent under test. `type` and `args` are kept as written: only app/ knows which adapters exist.
struct AgentSpec {
    std::string type;          // "url", "openai", "command", ...: the key that was used in sosia.yaml
    boost::json::object args;  // the whole `agent:` mapping, ${NAME} replaced
    std::string start;         // shell command Sosia starts and stops; "" none
    std::string ready;         // URL that answers 2xx when the agent is ready; "" = the port accepts connections
    std::int64_t ready_timeout_ms = 30'000;
    std::string version;
    bool per_worker = false;  // one agent process per worker instead of one for all
    std::optional<bool>
        stateless;  // true: the agent keeps nothing between requests, so a conversation can be resumed midway
};

struct EngineSpec {  // `user:` and `judge:`
    std::string engine = "builtin";
    boost::json::object args;
    std::string model;  // "openai/gpt-4o-mini"; "" the built-in rules
    std::optional<double> temperature;
    boost::json::object params;  // passed on to the provider
};

// `user:`. What the user does next is decided by the seeded rules unless `control` is free.
struct UserSpec : EngineSpec {
    enum class Control { direction, free };
    Control control = Control::direction;
    int retries = 2;         // further attempts at a line that may not be sent
    std::string name;        // what records call it: the model or "builtin" unless the suite says otherwise
    std::string reader;      // model that reads the agent's text; "" the rules do
    int reader_retries = 1;  // further attempts at an answer that is no reading
};

// `judge:`
struct JudgeSpec : EngineSpec {
    enum class Mode { each, all };  // one criterion per call, or all in one
    Mode mode = Mode::all;
    int votes = 3;                      // of which the median counts, for criteria with a scale
    int retries = 1;                    // further attempts at an answer that cannot be used
    bool gates = false;                 // may fail conversations although nobody calibrated it
    std::string calibration;            // file written by `sosia judge calibrate`; "" none
    std::vector<std::string> criteria;  // what it rates; empty: those of the scorecard that have a rubric
    std::optional<double> realism;      // conversations whose user is less lifelike (0 to 1) are invalid
};

// `models:`: how a provider's model is reached. Everything open is the provider's usual.
struct ModelSpec {
    std::string url;                 // of the server, instead of the provider's own
    std::string key_env;             // the environment variable that holds the key
    std::string key_file;            // or a file that holds it, relative to the suite's folder
    double requests_per_minute = 0;  // 0: as many as the provider lets through
    double tokens_per_minute = 0;
    int concurrency = 0;          // calls at once; 0: no bound until the provider refuses one
    std::int64_t timeout_ms = 0;  // of one attempt; 0: the usual minute
};

struct Limits {
    int concurrency = 64;
    int turns = 12;  // user turns per conversation
    std::int64_t turn_timeout_ms = 30'000;
    std::int64_t conversation_timeout_ms = 600'000;
    int retries = 2;                      // per request, for failures that may pass (refused, reset, 429, 5xx)
    double rate = 0;                      // requests a second to the agent; 0 = no limit
    std::uint64_t reply_bytes = 1 << 20;  // a longer reply is refused
    int reruns = 1;                       // how often an invalid conversation is run again
    std::optional<double> budget_usd;
    std::optional<double> budget_minutes;
};

// How `sosia compare` and `sosia gate` hold two runs against each other (docs/compare.md); what is not set has the
// default of the command line.
struct CompareSpec {
    std::optional<double> alpha;         // fails: most chance of calling an unchanged agent worse
    std::optional<double> warn;          // warns at this chance
    std::optional<double> margin;        // the loss that must be ruled out, as a share
    std::optional<double> score_margin;  // the same for scores from 1 to 5
    std::optional<double> pass_alpha;    // most chance of calling "not worse" what lost the margin
    std::optional<double> least_loss;    // a smaller loss never fails
    std::optional<double> power;         // of the smallest loss that is said to be seen
    std::optional<double> most_invalid;  // share of invalid conversations
    std::vector<std::string> by;         // what gates beside the pass rate
};

// Thresholds of the gate. A rate is compared with the interval's point estimate; n and interval are printed.
struct GateSpec {
    std::optional<double> pass_rate;
    std::optional<double> floor;       // least pass rate of any persona, scenario or adversary family
    std::optional<double> invalid;     // most share of invalid conversations
    std::optional<double> score;       // least mean judge score (1 to 5)
    std::map<std::string, double> by;  // slice ("adversary.family", "persona.style=terse") -> least pass rate
    CompareSpec compare;
};

// One level of a criterion for a judge model: when it is given, and a passage that deserves it.
struct Anchor {
    int level = 0;  // 1 to 5
    std::string text;
    std::string example;
};

struct Criterion {
    std::string name;
    double weight = 1;
    std::optional<double> floor;  // the conversation fails below this level
    // For a judge model, where the ready rubric of this name is not meant:
    std::string question;
    std::vector<Anchor> levels;           // ascending; two levels make a category, more a scale
    std::vector<std::string> categories;  // of scenarios it applies to; empty: all
};

// A check the user wrote: exactly one of pattern, pointer and command is set.
struct CustomCheck {
    std::string name;
    std::string pattern;     // RE2 over agent turns
    bool must_match = true;  // pattern: must match some turn (true) or no turn (false)
    std::string pointer;     // JSON pointer into the conversation object
    std::string op;          // "==", "!=", "<", "<=", ">", ">=", "exists", "contains", "matches"
    boost::json::value value;
    std::string command;  // gets the conversation as JSON on stdin; exit 0 passes, stdout is the detail
    std::int64_t timeout_ms = 10'000;
    bool gates = true;
};

struct Scorecard {
    std::vector<Criterion> criteria;            // empty: the built-in five with equal weights
    std::optional<double> threshold;            // the conversation fails when its weighted score is below (1 to 5)
    std::map<std::string, std::string> checks;  // check name or prefix -> "fail", "warn" or "off"
    std::vector<CustomCheck> custom;
    std::string hash;
};

// IF all of `when` THEN all of `then`; keys are "persona.style", "scenario", "adversary.family", "edge_case", ...
struct MatrixRule {
    std::map<std::string, std::vector<std::string>> when;
    std::map<std::string, std::vector<std::string>> then;
};

struct MatrixSpec {
    enum class Cover { full, t_way };
    Cover cover = Cover::full;
    int strength = 2;  // t_way
    int runs = 1;      // repetitions per cell
    std::uint64_t seed = 1;
    std::optional<int> sample;  // at most so many cells, drawn with the seed
    std::map<std::string, std::map<std::string, double>>
        weights;  // stated marginals for sampling: "persona.emotion" -> value -> share
    std::vector<MatrixRule> rules;
    std::vector<std::string> only_tags;
    std::vector<std::string> skip_tags;
};

struct Suite {
    std::string name;
    std::string file;       // path of sosia.yaml as given
    std::string directory;  // where relative paths start
    AgentSpec agent;
    UserSpec user;                     // who plays the user; of several, the one whose conversations decide
    std::vector<UserSpec> more_users;  // who else plays every cell, to be shown beside it
    JudgeSpec judge;
    std::map<std::string, ModelSpec> models;     // by name, as user, judge and agent write it
    std::string prices;                          // file with prices of models, beside the built-in ones; "" none
    std::map<std::string, std::string> prompts;  // name of a shipped prompt -> text that replaces it
    std::vector<Persona> personas;
    std::vector<Scenario> scenarios;
    std::vector<Adversary> adversaries;
    std::vector<WorldSpec> worlds;
    Scorecard scorecard;
    MatrixSpec matrix;
    Limits limits;
    GateSpec gate;
    std::string hash;                  // over everything that defines what runs (not limits.concurrency, not paths)
    std::vector<std::string> secrets;  // values read from ${NAME}: never written anywhere

    const Persona* persona(std::string_view id) const;
    const Scenario* scenario(std::string_view id) const;
    const Adversary* adversary(std::string_view id) const;
    const WorldSpec* world(std::string_view id) const;
    // Everybody who plays the user: at least one, the one that decides first.
    std::vector<const UserSpec*> users() const;
    bool has_several_users() const { return !more_users.empty(); }
};

// The edge case named by the cell, or the scenario's happy path for "".
const EdgeCase* find_edge_case(const Scenario& scenario, std::string_view id);

// A conversation's parts, looked up. All pointers outlive the run: they point into the Suite.
struct CellParts {
    const Persona* persona = nullptr;
    const Scenario* scenario = nullptr;
    const EdgeCase* edge_case = nullptr;
    const Adversary* adversary = nullptr;
};

// The agent's view of the world in this edge case: scenario context with the edge case's merged over it.
boost::json::object merged_context(const Scenario& scenario, const EdgeCase& edge_case);
std::map<std::string, std::string> merged_truth(const Scenario& scenario, const EdgeCase& edge_case);

}  // namespace sosia
