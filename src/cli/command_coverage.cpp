#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/coverage.h"
#include "cli/outcomes.h"
#include "cli/stored.h"
#include "spec/matrix.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct CoverageFlags {
    std::vector<std::string> runs{"latest"};
    std::size_t most = 10;
    bool json = false;
};

std::string name_of(const Cell& cell) {
    const std::string text = to_string(cell);
    return text.substr(0, text.rfind('#'));
}

json::object coverage_json(const analysis::Coverage& coverage) {
    json::array lines;
    for (const analysis::CoverageLine& line : coverage.lines) {
        lines.emplace_back(json::object{{"name", line.name}, {"feasible", line.feasible}, {"covered", line.covered}});
    }
    json::array cells;
    for (const analysis::WorthRunning& w : coverage.worth_most) {
        cells.emplace_back(json::object{{"persona", w.cell.persona},
                                        {"scenario", w.cell.scenario},
                                        {"edge_case", w.cell.edge_case},
                                        {"adversary", w.cell.adversary},
                                        {"gain", w.gain}});
    }
    return {{"coverage", std::move(lines)}, {"worth_most", std::move(cells)}};
}

void print(const Context& context, const analysis::Coverage& coverage) {
    for (const analysis::CoverageLine& line : coverage.lines) {
        context.out() << fmt::format(
            "{:<32} {:>6} of {:>6} ({:.1f} %)\n", line.name, line.covered, line.feasible,
            line.feasible == 0 ? 0 : 100.0 * static_cast<double>(line.covered) / static_cast<double>(line.feasible));
    }
    if (!coverage.worth_most.empty()) {
        context.out() << "cells worth most (pairs nobody has run yet):\n";
    }
    for (const analysis::WorthRunning& w : coverage.worth_most) {
        context.out() << fmt::format("  +{}  {}\n", w.gain, name_of(w.cell));
    }
}

int coverage_command(const Context& context, const CoverageFlags& flags) {
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    std::vector<Cell> run_cells;
    std::optional<Suite> suite;
    for (const std::string& name : flags.runs) {
        const Result<storage::RunInfo> run = find_run(*store->read, name);
        const Result<std::vector<storage::ConversationBrief>> briefs =
            run ? store->read->briefs(run->id) : std::unexpected(run.error());
        if (!briefs) {
            return report_error(context, briefs.error());
        }
        for (const storage::ConversationBrief& brief : *briefs) {
            if (brief.outcome != Outcome::invalid) {
                run_cells.push_back(brief.cell);
            }
        }
        const json::value* file = run->spec.if_contains("suite_file");
        if (!suite && file != nullptr) {
            suite = load(context, std::string(file->as_string()));
        }
    }
    if (!suite) {
        return exit_usage;
    }
    suite->matrix.cover = MatrixSpec::Cover::full;
    suite->matrix.runs = 1;
    suite->matrix.sample.reset();
    suite->more_users.clear();  // who plays is no part of what is covered
    const Result<spec::Plan> plan = spec::expand(*suite);
    if (!plan) {
        return report_error(context, plan.error());
    }
    std::vector<Cell> allowed;
    for (const spec::PlannedConversation& c : plan->conversations) {
        allowed.push_back(c.cell);
    }
    const analysis::Coverage coverage = analysis::coverage_of(allowed, run_cells, flags.most);
    if (flags.json) {
        context.out() << json::serialize(coverage_json(coverage)) << "\n";
    } else {
        print(context, coverage);
    }
    return exit_passed;
}

}  // namespace

void add_coverage(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<CoverageFlags>();
    CLI::App* command =
        app.add_subcommand("coverage", "Which combinations have been run, and which cells would add most");
    command->footer("Examples:\n  sosia coverage\n  sosia coverage latest latest~1 --json");
    command->add_option("runs", flags->runs, "runs whose conversations count")->capture_default_str();
    command->add_option("--most", flags->most, "how many cells to suggest")->capture_default_str();
    command->add_flag("--json", flags->json, "machine-readable");
    command->callback([flags, &context, &exit_code] { exit_code = coverage_command(context, *flags); });
}

}  // namespace sosia::cli
