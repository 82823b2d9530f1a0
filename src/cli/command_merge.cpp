#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/rehearsal.h"
#include "domain/record_json.h"
#include "report/files.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct MergeFlags {
    SuiteOptions suite;
    std::vector<std::string> folders;
    std::string out = "sosia-results";
};

// What the shards left, put together.
struct Shards {
    std::map<std::string, std::string> records;  // by conversation id
    std::string agent;
    std::string agent_version;
    std::string stopped;
    std::int64_t started_ms = 0;
    std::int64_t duration_ms = 0;  // of the slowest
};

Result<json::object> run_json_in(const std::string& folder) {
    std::ifstream file(folder + "/run.json", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (!file || error || !value.is_object()) {
        return fail(ErrorKind::usage, folder + " holds no readable run.json",
                    "give the folders that sosia run --shard I/N --out FOLDER wrote");
    }
    return value.as_object();
}

Result<void> read_records(const std::string& folder, Shards& into) {
    std::ifstream file(folder + "/conversations.jsonl", std::ios::binary);
    if (!file) {
        return fail(ErrorKind::usage, "cannot read " + folder + "/conversations.jsonl");
    }
    for (std::string line; std::getline(file, line);) {
        boost::system::error_code error;
        const json::value value = json::parse(line, error);
        const Result<Conversation> c =
            error ? fail(ErrorKind::malformed, error.message()) : conversation_from_json(value);
        if (!c) {
            return fail(ErrorKind::usage, folder + "/conversations.jsonl: " + c.error().message);
        }
        if (!into.records.emplace(c->id, std::move(line)).second) {
            return fail(ErrorKind::usage, fmt::format("conversation {} is in two shards", c->id),
                        "give each shard once, and shards of one --shard I/N only");
        }
    }
    return {};
}

Result<void> add_shard(const std::string& folder, const Suite& suite, Shards& into) {
    const Result<json::object> run = run_json_in(folder);
    if (!run) {
        return std::unexpected(run.error());
    }
    if (run->at("hashes").at("suite").as_string() != suite.hash ||
        run->at("seed").to_number<std::uint64_t>() != suite.matrix.seed) {
        return fail(ErrorKind::usage, folder + " was made from another suite or seed than " + suite.file,
                    "merge with the files and options the shards were run with");
    }
    into.agent = std::string(run->at("agent").at("reached_by").as_string());
    into.agent_version = std::string(run->at("agent").at("version").as_string());
    into.duration_ms = std::max(into.duration_ms, run->at("duration_ms").to_number<std::int64_t>());
    if (const auto& stopped = run->at("stopped").as_string(); !stopped.empty()) {
        into.stopped = std::string(stopped);
    }
    return read_records(folder, into);
}

std::vector<std::string> missing(const spec::Plan& plan, const Shards& shards) {
    std::vector<std::string> out;
    for (const spec::PlannedConversation& c : plan.conversations) {
        if (!shards.records.contains(c.id)) {
            out.push_back(c.id);
        }
    }
    return out;
}

// Stores the records in plan order and sums them up.
Result<analysis::Summary> store_all(storage::RunStore& store, const std::string& run, const Suite& suite,
                                    const spec::Plan& plan, const Shards& shards) {
    analysis::SummaryBuilder summary(suite, plan.conversations.size());
    storage::RunStore::Batch batch;
    constexpr std::size_t batch_size = 500;
    for (std::size_t i = 0; i < plan.conversations.size(); ++i) {
        const std::string& record = shards.records.at(plan.conversations[i].id);
        const Result<Conversation> c = conversation_from_json(json::parse(record));
        if (!c) {
            return std::unexpected(c.error());
        }
        summary.add(*c, i);
        storage::RunStore::Batch::Finished entry = execution::finished_entry(*c, i);
        entry.record = record;
        batch.finished.push_back(std::move(entry));
        if (batch.finished.size() == batch_size || i + 1 == plan.conversations.size()) {
            if (const Result<void> written = store.write(run, batch); !written) {
                return std::unexpected(written.error());
            }
            batch.finished.clear();
        }
    }
    return summary.finish(shards.stopped);
}

int finish(const Context& context, const MergeFlags& flags, Rehearsal& r, const Shards& shards) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_write);
    if (!store) {
        return exit_not_valid;
    }
    const Clock& clock = *context.process.clock;
    name_run(clock, r);
    storage::RunInfo info = run_info(r);
    if (const Result<void> created = store->write->create_run(info); !created) {
        return report_error(context, created.error());
    }
    const Result<analysis::Summary> summary = store_all(*store->write, r.run_id, r.suite, r.plan, shards);
    if (!summary) {
        return report_error(context, summary.error());
    }
    const report::RunMeta meta{.id = r.run_id,
                               .suite = r.suite.name,
                               .suite_hash = r.suite.hash,
                               .agent = shards.agent,
                               .agent_version = shards.agent_version,
                               .seed = r.suite.matrix.seed,
                               .cells = r.plan.cells,
                               .started_ms = r.started_ms,
                               .duration_ms = shards.duration_ms,
                               .stopped = shards.stopped};
    info.finished_ms = clock.unix_ms();
    info.state = storage::RunState::finished;
    info.summary = report::run_json(meta, *summary, r.suite);
    if (const Result<void> closed = store->write->update_run(info); !closed) {
        return report_error(context, closed.error());
    }
    if (const Result<void> written = write_files(*store->read, r.run_id, flags.out, meta, r.suite, *summary);
        !written) {
        return report_error(context, written.error());
    }
    context.out() << report::summary_text(meta, *summary, context.look())
                  << fmt::format("{} shards merged into run {}; files in {}\n", flags.folders.size(), r.run_id,
                                 flags.out);
    return exit_code_of(*summary);
}

int merge_command(const Context& context, const MergeFlags& flags) {
    std::optional<Suite> suite = load(context, flags.suite.path);
    if (!suite) {
        return exit_usage;
    }
    if (const Result<void> applied = apply(flags.suite, *suite); !applied) {
        return report_error(context, applied.error());
    }
    Result<spec::Plan> plan = spec::expand(*suite);
    if (!plan) {
        return report_error(context, plan.error());
    }
    Shards shards;
    for (const std::string& folder : flags.folders) {
        if (const Result<void> added = add_shard(folder, *suite, shards); !added) {
            return report_error(context, added.error());
        }
    }
    if (const std::vector<std::string> absent = missing(*plan, shards); !absent.empty()) {
        return report_error(context, Error{ErrorKind::usage,
                                           fmt::format("{} of {} conversations of the plan are in no shard, for "
                                                       "example {}",
                                                       absent.size(), plan->conversations.size(), absent.front()),
                                           "a shard is missing, did not finish, or was run with other options"});
    }
    if (shards.records.size() > plan->conversations.size()) {
        return report_error(context, Error{ErrorKind::usage, "the shards hold conversations that are not in the plan",
                                           "merge with the options the shards were run with"});
    }
    Rehearsal rehearsal{
        .suite = std::move(*suite), .options = flags.suite, .plan = std::move(*plan), .out_directory = flags.out};
    return finish(context, flags, rehearsal, shards);
}

}  // namespace

void add_merge(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<MergeFlags>();
    CLI::App* command =
        app.add_subcommand("merge", "Put the result folders of all shards together: the same files as one run's");
    command->footer(
        "Examples:\n  sosia run --shard 1/2 --out shard-1\n  sosia run --shard 2/2 --out shard-2\n"
        "  sosia merge shard-1 shard-2 --out results");
    command->add_option("folders", flags->folders, "folders that sosia run --shard I/N --out wrote")->required();
    command->add_option("--out", flags->out, "folder for the merged files")->capture_default_str();
    add_merge_options(*command, flags->suite);
    command->callback([flags, &context, &exit_code] { exit_code = merge_command(context, *flags); });
}

}  // namespace sosia::cli
