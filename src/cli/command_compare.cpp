#include <CLI/CLI.hpp>

#include "cli/compare_options.h"

namespace sosia::cli {
namespace {

struct Sides {
    std::string before;
    std::string after = "latest";
};

// "main..", "main..r019" and "main r019" mean the same two.
Sides sides_of(const std::string& first, const std::string& second) {
    Sides out{.before = first};
    if (const std::size_t dots = first.find(".."); dots != std::string::npos) {
        out.before = first.substr(0, dots);
        out.after = first.size() > dots + 2 ? first.substr(dots + 2) : "latest";
    }
    if (!second.empty()) {
        out.after = second;
    }
    return out;
}

int compare_command(const Context& context, CompareFlags flags, const Sides& sides) {
    const Result<analysis::Outcomes> before = outcomes_named(context, flags.folder, sides.before);
    if (!before) {
        return report_error(context, before.error());
    }
    const Result<analysis::Outcomes> after = outcomes_named(context, flags.folder, sides.after);
    if (!after) {
        return report_error(context, after.error());
    }
    if (const Result<void> completed = complete(context, flags); !completed) {
        return report_error(context, completed.error());
    }
    std::optional<Suite> suite = suite_of_outcomes(context, *after);
    if (!suite) {
        suite = suite_of_outcomes(context, *before);
    }
    flags.options.suite = suite ? &*suite : nullptr;
    if (suite) {
        apply_gate(suite->gate, flags);
    }
    const Result<analysis::Comparison> comparison = analysis::compare(*before, *after, flags.options);
    return comparison ? report_comparison(context, flags, *comparison) : report_error(context, comparison.error());
}

}  // namespace

void add_compare(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<CompareFlags>();
    auto first = std::make_shared<std::string>();
    auto second = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "compare", "Two runs, or a baseline and a run: regressed, not worse or undecided, and where");
    command->footer(
        "Examples:\n  sosia compare main..              baseline main and the latest run\n"
        "  sosia compare latest~1 latest\n  sosia compare main r019c --json\n"
        "Exit codes: 0 not worse, 1 regressed, 2 undecided, 3 not valid, 4 cannot be compared.");
    command->add_option("before", *first, "baseline or run, or both as BEFORE..AFTER")->required();
    command->add_option("after", *second, "run or baseline (default: latest)");
    add_compare_options(*command, *flags);
    command->callback([flags, first, second, &context, &exit_code] {
        exit_code = compare_command(context, *flags, sides_of(*first, *second));
    });
}

}  // namespace sosia::cli
