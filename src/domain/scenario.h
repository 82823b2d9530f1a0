// What the user wants and what the agent should do about it: mission B1, B2.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/world.h"

namespace sosia {

enum class Speaker { user, agent };

// A tool the agent must use, in the order listed when `Expectation::ordered`. Arguments are matched as a subset:
// every key given here must be there with an equal value (numbers by value, text ignoring case and outer space).
struct ExpectedTool {
    std::string name;
    boost::json::object arguments;
};

// What must hold when the conversation is over. An absent optional means "not checked".
struct Expectation {
    std::optional<bool> resolved;     // does the user get what the scenario is about?
    std::optional<int> turns;         // at most so many user turns
    std::vector<ExpectedTool> tools;  // required, in this order unless `ordered` is false
    bool ordered = true;
    std::vector<std::string> forbidden;  // tools that must not be used
    std::vector<std::string> must_say;   // phrases, or /regular expressions/, the agent must say at some turn
    std::vector<std::string> must_not_say;
    std::optional<bool> escalated;        // must (true) or must not (false) end in a hand-over to a person
    std::optional<double> latency_ms;     // at most, per agent turn
    std::optional<double> cost_usd;       // at most, per conversation, where the agent reports it
    std::optional<std::string> language;  // the agent must answer in it; default: the persona's language
    std::optional<WorldExpectation> world;
};

// A message the user sends whatever happens (mission B2): after so many user turns, or once a condition holds.
struct Pivot {
    std::optional<int> after;  // said instead of the planned move once this many user turns are over
    std::string when;          // a condition of the tactic language (docs/adversaries.md), e.g. "agent refuses"
    std::string say;
    std::string expect;  // "", "answer", "decline": what a correct agent does with it
};

struct EdgeCase {
    std::string id;  // "" is the happy path
    std::string description;
    boost::json::object context;     // merged over the scenario's
    boost::json::object documents;   // complete: over the world's when the conversation begins
    std::vector<WorldEvent> events;  // complete: the scenario's when the edge case has none of its own
    std::map<std::string, std::string> truth;
    Expectation expect;                  // complete: the loader has merged it with the scenario's
    std::vector<Pivot> pivots;           // complete: the scenario's when the edge case has none of its own
    std::optional<std::string> opening;  // complete likewise
    std::vector<std::string> tags;       // beside the scenario's
};

// Which personas or adversaries fit. Ids and trait filters are alternatives (any may match); none at all: everybody
// fits. Whoever an exclusion names does not fit, whatever else matches.
struct Compatibility {
    using Filter = std::map<std::string, std::vector<std::string>>;  // trait -> allowed values; all traits must match

    std::vector<std::string> ids;
    std::vector<Filter> traits;
    std::vector<std::string> not_ids;
    std::vector<Filter> not_traits;
    bool empty() const { return ids.empty() && traits.empty() && not_ids.empty() && not_traits.empty(); }
};

// Somebody who is in the scenario's world at the same time.
struct Participant {
    std::string persona;
    std::string scenario;  // what they came for; "" the same as everybody
};

struct Scenario {
    std::string id;
    std::string category;
    std::string intent;  // "refund a duplicate charge"
    std::string description;
    Speaker opens = Speaker::user;
    std::optional<std::string> opening;        // the user's first message, verbatim, when the author wants it fixed
    boost::json::object context;               // sent to the agent with every request; {customer, agent, ...}
    std::string world;                         // id of its world; "" none
    std::vector<Participant> together;         // who shares it; the persona of the cell is one of them, or joins them
    std::map<std::string, std::string> truth;  // ground truth: name -> text with the true amounts, durations, dates ...
    EdgeCase happy;                            // id "": the scenario's own expectation
    std::vector<EdgeCase> edge_cases;
    Compatibility personas;
    Compatibility adversaries;
    std::vector<std::string> probes;  // failure categories that can show here; empty: all (see personas' `probes`)
    std::vector<std::string> tags;
    std::string hash;
    std::string file;
};

}  // namespace sosia
