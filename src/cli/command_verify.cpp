// Recorded conversations against a world: an outside measure of whether the world does what it should.
#include <CLI/CLI.hpp>

#include <map>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"
#include "cli/context.h"
#include "cli/json_file.h"
#include "domain/json_text.h"
#include "stats/pass_k.h"
#include "world/trajectories.h"

namespace sosia::cli {
namespace {

namespace json = boost::json;
using Sameness = world::PlayedCall::Sameness;

struct VerifyOptions {
    std::string file;
    std::string suite = ".";
    std::string world;
    std::vector<std::string> renames;
    bool json = false;
};

struct Counts {
    std::size_t conversations = 0;
    std::size_t same_reward = 0;
    std::map<Sameness, std::size_t> calls;
    std::map<std::string, std::size_t> renamed_by_tool;
    std::map<int, stats::TaskRuns> tasks;
    std::vector<std::string> problems;
};

Result<world::Renames> renames_of(const std::vector<std::string>& written) {
    world::Renames out;
    for (const std::string& one : written) {
        const std::size_t equals = one.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == one.size()) {
            return fail(ErrorKind::usage, fmt::format("--rename takes THEN=NOW, not \"{}\"", one));
        }
        out[one.substr(0, equals)] = one.substr(equals + 1);
    }
    return out;
}

Result<std::vector<world::Trajectory>> read_file(const std::string& path) {
    const Result<json::value> value = read_json_file(path);
    if (!value) {
        return std::unexpected(value.error());
    }
    Result<std::vector<world::Trajectory>> out = world::read_trajectories(*value);
    if (!out) {
        return fail(out.error().kind, path + ": " + out.error().message, out.error().hint);
    }
    return out->empty() ? fail(ErrorKind::usage, path + " holds no conversations") : std::move(out);
}

void count(const world::Trajectory& trajectory, const world::Played& played, Counts& counts) {
    const std::string name = fmt::format("task {} trial {}", trajectory.task, trajectory.trial);
    ++counts.conversations;
    stats::TaskRuns& runs = counts.tasks[trajectory.task];
    ++runs.runs;
    runs.passed += played.reward == 1 ? 1U : 0U;
    if (played.reward == trajectory.reward) {
        ++counts.same_reward;
    } else {
        counts.problems.push_back(fmt::format("{}: reward {} was {} then{}{}", name, played.reward, trajectory.reward,
                                              played.differences.empty() ? "" : "; ",
                                              played.differences.empty() ? "" : played.differences.front()));
    }
    for (std::size_t i = 0; i < played.calls.size(); ++i) {
        const world::RecordedCall& call = trajectory.calls[i];
        ++counts.calls[played.calls[i].sameness];
        counts.renamed_by_tool[call.tool] += played.calls[i].sameness == Sameness::renamed ? 1U : 0U;
        if (played.calls[i].sameness == Sameness::other) {
            counts.problems.push_back(fmt::format("{}, call {}: {}({}) gave {}, then {}", name, i + 1, call.tool,
                                                  shorten(sosia::json_text(call.arguments), 200),
                                                  shorten(played.calls[i].answer, 200), shorten(call.result, 200)));
        }
    }
}

// pass^k and pass@k for every k that all tasks have runs for.
json::object reliability(const Counts& counts) {
    std::vector<stats::TaskRuns> tasks;
    std::size_t least = counts.tasks.empty() ? 0 : static_cast<std::size_t>(-1);
    for (const auto& [id, runs] : counts.tasks) {
        tasks.push_back(runs);
        least = std::min(least, runs.runs);
    }
    json::array all;
    json::array any;
    for (std::size_t k = 1; k <= least; ++k) {
        double hat = 0;
        double at = 0;
        for (const stats::TaskRuns& runs : tasks) {
            hat += stats::pass_hat_k(runs.runs, runs.passed, k) / static_cast<double>(tasks.size());
            at += stats::pass_at_k(runs.runs, runs.passed, k) / static_cast<double>(tasks.size());
        }
        all.emplace_back(hat);
        any.emplace_back(at);
    }
    return {{"pass_hat", std::move(all)}, {"pass_at", std::move(any)}};
}

json::object to_json(const Counts& counts) {
    const auto calls = [&counts](Sameness kind) {
        const auto found = counts.calls.find(kind);
        return found == counts.calls.end() ? 0U : found->second;
    };
    json::object out{{"conversations", counts.conversations},
                     {"same_reward", counts.same_reward},
                     {"calls", calls(Sameness::same) + calls(Sameness::renamed) + calls(Sameness::other)},
                     {"same", calls(Sameness::same)},
                     {"renamed", calls(Sameness::renamed)},
                     {"other", calls(Sameness::other)}};
    for (auto& member : reliability(counts)) {
        out[member.key()] = member.value();
    }
    return out;
}

std::string series(const json::value& values) {
    std::vector<std::string> out;
    for (const json::value& value : values.as_array()) {
        out.push_back(fmt::format("{:.4f}", value.as_double()));
    }
    return join(out, " ");
}

void print(const Context& context, const Counts& counts, const VerifyOptions& options) {
    const json::object numbers = to_json(counts);
    if (options.json) {
        context.out() << sosia::json_text(numbers) << "\n";
        return;
    }
    context.out() << fmt::format("rewards   {} of {} as recorded\n", counts.same_reward, counts.conversations)
                  << fmt::format("results   {} of {} byte for byte as recorded\n", sosia::json_text(numbers.at("same")),
                                 sosia::json_text(numbers.at("calls")));
    for (const auto& [tool, renamed] : counts.renamed_by_tool) {
        if (renamed > 0) {
            context.out() << fmt::format("          {} of {} once {} is renamed\n", renamed, tool,
                                         join(options.renames, ", "));
        }
    }
    context.out() << fmt::format("          {} other\n", sosia::json_text(numbers.at("other"))) << "pass^k    "
                  << series(numbers.at("pass_hat")) << "\npass@k    " << series(numbers.at("pass_at")) << "\n";
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < std::min(most, counts.problems.size()); ++i) {
        context.out() << counts.problems[i] << "\n";
    }
    if (counts.problems.size() > most) {
        context.out() << "and " << counts.problems.size() - most << " more\n";
    }
}

Result<Counts> verify(const Suite& suite, const VerifyOptions& options) {
    const WorldSpec* spec =
        options.world.empty() && suite.worlds.size() == 1 ? &suite.worlds.front() : suite.world(options.world);
    if (spec == nullptr) {
        return fail(ErrorKind::usage, "the suite has no such world, or several", "choose with --world ID");
    }
    const Result<world::Renames> renames = renames_of(options.renames);
    Result<std::shared_ptr<const world::Toolbox>> toolbox = world::Toolbox::make(*spec);
    if (!renames || !toolbox) {
        return std::unexpected(renames ? toolbox.error() : renames.error());
    }
    const Result<std::vector<world::Trajectory>> trajectories = read_file(options.file);
    if (!trajectories) {
        return std::unexpected(trajectories.error());
    }
    Counts counts;
    for (const world::Trajectory& trajectory : *trajectories) {
        const Result<world::Played> played = world::play(*toolbox, trajectory, *renames);
        if (!played) {
            return std::unexpected(played.error());
        }
        count(trajectory, *played, counts);
    }
    return counts;
}

int verify_command(const Context& context, const VerifyOptions& options) {
    const std::optional<Suite> suite = load(context, options.suite);
    if (!suite) {
        return exit_usage;
    }
    const Result<Counts> counts = verify(*suite, options);
    if (!counts) {
        return report_error(context, counts.error());
    }
    print(context, *counts, options);
    return counts->problems.empty() ? exit_passed : exit_failed;
}

}  // namespace

void add_verify(CLI::App& app, Context& context, int& exit_code) {
    const auto options = std::make_shared<VerifyOptions>();
    CLI::App* command = app.add_subcommand(
        "verify", "Plays recorded tau-bench conversations in a world and compares answers and rewards");
    command->footer(
        "Example:\n  TAU_BENCH_AIRLINE=tau-bench-airline sosia verify tau-bench-airline/trajectories.json "
        "--suite examples/airline --rename province=state");
    command->add_option("file", options->file, "trajectories.json")->required();
    command->add_option("--suite", options->suite, "sosia.yaml or its folder")->capture_default_str();
    command->add_option("--world", options->world, "id of the world (default: the suite's only one)");
    command->add_option("--rename", options->renames, "THEN=NOW: a member that had another name when it was recorded");
    command->add_flag("--json", options->json, "as JSON");
    command->callback([options, &context, &exit_code] { exit_code = verify_command(context, *options); });
}

}  // namespace sosia::cli
