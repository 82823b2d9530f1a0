// Where runs are kept. RunStore writes, RunReader reads; storage/sqlite_*.cpp and storage/memory_*.cpp implement both,
// and one test suite runs against each. No SQL above this room. All calls block for microseconds; execution/ calls them
// from one thread at a time.
#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/conversation.h"

namespace sosia::storage {

enum class RunState { running, finished, interrupted };

struct RunInfo {
    std::string id;     // short, unique in the store, sortable by time
    std::string suite;  // name
    std::string suite_hash;
    std::int64_t started_ms = 0;   // unix milliseconds
    std::int64_t finished_ms = 0;  // 0 while running
    RunState state = RunState::running;
    std::uint64_t planned = 0;    // conversations
    boost::json::object spec;     // everything needed to resume: suite path, overrides, seeds, hashes (no secrets)
    boost::json::object summary;  // run.json once finished
};

// A finished conversation in brief: what lists, summaries and comparisons read, without the transcript.
struct ConversationBrief {
    std::string id;
    std::uint64_t ordinal = 0;  // position in the plan
    Cell cell;
    Outcome outcome = Outcome::invalid;
    Fault fault = Fault::none;
    Ending ended = Ending::internal_error;
    int user_turns = 0;
    std::int64_t duration_ms = 0;
    std::optional<double> score;
    std::vector<std::string> failed_checks;  // names of gating checks that did not pass
};

// One step of an unfinished conversation: a user turn and the agent's answer to it.
struct JournalEntry {
    std::string conversation;  // id
    int step = 0;              // 0-based exchange number
    std::string data;          // JSON of the two turns
};

// The steps of one run's conversations in flight, for whoever has claimed the run. Belongs to one thread, which may be
// another than the store's. Must be destroyed before the run is updated to a state other than `running`.
class Journal {
  public:
    virtual ~Journal() = default;
    // When it returns without error, a kill loses nothing of it. Takes microseconds: a write to the system's cache.
    virtual Result<void> append(const JournalEntry& entry) = 0;
    // The conversation is finished and committed: its steps are not needed any more.
    virtual void forget(const std::string& conversation) = 0;
};

// Writing to a run claims it until it is updated to a state other than `running` or the store is closed (the claim also
// ends with the process, however that ends). A run that somebody else has claimed gives ErrorKind::conflict and names
// the process.
class RunStore {
  public:
    virtual ~RunStore() = default;
    virtual Result<void> create_run(const RunInfo& run) = 0;
    virtual Result<void> update_run(const RunInfo& run) = 0;
    // When it returns without error, everything given is in the store: first the steps of conversations in flight,
    // then, in one transaction, the finished conversations (whose steps are thereby not needed any more). After a
    // failure or a kill all of the finished ones are there or none, and perhaps steps. Writing a finished conversation
    // again is a no-op: nothing counts twice.
    struct Batch {
        std::vector<JournalEntry> journal;
        struct Finished {
            ConversationBrief brief;
            std::string record;  // one line of JSON, as in conversations.jsonl
        };
        std::vector<Finished> finished;
    };
    // A journal step that is written again replaces the old one and drops every later step of that conversation (it
    // starts over from there). `ConversationBrief::ordinal` must differ between the conversations of a run.
    virtual Result<void> write(std::string_view run, const Batch& batch) = 0;
    // Hands the run's journal over to whoever writes steps one by one, on a thread of their own. From then on write()
    // takes finished conversations only (steps are ErrorKind::conflict), and the holder says which have finished.
    virtual Result<std::unique_ptr<Journal>> open_journal(std::string_view run) = 0;
    virtual Result<void> delete_run(std::string_view run) = 0;
    // Work that waits for the disk (copying back the write-ahead log). is_untidy() is asked after a write; tidy() alone
    // may run on another thread than the rest, also during a write. Writing without ever calling it is correct too.
    // Failing to tidy up is not an error: the next write would say so.
    virtual bool is_untidy() const { return false; }
    virtual void tidy() {}
    // Gives the space of deleted runs back and wipes their text from the file. Needs free space for a second copy, and
    // takes seconds per GB.
    virtual Result<void> compact() { return {}; }
};

// Reads what has been committed so far, also while a run is being written. A run that says it is running although no
// process has claimed it was killed: it is read as `interrupted`. Unknown and ambiguous ids are ErrorKind::usage and
// name the candidates.
class RunReader {
  public:
    virtual ~RunReader() = default;
    virtual Result<std::vector<RunInfo>> runs() = 0;                                  // newest first
    virtual Result<RunInfo> run(std::string_view id_prefix) = 0;                      // unique prefix, or "latest"
    virtual Result<std::vector<ConversationBrief>> briefs(std::string_view run) = 0;  // in plan order
    virtual Result<std::vector<std::string>> finished_ids(std::string_view run) = 0;
    virtual Result<std::uint64_t> finished_count(std::string_view run) = 0;
    virtual Result<std::vector<JournalEntry>> journal(
        std::string_view run) = 0;  // of unfinished conversations, by conversation and step
    // Full records in plan order, streamed, so that memory does not grow with the run. The callback returns false to
    // stop.
    virtual Result<void> records(std::string_view run, const std::function<bool(std::string_view json)>& each) = 0;
    struct Found {
        std::string run;
        std::string record;
    };
    // A conversation by unique id prefix; searches the newest run that has it unless `run` is given.
    // `run` is a run's id, a unique prefix of one or "latest"; "" means any run.
    virtual Result<Found> find(std::string_view id_prefix, std::string_view run) = 0;
};

struct Store {
    std::unique_ptr<RunStore> write;  // null for Access::read_only
    std::unique_ptr<RunReader> read;  // may be used on another thread than `write`
};

std::string_view to_string(RunState state);

enum class Access { read_write, read_only };

// Opens (and for read_write creates or migrates) the store in `file`. A newer schema, a corrupt file, a locked or
// read-only file and a full disk each give an Error that says so and what to do. For read_write the file and its folder
// (one level) are made.
Result<Store> open_sqlite(const std::string& file, Access access);
Store open_memory();

}  // namespace sosia::storage
