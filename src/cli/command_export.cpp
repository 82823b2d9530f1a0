#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/rehearsal.h"
#include "cli/stored.h"
#include "domain/record_json.h"

namespace sosia::cli {
namespace {

int export_command(const Context& context, const std::string& id, const std::string& directory) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> run = store->read->run(id);
    if (!run) {
        return report_error(context, run.error());
    }
    std::optional<Suite> suite = suite_of_run(context, *run);
    if (!suite) {
        // The files are gone or broken: traits and hashes are missing from the slices, the rest is in the records.
        context.err() << "the suite of this run cannot be read any more; slices by trait and hashes are left out\n";
        suite.emplace();
        suite->name = run->suite;
    }
    analysis::SummaryBuilder builder(*suite, run->planned);
    std::uint64_t ordinal = 0;
    const Result<void> read = store->read->records(run->id, [&](std::string_view record) {
        if (const Result<Conversation> c =
                conversation_from_json(boost::json::parse(boost::json::string_view(record.data(), record.size())))) {
            builder.add(*c, ordinal);
        }
        ++ordinal;
        return true;
    });
    if (!read) {
        return report_error(context, read.error());
    }
    const bool complete = run->state == storage::RunState::finished;
    const analysis::Summary summary = builder.finish(complete ? "" : "not finished");
    report::RunMeta meta{.id = run->id,
                         .suite = run->suite,
                         .suite_hash = run->suite_hash,
                         .agent_version = suite->agent.version,
                         .seed = suite->matrix.seed,
                         .started_ms = run->started_ms,
                         .duration_ms = std::max<std::int64_t>(0, run->finished_ms - run->started_ms),
                         .stopped = complete ? "" : "not finished"};
    if (const auto* agent = run->summary.if_contains("agent")) {
        meta.agent = std::string(agent->at("reached_by").as_string());
        meta.cells = run->summary.at("counts").at("cells").to_number<std::uint64_t>();
    }
    if (const Result<void> written = write_files(*store->read, run->id, directory, meta, *suite, summary); !written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format("{} conversations of run {} written to {}\n", ordinal, run->id, directory);
    return exit_passed;
}

}  // namespace

void add_export(CLI::App& app, Context& context, int& exit_code) {
    auto id = std::make_shared<std::string>("latest");
    auto directory = std::make_shared<std::string>("sosia-results");
    CLI::App* command = app.add_subcommand(
        "export", "Write a stored run's files: run.json, conversations.jsonl, junit.xml, summary.md, cells.csv");
    command->footer("Example:\n  sosia export latest --out results");
    command->add_option("run", *id, "run id, the beginning of one, or latest")->type_name("RUN")->capture_default_str();
    command->add_option("--out", *directory, "folder")->type_name("DIR")->capture_default_str();
    command->callback([id, directory, &context, &exit_code] { exit_code = export_command(context, *id, *directory); });
}

}  // namespace sosia::cli
