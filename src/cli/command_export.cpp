#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "cli/rehearsal.h"
#include "cli/stored_run.h"

namespace sosia::cli {
namespace {

int export_command(const Context& context, const std::string& id, const std::string& directory) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<StoredRun> run = load_run(context, *store->read, id);
    if (!run) {
        return report_error(context, run.error());
    }
    if (const Result<void> written =
            write_files(*store->read, run->meta.id, directory, run->meta, *run->suite, run->summary);
        !written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format("{} conversations of run {} written to {}\n", run->summary.done, run->meta.id,
                                 directory);
    return exit_passed;
}

}  // namespace

void add_export(CLI::App& app, Context& context, int& exit_code) {
    auto id = std::make_shared<std::string>("latest");
    auto directory = std::make_shared<std::string>("sosia-results");
    CLI::App* command = app.add_subcommand(
        "export",
        "Write a stored run's files: run.json, conversations.jsonl, junit.xml, summary.md, cells.csv, report.html");
    command->footer("Example:\n  sosia export latest --out results");
    command->add_option("run", *id, "run id, the beginning of one, or latest")->type_name("RUN")->capture_default_str();
    command->add_option("--out", *directory, "folder")->type_name("DIR")->capture_default_str();
    command->callback([id, directory, &context, &exit_code] { exit_code = export_command(context, *id, *directory); });
}

}  // namespace sosia::cli
