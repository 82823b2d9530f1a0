#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/drafts.h"
#include "scoring/check_names.h"
#include "spec/diagnostics.h"
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

// "cache prune", "" when none was chosen.
std::string command_of(const CLI::App& app) {
    std::string command;
    for (auto chosen = app.get_subcommands(); !chosen.empty(); chosen = chosen.front()->get_subcommands()) {
        command += (command.empty() ? "" : " ") + chosen.front()->get_name();
    }
    return command;
}

// "there is no command "validat"", when that is what is wrong.
std::optional<Error> unknown_command(const CLI::App& app, const CLI::ParseError& error,
                                     const std::vector<std::string>& arguments) {
    const auto named = std::ranges::find_if(arguments, [](const std::string& a) { return !a.starts_with('-'); });
    const bool is_extra = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    if (!is_extra || !command_of(app).empty() || named == arguments.end()) {
        return std::nullopt;
    }
    std::vector<std::string> commands;
    std::ranges::transform(app.get_subcommands([](const CLI::App*) { return true; }), std::back_inserter(commands),
                           [](const CLI::App* command) { return command->get_name(); });
    const std::string meant = spec::did_you_mean(*named, commands);
    return Error{ErrorKind::usage, fmt::format("there is no command \"{}\"", *named),
                 (meant.empty() ? "" : meant + " ") + "`sosia --help` lists them"};
}

// Which command was used wrongly, how, and where its use is shown.
Error wrong_use(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
    if (const std::optional<Error> unknown = unknown_command(app, error, arguments)) {
        return *unknown;
    }
    const std::string command = command_of(app);
    std::string message = error.what();
    if (const std::size_t required = message.find(" is required"); required != std::string::npos && required > 0) {
        message = "what is missing: " + message.substr(0, required);
    }
    return Error{ErrorKind::usage, command.empty() ? message : command + ": " + message,
                 fmt::format("`sosia {}--help` shows how it is used", command.empty() ? "" : command + " ")};
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
    try {
        app.parse(reversed(process.arguments));
    } catch (const CLI::CallForVersion& e) {
        context.out() << e.what() << "\n";
        return exit_passed;
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() != 0) {
            return report_error(context, wrong_use(app, e, process.arguments));
        }
        app.exit(e, context.out(), context.err());
        return exit_passed;
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
