// The answers of models that are kept: what is there, and what goes.
#include <CLI/CLI.hpp>

#include <filesystem>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "cli/context.h"
#include "domain/json_text.h"
#include "spec/units.h"
#include "storage/answer_file.h"

namespace sosia::cli {
namespace {

namespace json = boost::json;

struct CacheOptions {
    std::string older_than;
    std::string to_size;
    std::string model;
    bool all = false;
    bool json = false;
};

std::string in_kb(std::int64_t bytes) {
    constexpr double kb = 1024;
    return fmt::format("{:.1f} KB", static_cast<double>(bytes) / kb);
}

int list_answers(const Context& context, storage::AnswerFile& file, bool as_json) {
    const Result<std::vector<storage::AnswerGroup>> groups = file.groups();
    if (!groups) {
        return report_error(context, groups.error());
    }
    json::array out;
    for (const storage::AnswerGroup& group : *groups) {
        const std::string name = group.provider + "/" + group.model;
        if (as_json) {
            out.emplace_back(json::object{{"model", name},
                                          {"answers", group.answers},
                                          {"bytes", group.bytes},
                                          {"uses", group.uses},
                                          {"oldest", iso8601(group.oldest_ms)},
                                          {"newest", iso8601(group.newest_ms)}});
            continue;
        }
        context.out() << fmt::format("{}: {} answers, {}, used {} times, {} to {}\n", name, group.answers,
                                     in_kb(group.bytes), group.uses, iso8601(group.oldest_ms),
                                     iso8601(group.newest_ms));
    }
    if (as_json) {
        context.out() << sosia::json_text(std::move(out)) << "\n";
    } else if (groups->empty()) {
        context.out() << "no answers are kept\n";
    }
    return exit_passed;
}

Result<std::int64_t> oldest_kept(const Context& context, const CacheOptions& options) {
    const auto age = spec::parse_duration_ms(options.older_than);
    if (!age || options.older_than.find_first_not_of("0123456789. ") == std::string::npos) {
        return fail(ErrorKind::usage,
                    fmt::format("--older-than is \"{}\"; expected an age with its unit", options.older_than),
                    "for example 30d or 12h");
    }
    return context.process.clock->unix_ms() - static_cast<std::int64_t>(*age);
}

Result<storage::AnswerFile::Pruned> prune(const Context& context, storage::AnswerFile& file,
                                          const CacheOptions& options) {
    if (!options.to_size.empty()) {
        const auto bytes = spec::parse_bytes(options.to_size);
        if (!bytes) {
            return fail(ErrorKind::usage, fmt::format("--to-size is \"{}\"; expected a size", options.to_size),
                        "for example 100MB");
        }
        return file.prune_to(static_cast<std::int64_t>(*bytes));
    }
    Result<std::int64_t> before = std::numeric_limits<std::int64_t>::max();
    if (!options.older_than.empty()) {
        before = oldest_kept(context, options);
    }
    if (!before) {
        return std::unexpected(before.error());
    }
    return file.prune_older(*before, options.model);
}

int prune_answers(const Context& context, storage::AnswerFile& file, const CacheOptions& options) {
    const Result<storage::AnswerFile::Pruned> pruned = prune(context, file, options);
    if (!pruned) {
        return report_error(context, pruned.error());
    }
    if (const Result<void> compacted = file.compact(); !compacted) {
        return report_error(context, compacted.error());
    }
    context.out() << fmt::format("{} answers deleted, {}\n", pruned->answers, in_kb(pruned->bytes));
    return exit_passed;
}

int cache_command(const Context& context, const CacheOptions& options, bool prunes) {
    const std::string path = storage::answer_file_of(context.store_path);
    if (!std::filesystem::exists(path)) {
        context.out() << (options.json && !prunes ? "[]\n" : "no answers are kept\n");
        return exit_passed;
    }
    Result<std::unique_ptr<storage::AnswerFile>> file = storage::AnswerFile::open(path);
    if (!file) {
        return report_error(context, file.error());
    }
    return prunes ? prune_answers(context, **file, options) : list_answers(context, **file, options.json);
}

}  // namespace

void add_cache(CLI::App& app, Context& context, int& exit_code) {
    CLI::App* cache = app.add_subcommand("cache", "The answers of models that are kept beside the store");
    cache->footer(
        "Examples:\n  sosia cache list\n  sosia cache prune --older-than 30d\n  sosia cache prune --to-size 100MB");
    cache->require_subcommand(1);
    const auto options = std::make_shared<CacheOptions>();
    CLI::App* list = cache->add_subcommand("list", "How many answers of which model, and how large");
    list->add_flag("--json", options->json, "as JSON");
    list->callback([options, &context, &exit_code] { exit_code = cache_command(context, *options, false); });
    CLI::App* prune = cache->add_subcommand("prune", "Deletes answers and gives their space back");
    CLI::Option* older =
        prune->add_option("--older-than", options->older_than, "those kept so long ago, such as 30d")->type_name("AGE");
    CLI::Option* size =
        prune->add_option("--to-size", options->to_size, "the oldest, until so much is left, such as 100MB")
            ->type_name("SIZE");
    CLI::Option* model =
        prune->add_option("--model", options->model, "only those of this model (its name without provider)")
            ->type_name("NAME");
    CLI::Option* all = prune->add_flag("--all", options->all, "all of them");
    size->excludes(older)->excludes(model)->excludes(all);
    all->excludes(older);
    prune->callback([options, &context, &exit_code] {
        const bool says_what =
            options->all || !options->older_than.empty() || !options->to_size.empty() || !options->model.empty();
        exit_code = says_what
                        ? cache_command(context, *options, true)
                        : report_error(context, Error{ErrorKind::usage, "what is to be deleted?",
                                                      "--older-than 30d, --to-size 100MB, --model NAME or --all"});
    });
}

}  // namespace sosia::cli
