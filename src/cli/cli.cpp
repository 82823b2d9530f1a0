#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/drafts.h"
#include "scoring/check_names.h"
#include "world/tools.h"

namespace sosia::cli {
namespace {

constexpr const char* description =
    "Sosia stands people in: simulated users hold conversations with your agent, and Sosia says what failed.\n\n"
    "  sosia init my-suite        write a small suite and say what to edit\n"
    "  sosia plan my-suite        what would run; nothing is sent\n"
    "  sosia run my-suite         run it; results on the terminal, exit code for CI\n"
    "  sosia list latest --failed which conversations failed, by which checks\n"
    "  sosia show c7f3            one conversation, with the verdicts beside the turns\n"
    "  sosia replay c7f3          the same user turns against the agent as it is now\n"
    "  sosia report               one HTML file of a run that opens offline\n"
    "  sosia serve                the runs of the store in a browser, live\n"
    "  sosia baseline set main    keep what came out; sosia compare main.. holds the next run against it\n\n"
    "sosia COMMAND --help shows the options of a command and examples.\n";
constexpr const char* exit_codes =
    "Exit codes of run, resume, replay, compare and gate: 0 passed, 1 failed, 2 undecided, 3 not valid (too many "
    "invalid\n"
    "conversations, budget spent, infrastructure), 4 wrong use or files, 130 interrupted.";

// CLI11 wants its arguments last first.
std::vector<std::string> reversed(std::vector<std::string> arguments) {
    std::ranges::reverse(arguments);
    return arguments;
}

// As every other message: what is wrong, then what to do, naming the command it is about.
std::string parse_failure(const CLI::App* app, const CLI::Error& error) {
    std::string command = "sosia";
    for (std::vector<CLI::App*> below = app->get_subcommands(); !below.empty(); below = app->get_subcommands()) {
        app = below.front();
        command += " " + app->get_name();
    }
    return fmt::format("sosia: {}\n  {} --help says what it takes\n", error.what(), command);
}

int parse_and_run(const Process& process, const Services& services) {
    CLI::App app(description, "sosia");
    app.require_subcommand(0, 1);
    Context context{process, services, process.environment("SOSIA_STORE").value_or(".sosia/runs.db"),
                    process.environment("NO_COLOR").has_value()};
    int exit_code = exit_passed;
    app.add_option("--store", context.store_path, "file the runs are kept in (also SOSIA_STORE)")
        ->type_name("FILE")
        ->group("Options of every command")
        ->capture_default_str();
    app.add_flag("--no-color", context.no_color, "no colour, whatever the terminal (also NO_COLOR)")
        ->group("Options of every command");
    app.footer(exit_codes);
    app.set_version_flag("--version", "sosia " SOSIA_VERSION);
    app.fallthrough();
    for (const auto add : {add_init,    add_validate, add_plan,   add_run,    add_resume,   add_show,    add_list,
                           add_delete,  add_replay,   add_export, add_report, add_personas, add_realism, add_baseline,
                           add_compare, add_gate,     add_merge,  add_flaky,  add_ci,       add_world,   add_verify,
                           add_import,  add_clusters, add_audit,  add_shrink, add_coverage, add_promote, add_mix,
                           add_serve,   add_mock_llm, add_cache,  add_judge,  add_prompts}) {
        add(app, context, exit_code);
    }
    add_scenarios(app, context, exit_code);
    add_drafts(app, context, exit_code);
    app.failure_message(parse_failure);
    try {
        app.parse(reversed(process.arguments));
    } catch (const CLI::CallForVersion& e) {
        context.out() << e.what() << "\n";
        return exit_passed;
    } catch (const CLI::ParseError& e) {
        const int code = app.exit(e, context.out(), context.err());
        return code == 0 ? exit_passed : exit_usage;
    }
    if (app.get_subcommands().empty()) {
        context.out() << app.help();
    }
    return exit_code;
}

}  // namespace

report::Look Context::look() const {
    return {.color = process.out_is_terminal && !no_color, .width = process.columns};
}

int report_error(const Context& context, const Error& error) {
    context.err() << "sosia: " << error.message << "\n";
    if (!error.hint.empty()) {
        context.err() << "  " << error.hint << "\n";
    }
    switch (error.kind) {
        case ErrorKind::usage:
            return exit_usage;
        case ErrorKind::cancelled:
            return exit_interrupted;
        default:
            return exit_not_valid;
    }
}

std::optional<Suite> load(const Context& context, const std::string& path) {
    spec::LoadResult loaded = spec::load_suite(path, context.process.environment);
    std::size_t errors = 0;
    for (const spec::Diagnostic& d : loaded.diagnostics) {
        context.err() << spec::render(d) << "\n";
        errors += d.severity == spec::Diagnostic::Severity::error ? 1 : 0;
    }
    // A script that does not compile is a mistake in the files too.
    for (std::size_t i = 0; loaded.suite && i < loaded.suite->worlds.size(); ++i) {
        const auto toolbox = world::Toolbox::make(loaded.suite->worlds[i]);
        if (!toolbox) {
            context.err() << fmt::format("{}: {}\n", loaded.suite->worlds[i].file, toolbox.error().message);
            loaded.suite.reset();
            ++errors;
        }
    }
    if (!loaded.suite) {
        context.err() << fmt::format("{} problem{} found; nothing was run\n", errors, errors == 1 ? "" : "s");
        return std::nullopt;
    }
    if (const Result<void> settings = scoring::check_settings(loaded.suite->scorecard); !settings) {
        report_error(context, settings.error());
        return std::nullopt;
    }
    return std::move(loaded.suite);
}

std::optional<storage::Store> open_store(const Context& context, storage::Access access) {
    Result<storage::Store> store = storage::open_sqlite(context.store_path, access);
    if (!store) {
        report_error(context, store.error());
        return std::nullopt;
    }
    return std::move(*store);
}

int run(const Process& process, const Services& services) {
    try {
        return parse_and_run(process, services);
    } catch (const std::exception& e) {
        *process.err << "sosia: internal error: " << e.what()
                     << "\n  this is a bug; please report it with the command line\n";
        return exit_not_valid;
    }
}

}  // namespace sosia::cli
