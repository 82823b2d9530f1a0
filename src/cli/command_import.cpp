#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analysis/redact.h"
#include "analysis/transcripts.h"
#include "base/hash.h"
#include "base/random.h"
#include "cli/outcomes.h"
#include "cli/rehearsal.h"
#include "domain/record_json.h"
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

analysis::TranscriptFormat format_of(const std::string& name) {
    return name == "json"   ? analysis::TranscriptFormat::json
           : name == "csv"  ? analysis::TranscriptFormat::csv
           : name == "otlp" ? analysis::TranscriptFormat::otlp
                            : analysis::TranscriptFormat::automatic;
}

// Who talks in production is not known: one persona and one adversary stand for everybody, one scenario per label.
void add_production_parts(const std::vector<analysis::ImportedConversation>& all, Suite& suite) {
    suite.personas = {Persona{.id = "production"}};
    suite.adversaries = {Adversary{.id = "production"}};
    suite.scenarios.clear();
    suite.name = "production";
    std::map<std::string, bool> labels;
    for (const analysis::ImportedConversation& c : all) {
        labels[c.label.empty() ? "production" : c.label] = true;
    }
    for (const auto& [label, known] : labels) {
        suite.scenarios.push_back(Scenario{.id = label, .category = label});
    }
}

// Belongs to the sample by its own id and the seed: importing a longer log later keeps every earlier choice.
bool is_drawn(const std::string& id, const ImportFlags& flags) {
    return Random(flags.seed, "import.sample").derive(id).uniform() < flags.sample;
}

Conversation record_of(const analysis::ImportedConversation& in, int repetition, const ImportFlags& flags,
                       analysis::Redactor& redact) {
    constexpr int id_digits = 12;
    Conversation out{.id = hex(hash64(in.id, flags.seed), id_digits),
                     .cell = {"production", in.label.empty() ? "production" : in.label, "", "production", repetition},
                     .outcome = Outcome::passed,
                     .ended = Ending::agent_ended,
                     .turns = in.turns};
    for (Turn& turn : out.turns) {
        turn.text = flags.keep_personal_data ? turn.text : redact(turn.text);
        (turn.role == Role::user ? out.metrics.user_turns : out.metrics.agent_turns) += 1;
        out.metrics.tool_calls += static_cast<int>(turn.tools.size());
    }
    out.ended = out.turns.back().role == Role::user ? Ending::user_satisfied : Ending::turn_limit;
    return out;
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
        Conversation c = record_of(in, repetitions[in.label]++, flags, redact);
        const Scenario* scenario = suite.scenario(c.cell.scenario);
        (*scorer)->score(c, {&suite.personas.front(), scenario, &scenario->happy, &suite.adversaries.front()});
        out.conversations.push_back(std::move(c));
    }
    out.redacted = redact.counts();
    return out;
}

Result<std::string> store_run(const Context& context, const Suite& suite, const Scored& scored) {
    Result<storage::Store> store = storage::open_sqlite(context.store_path, storage::Access::read_write);
    if (!store) {
        return std::unexpected(store.error());
    }
    const Clock& clock = *context.process.clock;
    Rehearsal r{.suite = suite};
    name_run(clock, r);
    storage::RunInfo info = run_info(r);
    info.planned = scored.conversations.size();
    analysis::SummaryBuilder summary(suite, info.planned);
    storage::RunStore::Batch batch;
    for (std::size_t i = 0; i < scored.conversations.size(); ++i) {
        summary.add(scored.conversations[i], i);
        batch.finished.push_back(execution::finished_entry(scored.conversations[i], i));
    }
    Result<void> done = store->write->create_run(info);
    if (done) {
        done = store->write->write(r.run_id, batch);
    }
    if (done) {
        const report::RunMeta meta{
            .id = r.run_id, .suite = suite.name, .agent = "imported", .started_ms = r.started_ms};
        info.finished_ms = clock.unix_ms();
        info.state = storage::RunState::finished;
        info.summary = report::run_json(meta, summary.finish(""), suite);
        done = store->write->update_run(info);
    }
    return done ? Result<std::string>(r.run_id) : std::unexpected(done.error());
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
    const Result<std::string> run = store_run(context, *suite, *scored);
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
