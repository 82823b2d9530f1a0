#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "analysis/baseline.h"
#include "cli/outcomes.h"

namespace sosia::cli {
namespace {

struct Counts {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t invalid = 0;
};

Counts counts_of(const analysis::Outcomes& outcomes) {
    Counts out;
    for (const analysis::CellOutcomes& cell : outcomes.cells) {
        for (const analysis::RunOutcome& run : cell.runs) {
            (run.outcome == Outcome::passed   ? out.passed
             : run.outcome == Outcome::failed ? out.failed
                                              : out.invalid) += 1;
        }
    }
    return out;
}

std::string line_of(const analysis::Outcomes& o) {
    const Counts n = counts_of(o);
    return fmt::format("{} cells, {} conversations: {} passed, {} failed, {} invalid; {} of {}{}", o.cells.size(),
                       o.conversations(), n.passed, n.failed, n.invalid, o.run, o.suite,
                       o.agent_version.empty() ? "" : ", agent " + o.agent_version);
}

int set_command(const Context& context, const BaselineFolder& folder, const std::string& name, const std::string& id) {
    if (const Result<void> fine = check_baseline_name(name); !fine) {
        return report_error(context, fine.error());
    }
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> run = find_run(*store->read, id);
    if (!run) {
        return report_error(context, run.error());
    }
    if (run->state != storage::RunState::finished) {
        return report_error(context, Error{ErrorKind::usage, "run " + run->id + " is not finished",
                                           "sosia resume " + run->id + " finishes it"});
    }
    Result<analysis::Outcomes> outcomes = outcomes_of_run(*store->read, *run);
    if (!outcomes) {
        return report_error(context, outcomes.error());
    }
    outcomes->name = name;
    outcomes->set_at = iso8601(context.process.clock->unix_ms());
    if (const Result<void> written = write_text_file(folder.baseline(name), analysis::baseline_text(*outcomes));
        !written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format(
        "baseline {}: {}\n{} is for the repository; sosia compare {}.. compares the latest run\n", name,
        line_of(*outcomes), folder.baseline(name), name);
    return exit_passed;
}

int list_command(const Context& context, const BaselineFolder& folder) {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path, error)) {
        if (entry.path().extension() == ".json" && check_baseline_name(entry.path().stem().string())) {
            names.push_back(entry.path().stem().string());
        }
    }
    std::ranges::sort(names);
    if (names.empty()) {
        context.out() << "no baselines in " << folder.path << "; sosia baseline set main makes one of the latest run\n";
    }
    for (const std::string& name : names) {
        const Result<analysis::Outcomes> outcomes = outcomes_named(context, folder, name);
        context.out() << (outcomes ? fmt::format("{:<16} {}  {}\n", name, outcomes->set_at, line_of(*outcomes))
                                   : fmt::format("{:<16} {}\n", name, outcomes.error().message));
    }
    return exit_passed;
}

int show_command(const Context& context, const BaselineFolder& folder, const std::string& name) {
    const Result<analysis::Outcomes> outcomes = outcomes_named(context, folder, name);
    if (!outcomes) {
        return report_error(context, outcomes.error());
    }
    context.out() << fmt::format("{} set {}\n{}\nreached by {}\npins:\n", outcomes->title(), outcomes->set_at,
                                 line_of(*outcomes), outcomes->agent);
    for (const auto& [pin, value] : outcomes->pins) {
        context.out() << fmt::format("  {:<32} {}\n", pin, value);
    }
    context.out() << "cells that do not always pass:\n";
    for (const analysis::CellOutcomes& cell : outcomes->cells) {
        const auto passed = std::ranges::count(cell.runs, Outcome::passed, &analysis::RunOutcome::outcome);
        if (static_cast<std::size_t>(passed) < cell.runs.size()) {
            const std::string text = to_string(cell.cell);
            context.out() << fmt::format("  {}/{}  {}\n", passed, cell.runs.size(), text.substr(0, text.rfind('#')));
        }
    }
    return exit_passed;
}

}  // namespace

void add_baseline(CLI::App& app, Context& context, int& exit_code) {
    auto folder = std::make_shared<BaselineFolder>();
    auto name = std::make_shared<std::string>("main");
    auto run = std::make_shared<std::string>("latest");
    CLI::App* command =
        app.add_subcommand("baseline", "Keep the outcomes of a run as what later runs are held against");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  sosia baseline set main\n  sosia baseline set release-2 --run r019c\n"
        "  sosia baseline list\n  sosia baseline show main");
    add_folder_option(*command, *folder);
    command->fallthrough();
    CLI::App* set = command->add_subcommand("set", "Write a baseline from a finished run");
    set->add_option("name", *name, "name of the baseline")->capture_default_str();
    set->add_option("--run", *run, "run id, the beginning of one, or latest")->capture_default_str();
    set->callback([=, &context, &exit_code] { exit_code = set_command(context, *folder, *name, *run); });
    CLI::App* list = command->add_subcommand("list", "Every baseline of this project");
    list->callback([=, &context, &exit_code] { exit_code = list_command(context, *folder); });
    CLI::App* show = command->add_subcommand("show", "What a baseline pins, and which of its cells fail");
    show->add_option("name", *name, "name or file")->capture_default_str();
    show->callback([=, &context, &exit_code] { exit_code = show_command(context, *folder, *name); });
}

}  // namespace sosia::cli
