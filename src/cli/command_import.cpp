#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analysis/redact.h"
#include "analysis/transcripts.h"
#include "base/random.h"
#include "cli/imported.h"
#include "cli/outcomes.h"
#include "scoring/scorer.h"
#include "user/builtin_user.h"

namespace sosia::cli {
namespace {

struct ImportFlags {
    std::string file;
    std::string suite = ".";
    std::string format = "auto";
    double sample = 0.1;
    std::uint64_t seed = 1;
    bool keep_personal_data = false;
};

// Belongs to the sample by its own id and the seed: importing a longer log later keeps every earlier choice.
bool is_drawn(const std::string& id, const ImportFlags& flags) {
    return Random(flags.seed, "import.sample").derive(id).uniform() < flags.sample;
}

struct Scored {
    std::vector<Conversation> conversations;
    std::map<std::string, std::size_t> redacted;
};

Result<Scored> score_sample(const analysis::Imported& imported, const Suite& suite, const ImportFlags& flags) {
    Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!engine) {
        return std::unexpected(engine.error());
    }
    const Result<std::unique_ptr<scoring::Scorer>> scorer = scoring::Scorer::create(suite, (*engine)->reader());
    if (!scorer) {
        return std::unexpected(scorer.error());
    }
    Scored out;
    analysis::Redactor redact;
    std::map<std::string, int> repetitions;
    for (const analysis::ImportedConversation& in : imported.conversations) {
        if (!is_drawn(in.id, flags)) {
            continue;
        }
        Conversation c =
            record_of(in, repetitions[in.label]++, flags.seed, flags.keep_personal_data ? nullptr : &redact);
        note_told(in, (*engine)->reader(), c);
        (*scorer)->score(c, parts_of_production(suite, c));
        out.conversations.push_back(std::move(c));
    }
    out.redacted = redact.counts();
    return out;
}

int import_command(const Context& context, const ImportFlags& flags) {
    if (flags.file.empty()) {
        return report_error(context, Error{ErrorKind::usage, "no file to import", "sosia import log.jsonl"});
    }
    std::optional<Suite> suite = load(context, flags.suite);
    if (!suite) {
        return exit_usage;
    }
    const Result<std::string> text = read_text_file(flags.file);
    const Result<analysis::Imported> imported =
        text ? analysis::read_transcripts(*text, format_of(flags.format)) : std::unexpected(text.error());
    if (!imported) {
        return report_error(
            context, Error{ErrorKind::usage, flags.file + ": " + imported.error().message, imported.error().hint});
    }
    if (imported->conversations.empty()) {
        return report_error(context, Error{ErrorKind::usage,
                                           fmt::format("{} holds no conversation with two sides ({} with one)",
                                                       flags.file, imported->skipped),
                                           "docs/production.md says what is read of each format"});
    }
    add_production_parts(imported->conversations, *suite);
    const Result<Scored> scored = score_sample(*imported, *suite, flags);
    if (!scored) {
        return report_error(context, scored.error());
    }
    if (scored->conversations.empty()) {
        return report_error(context, Error{ErrorKind::usage,
                                           fmt::format("none of {} conversations is in the sample of {:.0f} %",
                                                       imported->conversations.size(), 100 * flags.sample),
                                           "--sample 1 takes all"});
    }
    const Result<std::string> run = store_imported(context, *suite, scored->conversations);
    if (!run) {
        return report_error(context, run.error());
    }
    const auto failed = std::ranges::count(scored->conversations, Outcome::failed, &Conversation::outcome);
    context.out() << fmt::format(
        "{} conversations read, {} left out (one side is silent), {} sampled and scored as run {}: {} failed a check\n",
        imported->conversations.size(), imported->skipped, scored->conversations.size(), *run, failed);
    for (const auto& [kind, n] : scored->redacted) {
        context.out() << fmt::format("  {} x [{}] taken out\n", n, kind);
    }
    context.out() << fmt::format("sosia list {} lists them, sosia clusters {} groups the failures\n", *run, *run);
    return exit_passed;
}

}  // namespace

void add_import(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<ImportFlags>();
    CLI::App* command = app.add_subcommand(
        "import", "Conversations from production: redacted, sampled, scored with the suite's scorecard");
    command->footer(
        "Examples:\n  sosia import log.jsonl --sample 0.1\n  sosia import spans.json --format otlp\n  sosia import "
        "chats.csv --suite examples/refund-desk\n  sosia import tau-bench DIR        a benchmark's tasks as a suite");
    command->add_option("file", flags->file, "JSON lines or list, CSV, or OTLP/JSON (docs/production.md)");
    command->add_option("--suite", flags->suite, "whose scorecard scores them")->capture_default_str();
    command->add_option("--format", flags->format, "auto, json, csv or otlp")
        ->check(CLI::IsMember({"auto", "json", "csv", "otlp"}))
        ->capture_default_str();
    command->add_option("--sample", flags->sample, "share of conversations to keep and score")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--seed", flags->seed, "of the sample")->capture_default_str();
    command->add_flag("--keep-personal-data", flags->keep_personal_data, "do not redact");
    add_import_tau_bench(*command, context, exit_code);
    command->callback([command, flags, &context, &exit_code] {
        if (command->get_subcommands().empty()) {
            exit_code = import_command(context, *flags);
        }
    });
}

}  // namespace sosia::cli
