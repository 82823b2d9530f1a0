#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/context.h"
#include "spec/units.h"

namespace sosia::cli {
namespace fs = std::filesystem;
namespace {

struct DeleteOptions {
    std::vector<std::string> runs;
    std::optional<std::size_t> keep;
    std::string older_than;
    bool dry_run = false;
};

// A bare number would be seconds elsewhere, which nobody means here.
Result<std::int64_t> age_ms(const std::string& text) {
    const auto age = spec::parse_duration_ms(text);
    if (!age || text.find_first_not_of("0123456789. ") == std::string::npos) {
        return fail(ErrorKind::usage, fmt::format("--older-than is \"{}\"; expected an age with its unit", text),
                    "for example 30d or 12h");
    }
    return static_cast<std::int64_t>(*age);
}

bool is_among(const std::vector<storage::RunInfo>& runs, const std::string& id) {
    return std::ranges::find(runs, id, &storage::RunInfo::id) != runs.end();
}

Result<void> add_named(storage::RunReader& reader, const DeleteOptions& options, std::vector<storage::RunInfo>& out) {
    for (const std::string& name : options.runs) {
        Result<storage::RunInfo> run = reader.run(name);
        if (!run) {
            return std::unexpected(run.error());
        }
        if (!is_among(out, run->id)) {
            out.push_back(std::move(*run));
        }
    }
    return {};
}

// By --keep and --older-than; with both, a run goes when both say so. Runs that are being written stay.
Result<void> add_by_rule(const Context& context, storage::RunReader& reader, const DeleteOptions& options,
                         std::vector<storage::RunInfo>& out) {
    if (!options.keep && options.older_than.empty()) {
        return {};
    }
    const Result<std::int64_t> age = options.older_than.empty() ? Result<std::int64_t>(0) : age_ms(options.older_than);
    Result<std::vector<storage::RunInfo>> runs = reader.runs();
    if (!age || !runs) {
        return std::unexpected(age ? runs.error() : age.error());
    }
    for (std::size_t i = options.keep.value_or(0); i < runs->size(); ++i) {
        storage::RunInfo& run = (*runs)[i];  // newest first
        const bool old = options.older_than.empty() || run.started_ms <= context.process.clock->unix_ms() - *age;
        if (old && run.state != storage::RunState::running && !is_among(out, run.id)) {
            out.push_back(std::move(run));
        }
    }
    return {};
}

Result<std::vector<storage::RunInfo>> chosen_runs(const Context& context, storage::RunReader& reader,
                                                  const DeleteOptions& options) {
    std::vector<storage::RunInfo> out;
    Result<void> done = add_named(reader, options, out);
    done = done ? add_by_rule(context, reader, options, out) : done;
    if (!done) {
        return std::unexpected(done.error());
    }
    return out;
}

// What the run's agent wrote, beside the store.
void delete_agent_logs(const Context& context, const std::string& run) {
    std::error_code error;
    const fs::path folder = fs::absolute(context.store_path).parent_path();
    for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
        if (file->path().filename().string().starts_with("agent-" + run + ".log")) {
            std::error_code ignored;
            fs::remove(file->path(), ignored);
        }
    }
}

std::uintmax_t store_bytes(const Context& context) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(context.store_path, error);
    return error ? 0 : size;
}

// The store's own hints are about going on with a run.
Error not_deleted(const storage::RunInfo& run, const Error& why) {
    if (why.kind != ErrorKind::unavailable) {
        return why;
    }
    return {why.kind, fmt::format("{} was not deleted: {}", run.id, why.message),
            "deleting needs a little room for its own log; free some elsewhere, then try again"};
}

int delete_chosen(const Context& context, storage::Store& store, const std::vector<storage::RunInfo>& runs) {
    const std::uintmax_t before = store_bytes(context);
    int exit_code = exit_passed;
    for (const storage::RunInfo& run : runs) {
        if (const Result<void> done = store.write->delete_run(run.id); !done) {
            exit_code = report_error(context, not_deleted(run, done.error()));
            continue;
        }
        delete_agent_logs(context, run.id);
        context.out() << fmt::format("deleted {} ({}, {})\n", run.id, run.suite, iso8601(run.started_ms));
    }
    if (const Result<void> compacted = store.write->compact(); !compacted) {
        context.err() << fmt::format("the space is not given back yet: {}\n", compacted.error().message);
        return exit_code;
    }
    constexpr double megabyte = 1 << 20;
    context.out() << fmt::format("{} takes {:.1f} MB now, {:.1f} MB before\n", context.store_path,
                                 static_cast<double>(store_bytes(context)) / megabyte,
                                 static_cast<double>(before) / megabyte);
    return exit_code;
}

int delete_command(const Context& context, const DeleteOptions& options) {
    if (options.runs.empty() && !options.keep && options.older_than.empty()) {
        return report_error(context, Error{ErrorKind::usage, "which runs? name them, or use --keep or --older-than",
                                           "sosia list shows what there is"});
    }
    std::optional<storage::Store> reading = open_store(context, storage::Access::read_only);
    if (!reading) {
        return exit_usage;
    }
    const Result<std::vector<storage::RunInfo>> runs = chosen_runs(context, *reading->read, options);
    if (!runs) {
        return report_error(context, runs.error());
    }
    if (runs->empty()) {
        context.out() << "nothing to delete\n";
        return exit_passed;
    }
    if (options.dry_run) {
        for (const storage::RunInfo& run : *runs) {
            context.out() << fmt::format("would delete {} ({}, {})\n", run.id, run.suite, iso8601(run.started_ms));
        }
        return exit_passed;
    }
    reading.reset();
    std::optional<storage::Store> store = open_store(context, storage::Access::read_write);
    return store ? delete_chosen(context, *store, *runs) : int{exit_not_valid};
}

}  // namespace

void add_delete(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<DeleteOptions>();
    CLI::App* command = app.add_subcommand("delete", "Delete runs from the store and give their space back");
    command->footer(
        "Examples:\n  sosia delete r019c\n  sosia delete --keep 10                  all but the ten newest\n"
        "  sosia delete --older-than 30d --dry-run\n  sosia delete --older-than 30d --keep 10\n\n"
        "Runs that are being written are left alone. With --keep and --older-than a run goes when both say so.");
    command->add_option("runs", options->runs, "run ids, beginnings of ids, or latest")->type_name("RUN");
    command->add_option("--keep", options->keep, "delete all but this many of the newest")->type_name("N");
    command->add_option("--older-than", options->older_than, "delete what began so long ago, such as 30d or 12h")
        ->type_name("AGE");
    command->add_flag("--dry-run,-n", options->dry_run, "only say what would be deleted");
    command->callback([options, &context, &exit_code] { exit_code = delete_command(context, *options); });
}

}  // namespace sosia::cli
