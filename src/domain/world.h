// The world of a scenario as the user wrote it: documents, tools that read and change them, and what must hold in the
// end (mission C3, D1; docs/worlds.md). Comparisons and actions are kept as written; the world room gives them meaning.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sosia {

// Collection -> documents by id, in the order of the file.
using Collections = std::map<std::string, boost::json::object, std::less<>>;

struct WorldTool {
    std::string name;
    std::string description;
    boost::json::object parameters;  // JSON Schema of the arguments
    std::string action;              // "answer", "lookup", "list", "insert", "update", "delete", "count" or "lua"
    boost::json::value args;         // what stands below the action's key
    boost::json::array require;      // conditions that must hold before; the first that does not is the error answer
    std::optional<boost::json::value> returns;  // template of the answer; absent: what the action gives
    bool hidden = false;                        // agents neither see it nor may call it: for events
    bool ends = false;                          // the conversation is over for the agent once it was called
};

// What goes wrong, how often, at which tools.
struct WorldFault {
    enum class Kind {
        timeout,
        error,
        slow,
        truncated,
        missing_fields,
        corrupt_fields,
        stale,
        rate_limit,
        duplicate,
    };
    Kind kind = Kind::error;
    std::vector<std::string> tools;   // none: all
    double probability = 1;           // of each call that matches
    std::optional<int> call;          // only at the n-th matching call of the conversation, 1-based
    std::vector<std::string> fields;  // missing and corrupt fields: members by name; none: one drawn
    std::int64_t delay_ms = 30'000;   // slow and timeout: of virtual time
    std::string message;              // error, timeout, rate limit: the answer; "" a ready one
};

// Something that happens outside the conversation, between two turns.
struct WorldEvent {
    int after = 1;             // agent turns that are over by then
    std::int64_t wait_ms = 0;  // so much virtual time passes first
    bool expires = false;      // the agent's session ends: it goes on as a new one, without what was said
    std::string say;           // the user's next words; "" whatever they would say
    std::string call;          // then this tool runs, called by nobody; "" none
    boost::json::object arguments;
};

// Somebody else's MCP server whose tools are the world's too. What it keeps, it keeps itself: only its answers are
// here.
struct WorldServer {
    std::string name;
    std::vector<std::string> command;  // spoken to over stdio; empty: `url`
    std::string directory;             // where the command runs: that of the world's file
    std::string url;                   // streamable HTTP
    bool shared = false;               // one for all conversations, one at a time; else one for each
    std::string reset;                 // shared: the tool that is called before each conversation; "" none
    std::vector<std::string> tools;    // those taken; none: all
    std::int64_t timeout_ms = 10'000;  // of one answer
};

struct WorldSpec {
    std::string id;
    std::string description;
    std::shared_ptr<const Collections> collections;
    std::vector<WorldTool> tools;
    std::string script;       // Lua source of the functions that tools name; "" none
    std::string script_name;  // for error messages: "tools.lua"
    int script_line = 1;      // of `script` within that file
    std::uint64_t script_instructions = 2'000'000;
    std::uint64_t script_memory = 16U << 20U;
    std::int64_t clock_ms = 1'767'258'000'000;  // virtual time at the beginning, UTC: 2026-01-01T09:00:00Z
    bool spaced = false;                        // JSON as text with ", " and ": ", ASCII only, as Python writes it
    std::vector<WorldFault> faults;
    std::vector<WorldServer> servers;
    std::string hash;
    std::string file;
};

// One call that must be made. Arguments are matched as a subset unless `exact`; a value may be a comparison.
struct ExpectedCall {
    std::string name;
    boost::json::object arguments;
    bool exact = false;
    int at_least = 1;
    std::optional<int> at_most;
};

struct GoldAction {
    std::string name;
    boost::json::object arguments;
};

// What must hold of the world when the conversation is over. Whatever is empty or absent is not checked.
struct WorldExpectation {
    boost::json::object documents;                   // collection -> id -> members it must have; null: must not exist
    std::vector<boost::json::object> queries;        // {collection, id or where, at, count or a comparison}
    std::optional<std::vector<GoldAction>> actions;  // the end state is the one these calls lead to
    bool unchanged = false;                          // nothing was written
    std::vector<ExpectedCall> calls;
    bool ordered = false;  // the expected calls come in the order listed
    std::optional<int> max_calls;
    bool confirmed = false;            // no write before the user agreed to what the agent proposed
    std::vector<std::string> outputs;  // the agent told the user each of these
};

// What a conversation left behind in its world: the part of the record that expectations are judged by.
struct WorldRecord {
    std::string world;
    boost::json::object changes;  // collection -> id -> document as it is now, null: deleted
};

}  // namespace sosia
