#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "cli/context.h"
#include "cli/estimate.h"
#include "cli/http_options.h"
#include "cli/model_desk.h"
#include "cli/rehearsal.h"
#include "cli/suite_options.h"
#include "scoring/check_names.h"
#include "spec/matrix.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct PlanOptions {
    SuiteOptions suite;
    bool json = false;
    bool cells = false;
};

// Requests to the agent: one for each user turn but the goodbye.
std::int64_t agent_calls(const spec::Plan& plan, const Estimate& costs) {
    const double each = std::max(1.0, costs.user_turns.likely - 1);
    return std::llround(static_cast<double>(plan.conversations.size()) * each);
}

std::string players(const Suite& suite) {
    if (!suite.has_several_users()) {
        return "";
    }
    std::string names;
    for (const UserSpec* user : suite.users()) {
        names += (names.empty() ? "" : ", ") + user->name;
    }
    return fmt::format(" by each of {}; {} decides", names, suite.user.name);
}

json::object plan_json(const Suite& suite, const spec::Plan& plan, const Estimate& costs) {
    json::array cells;
    for (const spec::PlannedConversation& c : plan.conversations) {
        if (c.cell.repetition == 0 && (c.cell.user.empty() || c.cell.user == suite.user.name)) {
            cells.emplace_back(json::object{{"persona", c.cell.persona},
                                            {"scenario", c.cell.scenario},
                                            {"edge_case", c.cell.edge_case},
                                            {"adversary", c.cell.adversary}});
        }
    }
    json::object out{{"suite", suite.name},
                     {"conversations", plan.conversations.size()},
                     {"calls", agent_calls(plan, costs)},
                     {"calls_at_most", plan.conversations.size() * static_cast<std::size_t>(suite.limits.turns)},
                     {"tokens", std::llround(costs.tokens())},
                     {"usd", costs.usd() ? json::value(*costs.usd()) : json::value(nullptr)},
                     {"estimate", estimate_json(costs)},
                     {"full_cells", plan.full_cells},
                     {"pruned", plan.pruned},
                     {"tuples", plan.tuples},
                     {"covered", plan.covered},
                     {"seed", suite.matrix.seed},
                     {"cells", std::move(cells)}};
    if (suite.has_several_users()) {
        json::array users;
        for (const UserSpec* user : suite.users()) {
            users.emplace_back(user->name);
        }
        out["users"] = std::move(users);
    }
    return out;
}

void print_plan(const Context& context, const Suite& suite, const spec::Plan& plan, const Estimate& costs,
                bool list_cells) {
    std::ostream& out = context.out();
    out << fmt::format("{}: {} personas, {} scenarios, {} adversaries\n", suite.name, suite.personas.size(),
                       suite.scenarios.size(), suite.adversaries.size());
    out << fmt::format("{} cells of {} possible ({} pruned by compatibility, probes, tags and rules)\n", plan.cells,
                       plan.full_cells, plan.pruned);
    if (plan.tuples > 0) {
        out << fmt::format("{}-way cover: {} of {} feasible combinations\n", suite.matrix.strength, plan.covered,
                           plan.tuples);
    }
    out << fmt::format("{} conversations ({} of each cell{}), about {} agent calls, at most {}; seed {}\n",
                       plan.conversations.size(), suite.matrix.runs, players(suite), agent_calls(plan, costs),
                       plan.conversations.size() * static_cast<std::size_t>(suite.limits.turns), suite.matrix.seed);
    out << estimate_text(costs);
    if (list_cells) {
        for (const spec::PlannedConversation& c : plan.conversations) {
            out << "  " << c.id << "  " << to_string(c.cell) << "\n";
        }
    } else {
        out << "nothing was sent; sosia plan --cells lists them, sosia run runs them\n";
    }
}

int plan_command(const Context& context, const PlanOptions& options) {
    std::optional<Suite> suite = load(context, options.suite.path);
    if (!suite) {
        return exit_usage;
    }
    if (const Result<void> applied = apply(options.suite, *suite); !applied) {
        return report_error(context, applied.error());
    }
    const Result<spec::Plan> plan = spec::expand(*suite);
    if (!plan) {
        return report_error(context, plan.error());
    }
    const Result<Estimate> costs = estimate_costs(context, *suite, *plan);
    if (!costs) {
        return report_error(context, costs.error());
    }
    if (options.json) {
        context.out() << json::serialize(plan_json(*suite, *plan, *costs)) << "\n";
    } else {
        print_plan(context, *suite, *plan, *costs, options.cells);
    }
    return exit_passed;
}

// What no file says wrong but the agent's own code would refuse, and settings for checks that do not exist.
Result<void> check_beyond_files(const Context& context, const Suite& suite) {
    boost::asio::io_context io(1);
    net::HttpClient http(io.get_executor(), http_options(context));
    const Result<std::unique_ptr<agent::Agent>> agent = make_agent(context, suite, io.get_executor(), http, "");
    return agent ? scoring::check_settings(suite.scorecard) : std::unexpected(agent.error());
}

int validate_command(const Context& context, const std::string& path) {
    const spec::LoadResult loaded = spec::load_suite(path, context.process.environment);
    std::size_t errors = 0;
    for (const spec::Diagnostic& d : loaded.diagnostics) {
        const bool is_error = d.severity == spec::Diagnostic::Severity::error;
        (is_error ? context.err() : context.out()) << spec::render(d) << "\n";
        errors += is_error ? 1 : 0;
    }
    if (!loaded.suite) {
        context.err() << fmt::format("{} problem{} in {} file{}\n", errors, errors == 1 ? "" : "s", loaded.files.size(),
                                     loaded.files.size() == 1 ? "" : "s");
        return exit_usage;
    }
    if (const Result<void> checked = check_beyond_files(context, *loaded.suite); !checked) {
        return report_error(context, checked.error());
    }
    context.out() << fmt::format("{} files are fine: {} personas, {} scenarios, {} adversaries\n", loaded.files.size(),
                                 loaded.suite->personas.size(), loaded.suite->scenarios.size(),
                                 loaded.suite->adversaries.size());
    return exit_passed;
}

}  // namespace

void add_plan(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<PlanOptions>();
    CLI::App* command = app.add_subcommand("plan", "Say what would run: cells, conversations, calls. Nothing is sent");
    command->footer(
        "Examples:\n  sosia plan\n  sosia plan --cover pairwise --runs 3     every pair of values at least once, three "
        "times each\n"
        "  sosia plan --json | jq .conversations");
    add_suite_options(*command, options->suite);
    command->add_flag("--json", options->json, "the same for machines");
    command->add_flag("--cells", options->cells, "list every conversation");
    command->callback([options, &context, &exit_code] { exit_code = plan_command(context, *options); });
}

void add_validate(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<SuiteOptions>();
    CLI::App* command = app.add_subcommand("validate", "Check every file of a suite and report all problems at once");
    command->footer(
        "Examples:\n  sosia validate\n  sosia validate examples/refund-desk\n\nExit code 4 when there is an error; "
        "warnings do not count.");
    command->add_option("suite", options->path, "sosia.yaml, or the folder that holds it")
        ->type_name("PATH")
        ->capture_default_str();
    command->callback([options, &context, &exit_code] { exit_code = validate_command(context, options->path); });
}

}  // namespace sosia::cli
