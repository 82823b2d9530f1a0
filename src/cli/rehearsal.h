// A run from the command line: agent, engine, store, progress, signals and results around execution::execute.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/suite_options.h"
#include "execution/run.h"
#include "spec/matrix.h"

namespace sosia::cli {

struct Rehearsal {
    Suite suite;
    SuiteOptions options;
    spec::Plan plan;
    std::string out_directory;  // "" none
    bool progress = true;
    bool json = false;  // print run.json instead of the table
    bool all_slices = false;
    std::string score_cache;  // file, "" none
    bool replay = false;      // models are not asked: what was not asked before fails
    // resume
    std::string run_id;  // "" makes a new run
    std::int64_t started_ms = 0;
    // A run that decides as it goes which conversations come next: ids of the plan, none ends it. Called when all
    // conversations of the last answer are done; `told` has been given each of them.
    std::function<std::vector<std::string>()> next_batch;
    std::function<void(const Conversation&)> told;
};

// What is left of a run when it is over.
struct Rehearsed {
    std::string run_id;
    std::string stopped;  // why it ended early; "" when it ran to its end
    int exit_code = exit_passed;
};

// Runs, stores and writes the files of --out; prints nothing but progress.
Result<Rehearsed> hold(const Context& context, Rehearsal& rehearsal);

// Runs and reports; returns the exit code.
int rehearse(const Context& context, Rehearsal rehearsal);

// What is stored about a run before its first conversation.
storage::RunInfo run_info(const Rehearsal& rehearsal);

// Gives a new run its id and its start.
void name_run(const Clock& clock, Rehearsal& rehearsal);

// Of the gate's verdict.
int exit_code_of(const analysis::Summary& summary);

// Writes the files of --out for a stored run.
Result<void> write_files(storage::RunReader& reader, const std::string& run, const std::string& directory,
                         const report::RunMeta& meta, const Suite& suite, const analysis::Summary& summary);

// The agent the suite names, or why it cannot be made.
Result<std::unique_ptr<agent::Agent>> make_agent(const Context& context, const Suite& suite,
                                                 const boost::asio::any_io_executor& executor, net::HttpClient& http,
                                                 const std::string& log_file);

}  // namespace sosia::cli
