// What every command is given, and small things they all do. Private to the cli room.
#pragma once
#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "base/error.h"
#include "cli/process.h"
#include "domain/suite.h"
#include "report/terminal.h"
#include "spec/load.h"
#include "storage/store.h"

namespace sosia::cli {

struct Context {
    const Process& process;
    const Services& services;
    std::string store_path;  // --store, SOSIA_STORE or .sosia/runs.db
    bool no_color = false;

    std::ostream& out() const { return *process.out; }
    std::ostream& err() const { return *process.err; }
    report::Look look() const;
};

// A command adds itself to the app; its callback stores the exit code here.
using Registration = std::function<void(CLI::App& app, Context& context, int& exit_code)>;

// Prints an error with its hint; returns the exit code for its kind.
int report_error(const Context& context, const Error& error);

// Loads a suite and prints every problem. Nothing when there is an error.
std::optional<Suite> load(const Context& context, const std::string& path);

// Opens the store for reading; prints why not.
std::optional<storage::Store> open_store(const Context& context, storage::Access access);

// Commands, one file each.
void add_init(CLI::App& app, Context& context, int& exit_code);
void add_validate(CLI::App& app, Context& context, int& exit_code);
void add_plan(CLI::App& app, Context& context, int& exit_code);
void add_run(CLI::App& app, Context& context, int& exit_code);
void add_resume(CLI::App& app, Context& context, int& exit_code);
void add_show(CLI::App& app, Context& context, int& exit_code);
void add_list(CLI::App& app, Context& context, int& exit_code);
void add_delete(CLI::App& app, Context& context, int& exit_code);
void add_replay(CLI::App& app, Context& context, int& exit_code);
void add_export(CLI::App& app, Context& context, int& exit_code);
void add_report(CLI::App& app, Context& context, int& exit_code);
void add_serve(CLI::App& app, Context& context, int& exit_code);
void add_personas(CLI::App& app, Context& context, int& exit_code);
void add_realism(CLI::App& app, Context& context, int& exit_code);
void add_baseline(CLI::App& app, Context& context, int& exit_code);
void add_compare(CLI::App& app, Context& context, int& exit_code);
void add_gate(CLI::App& app, Context& context, int& exit_code);
void add_merge(CLI::App& app, Context& context, int& exit_code);
void add_flaky(CLI::App& app, Context& context, int& exit_code);
void add_ci(CLI::App& app, Context& context, int& exit_code);
void add_verify(CLI::App& app, Context& context, int& exit_code);
void add_import(CLI::App& app, Context& context, int& exit_code);
void add_import_tau_bench(CLI::App& import, Context& context, int& exit_code);  // a kind of `sosia import`
void add_world(CLI::App& app, Context& context, int& exit_code);
void add_clusters(CLI::App& app, Context& context, int& exit_code);
void add_audit(CLI::App& app, Context& context, int& exit_code);
void add_shrink(CLI::App& app, Context& context, int& exit_code);
void add_promote(CLI::App& app, Context& context, int& exit_code);
void add_mix(CLI::App& app, Context& context, int& exit_code);
void add_coverage(CLI::App& app, Context& context, int& exit_code);
void add_mock_llm(CLI::App& app, Context& context, int& exit_code);
void add_cache(CLI::App& app, Context& context, int& exit_code);
void add_judge(CLI::App& app, Context& context, int& exit_code);
void add_judge_calibrate(CLI::App& judge, Context& context, int& exit_code);  // a kind of `sosia judge`
void add_prompts(CLI::App& app, Context& context, int& exit_code);

}  // namespace sosia::cli
