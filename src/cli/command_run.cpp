#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <boost/json/value_to.hpp>

#include "cli/rehearsal.h"
#include "cli/score_file.h"
#include "cli/shard.h"

namespace sosia::cli {
namespace {

struct RunOptions {
    std::string score_cache;
    bool replay = false;
    SuiteOptions suite;
    std::string out;
    bool quiet = false;
    bool json = false;
    bool all_slices = false;
};

Result<spec::Plan> planned(const SuiteOptions& options, const Suite& suite) {
    Result<spec::Plan> plan = spec::expand(suite);
    if (!plan || !options.shard) {
        return plan;
    }
    const Result<Shard> shard = parse_shard(*options.shard);
    if (!shard) {
        return std::unexpected(shard.error());
    }
    const Result<void> kept = keep_shard(*shard, *plan);
    return kept ? plan : std::unexpected(kept.error());
}

int run_command(const Context& context, const RunOptions& options) {
    std::optional<Suite> suite = load(context, options.suite.path);
    if (!suite) {
        return exit_usage;
    }
    if (const Result<void> applied = apply(options.suite, *suite); !applied) {
        return report_error(context, applied.error());
    }
    Result<spec::Plan> plan = planned(options.suite, *suite);
    if (!plan) {
        return report_error(context, plan.error());
    }
    Rehearsal rehearsal{
        .suite = std::move(*suite), .options = options.suite, .plan = std::move(*plan), .out_directory = options.out};
    rehearsal.progress = !options.quiet;
    rehearsal.json = options.json;
    rehearsal.all_slices = options.all_slices;
    rehearsal.score_cache = options.score_cache;
    rehearsal.replay = options.replay;
    return rehearse(context, std::move(rehearsal));
}

int resume_command(const Context& context, const std::string& id, const RunOptions& options) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_not_valid;
    }
    const Result<storage::RunInfo> run = store->read->run(id);
    if (!run) {
        return report_error(context, run.error());
    }
    if (run->state == storage::RunState::finished) {
        context.out() << "run " << run->id << " is finished; there is nothing to resume\n";
        return exit_passed;
    }
    RunOptions again = options;
    again.suite = suite_options_from_json(run->spec.at("options").as_object());
    std::optional<Suite> suite = load(context, std::string(run->spec.at("suite_file").as_string()));
    if (!suite) {
        return exit_usage;
    }
    if (const Result<void> applied = apply(again.suite, *suite); !applied) {
        return report_error(context, applied.error());
    }
    if (suite->hash != run->suite_hash) {
        return report_error(
            context,
            Error{
                ErrorKind::usage,
                fmt::format("the suite has changed since run {} began, so its conversations would not belong together",
                            run->id),
                "start a new run with sosia run, or restore the files"});
    }
    Result<spec::Plan> plan = planned(again.suite, *suite);
    if (!plan) {
        return report_error(context, plan.error());
    }
    const std::string out = options.out.empty() ? std::string(run->spec.at("out").as_string()) : options.out;
    Rehearsal rehearsal{
        .suite = std::move(*suite), .options = again.suite, .plan = std::move(*plan), .out_directory = out};
    rehearsal.progress = !options.quiet;
    rehearsal.json = options.json;
    rehearsal.run_id = run->id;
    rehearsal.started_ms = run->started_ms;
    store.reset();
    return rehearse(context, std::move(rehearsal));
}

}  // namespace

void add_run(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* command =
        app.add_subcommand("run", "Run the suite: simulated users talk to the agent, results are scored and gated");
    command->footer(
        "Examples:\n  sosia run                                        the suite in this folder\n"
        "  sosia run examples/refund-desk --out results     also files for CI: junit.xml, summary.md, ...\n"
        "  sosia run --tag smoke --runs 3 --seed 7\n"
        "  sosia run --persona sandra --scenario duplicate-charge --adversary objection-ladder\n\n"
        "Ctrl-C lets the conversations in flight finish, a second one stops now; sosia resume goes on.\n"
        "Exit codes: 0 passed, 1 failed, 2 undecided, 3 not valid, 4 wrong use or files, 130 interrupted.");
    add_suite_options(*command, options->suite);
    command->add_option("--shard", options->suite.shard, "I/N: only the I-th of N shares; sosia merge joins them")
        ->type_name("I/N");
    command
        ->add_option("--out", options->out,
                     "folder for run.json, conversations.jsonl, junit.xml, summary.md, cells.csv, report.html")
        ->type_name("DIR");
    command->add_flag("--quiet,-q", options->quiet, "no progress");
    command->add_flag("--json", options->json, "print run.json instead of the table");
    add_score_cache_option(*command, options->score_cache);
    command->add_flag("--replay", options->replay,
                      "ask no model of users or judges: what was not asked before fails, and nothing is paid");
    command->add_flag("--all-slices", options->all_slices, "print every slice, not only the weakest");
    command->callback([options, &context, &exit_code] { exit_code = run_command(context, *options); });
}

void add_resume(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<RunOptions>();
    auto id = std::make_shared<std::string>("latest");
    CLI::App* command =
        app.add_subcommand("resume", "Go on with a run that was interrupted or killed; nothing finished runs again");
    command->footer("Examples:\n  sosia resume\n  sosia resume r019c --out results");
    command->add_option("run", *id, "run id, the beginning of one, or latest")->type_name("RUN")->capture_default_str();
    command->add_option("--out", options->out, "folder for the result files (default: the run's own)")
        ->type_name("DIR");
    command->add_flag("--quiet,-q", options->quiet, "no progress");
    command->add_flag("--json", options->json, "print run.json instead of the table");
    command->callback([options, id, &context, &exit_code] { exit_code = resume_command(context, *id, *options); });
}

}  // namespace sosia::cli
