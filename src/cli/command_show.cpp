#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "cli/stored.h"

namespace sosia::cli {
namespace {

struct ShowOptions {
    std::string id;
    std::string run;
    bool why = false;
    bool json = false;
};

int show_command(const Context& context, const ShowOptions& options) {
    const std::optional<StoredConversation> found = find_conversation(context, options.id, options.run);
    if (!found) {
        return exit_usage;
    }
    if (options.json) {
        context.out() << found->record << "\n";
        return exit_passed;
    }
    std::optional<Suite> suite;
    if (options.why) {
        const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
        const Result<storage::RunInfo> run = store ? store->read->run(found->run) : fail(ErrorKind::unavailable, "");
        suite = run ? suite_of_run(context, *run) : std::nullopt;
    }
    const Persona* persona = suite ? suite->persona(found->conversation.cell.persona) : nullptr;
    context.out() << report::transcript_text(found->conversation, persona, {.why = options.why}, context.look());
    return exit_passed;
}

int list_runs(const Context& context, storage::RunReader& reader) {
    const Result<std::vector<storage::RunInfo>> runs = reader.runs();
    if (!runs) {
        return report_error(context, runs.error());
    }
    if (runs->empty()) {
        context.out() << "no runs yet; sosia run makes one\n";
        return exit_passed;
    }
    context.out() << fmt::format("{:<17} {:<20} {:<12} {:<10} {}\n", "run", "started", "state", "planned", "result");
    for (const storage::RunInfo& run : *runs) {
        std::string result;
        if (const auto* counts = run.summary.if_contains("counts"); counts != nullptr) {
            const auto& gate = run.summary.at("gate").as_object();
            result = fmt::format(
                "{}: {} passed, {} failed, {} invalid", std::string_view(gate.at("verdict").as_string()),
                counts->at("passed").to_number<std::int64_t>(), counts->at("failed").to_number<std::int64_t>(),
                counts->at("invalid").to_number<std::int64_t>());
        }
        context.out() << fmt::format("{:<17} {:<20} {:<12} {:<10} {}  {}\n", run.id, iso8601(run.started_ms),
                                     storage::to_string(run.state), run.planned, run.suite, result);
    }
    return exit_passed;
}

struct ListOptions {
    std::string run;
    bool failed = false;
    bool invalid = false;
    std::string check;
    std::size_t most = 50;
};

bool wanted(const storage::ConversationBrief& brief, const ListOptions& options) {
    if (!options.check.empty() && std::ranges::find(brief.failed_checks, options.check) == brief.failed_checks.end()) {
        return false;
    }
    if (options.failed || options.invalid) {
        return (options.failed && brief.outcome == Outcome::failed) ||
               (options.invalid && brief.outcome == Outcome::invalid);
    }
    return true;
}

int list_conversations(const Context& context, storage::RunReader& reader, const ListOptions& options) {
    const Result<storage::RunInfo> run = reader.run(options.run);
    if (!run) {
        return report_error(context, run.error());
    }
    const Result<std::vector<storage::ConversationBrief>> briefs = reader.briefs(run->id);
    if (!briefs) {
        return report_error(context, briefs.error());
    }
    std::size_t shown = 0;
    std::size_t matching = 0;
    for (const storage::ConversationBrief& brief : *briefs) {
        if (!wanted(brief, options)) {
            continue;
        }
        ++matching;
        if (shown < options.most) {
            ++shown;
            std::string causes;
            for (const std::string& check : brief.failed_checks) {
                causes += " " + check;
            }
            context.out() << fmt::format("{}  {:<8} {:>2} turns  {:<18} {}{}\n", brief.id, to_string(brief.outcome),
                                         brief.user_turns, to_string(brief.ended), to_string(brief.cell),
                                         causes.empty() ? "" : "  ✗" + causes);
        }
    }
    if (matching > shown) {
        context.out() << fmt::format("{} more; --most {} shows them\n", matching - shown, matching);
    }
    context.out() << fmt::format("{} of {} conversations\n", matching, briefs->size());
    if (run->state != storage::RunState::finished) {
        context.out() << fmt::format("the run is {}, {} conversations are planned{}\n", storage::to_string(run->state),
                                     run->planned,
                                     run->state == storage::RunState::interrupted ? "; sosia resume " + run->id : "");
    }
    return exit_passed;
}

}  // namespace

void add_show(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ShowOptions>();
    CLI::App* command = app.add_subcommand("show", "One conversation, readable, with the verdicts beside the turns");
    command->footer(
        "Examples:\n  sosia show c7f3\n  sosia show c7f3 --why\n  sosia show c7f3 --json | jq .checks\n\n"
        "sosia list latest --failed shows the ids.");
    command->add_option("conversation", options->id, "id or the beginning of one")->type_name("ID")->required();
    command->add_option("--run", options->run, "in this run (default: the newest that has it)")->type_name("RUN");
    command->add_flag("--why", options->why, "also what the user knew, hid and felt, and why they did what they did");
    command->add_flag("--json", options->json, "the stored record, as in conversations.jsonl");
    command->callback([options, &context, &exit_code] { exit_code = show_command(context, *options); });
}

void add_list(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ListOptions>();
    CLI::App* command = app.add_subcommand("list", "Runs, or the conversations of one run");
    command->footer(
        "Examples:\n  sosia list                          the runs\n  sosia list latest --failed          what failed "
        "in the newest\n"
        "  sosia list r019c --check claims     what failed by one check");
    command->add_option("run", options->run, "run id, the beginning of one, or latest; without one the runs are listed")
        ->type_name("RUN");
    command->add_flag("--failed", options->failed, "only failed conversations");
    command->add_flag("--invalid", options->invalid, "only invalid conversations");
    command->add_option("--check", options->check, "only conversations that failed this check")->type_name("NAME");
    command->add_option("--most", options->most, "how many to print")->type_name("N")->capture_default_str();
    command->callback([options, &context, &exit_code] {
        std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
        if (!store) {
            exit_code = exit_usage;
            return;
        }
        exit_code = options->run.empty() ? list_runs(context, *store->read)
                                         : list_conversations(context, *store->read, *options);
    });
}

}  // namespace sosia::cli
