#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "base/random.h"
#include "base/text.h"
#include "cli/ci_level.h"
#include "cli/outcomes.h"
#include "cli/score_file.h"
#include "cli/suite_options.h"

namespace sosia::cli {
namespace {

struct CiFlags {
    std::string suite = ".";
    std::string against = "main";
    std::string changed;  // file with one path a line; "" = everything may have changed
    std::string levels;
    std::string smoke_tag = "smoke";
    std::string out = "sosia-results";
    std::string score_cache;
    std::optional<int> sample;
    std::optional<std::size_t> sample_personas;
    std::uint64_t sample_seed = 1;
    std::optional<std::size_t> budget;
    bool dry_run = false;
    BaselineFolder folder;
};

using Arguments = std::vector<std::string>;

// What will be done, as command lines anybody can repeat.
struct CiPlan {
    CiLevel level = CiLevel::full;
    std::vector<std::string> reasons;
    std::vector<Arguments> steps;  // each runs only when the one before it passed
};

void add_pairs(Arguments& to, const char* option, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        to.emplace_back(option);
        to.push_back(value);
    }
}

bool has_tag(const Suite& suite, const std::string& tag) {
    const auto tagged = [&tag](const auto& part) { return std::ranges::find(part.tags, tag) != part.tags.end(); };
    return std::ranges::any_of(suite.scenarios, tagged) || std::ranges::any_of(suite.personas, tagged);
}

Arguments run_step(const CiFlags& flags, const std::string& name) {
    Arguments step{"run", flags.suite, "-q", "--out", flags.out + "/" + name};
    if (!flags.score_cache.empty()) {
        step.insert(step.end(), {"--score-cache", flags.score_cache});
    }
    return step;
}

// So many of the suite's personas, drawn with the seed: the same seed draws the same ones, and one that joins the suite
// pushes at most one other out.
std::vector<std::string> drawn_personas(const Suite& suite, std::size_t n, std::uint64_t seed) {
    std::vector<std::pair<std::uint64_t, std::string>> lots;
    for (const Persona& persona : suite.personas) {
        lots.emplace_back(Random(seed, "ci.personas").derive(persona.id).next(), persona.id);
    }
    std::ranges::sort(lots);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min(n, lots.size()); ++i) {
        out.push_back(lots[i].second);
    }
    std::ranges::sort(out);
    return out;
}

Arguments gate_step(const Context& context, const CiFlags& flags, const Suite& suite) {
    Arguments step{"gate",        flags.suite,       "-q",    "--against",        flags.against,
                   "--baselines", flags.folder.path, "--out", flags.out + "/full"};
    const auto summary = context.process.environment("GITHUB_STEP_SUMMARY");
    step.insert(step.end(), {"--markdown", summary.value_or(flags.out + "/gate.md")});
    if (context.process.environment("GITHUB_ACTIONS").has_value()) {
        step.emplace_back("--annotations");
    }
    if (flags.budget) {
        step.insert(step.end(), {"--until-decided", "--budget", std::to_string(*flags.budget)});
    }
    if (flags.sample) {
        step.insert(step.end(), {"--partial", "--sample", std::to_string(*flags.sample)});
    }
    if (flags.sample_personas) {
        step.emplace_back("--partial");
        add_pairs(step, "--persona", drawn_personas(suite, *flags.sample_personas, flags.sample_seed));
    }
    if (!flags.score_cache.empty()) {
        step.insert(step.end(), {"--score-cache", flags.score_cache});
    }
    return step;
}

Result<std::vector<std::string>> changed_paths(const CiFlags& flags) {
    const Result<std::string> text = read_text_file(flags.changed);
    if (!text) {
        return std::unexpected(text.error());
    }
    std::vector<std::string> out;
    for (const std::string_view line : split(*text, '\n')) {
        if (!trim(line).empty()) {
            out.emplace_back(trim(line));
        }
    }
    return out;
}

Result<CiDecision> decide(const CiFlags& flags, const Suite& suite) {
    if (flags.changed.empty()) {
        return CiDecision{.level = CiLevel::full, .reasons = {"no list of changed paths: everything may have changed"}};
    }
    std::vector<CiRule> rules;
    if (!flags.levels.empty()) {
        const Result<std::string> text = read_text_file(flags.levels);
        Result<std::vector<CiRule>> read = text ? ci_rules_from_text(*text) : std::unexpected(text.error());
        if (!read) {
            return std::unexpected(read.error());
        }
        rules = std::move(*read);
    }
    const Result<std::vector<std::string>> paths = changed_paths(flags);
    if (!paths) {
        return std::unexpected(paths.error());
    }
    return ci_level(suite, rules, *paths);
}

void add_full(const Context& context, const CiFlags& flags, const Suite& suite, CiPlan& plan) {
    std::error_code ignored;
    const bool has_baseline = std::filesystem::exists(flags.folder.baseline(flags.against), ignored);
    const bool renews = plan.level == CiLevel::new_baseline || !has_baseline;
    if (!renews) {
        plan.steps.push_back(gate_step(context, flags, suite));
        return;
    }
    plan.steps.push_back(run_step(flags, "full"));
    plan.steps.push_back({"baseline", "set", flags.against, "--baselines", flags.folder.path});
    plan.reasons.push_back(has_baseline ? "the suite itself changed: what comes out is the new baseline"
                                        : "there is no baseline " + flags.against + " yet: this makes one");
}

CiPlan plan_of(const Context& context, const CiFlags& flags, const Suite& suite, CiDecision decision) {
    CiPlan plan{.level = decision.level, .reasons = std::move(decision.reasons)};
    if (plan.level == CiLevel::nothing) {
        return plan;
    }
    if (plan.level == CiLevel::affected) {
        // One run for each kind: together they would only run where both meet.
        if (!decision.scenarios.empty()) {
            plan.steps.push_back(run_step(flags, "scenarios"));
            add_pairs(plan.steps.back(), "--scenario", decision.scenarios);
        }
        if (!decision.personas.empty()) {
            plan.steps.push_back(run_step(flags, "personas"));
            add_pairs(plan.steps.back(), "--persona", decision.personas);
        }
        return plan;
    }
    if (has_tag(suite, flags.smoke_tag)) {
        plan.steps.push_back(run_step(flags, "smoke"));
        add_pairs(plan.steps.back(), "--tag", {flags.smoke_tag});
    }
    add_full(context, flags, suite, plan);
    return plan;
}

std::string shell_line(const Arguments& arguments) {
    std::string out = "sosia";
    for (const std::string& a : arguments) {
        const bool plain = !a.empty() && a.find_first_of(" '\"$&|;<>()*?[]\\`~#!{}") == std::string::npos;
        out += " " + (plain ? a : "'" + replace_all(a, "'", "'\\''") + "'");
    }
    return out;
}

int run_step(const Context& context, const Arguments& step) {
    Process process = context.process;
    process.arguments = {"--store", context.store_path};
    if (context.no_color) {
        process.arguments.emplace_back("--no-color");
    }
    process.arguments.insert(process.arguments.end(), step.begin(), step.end());
    return run(process, context.services);
}

int ci_command(const Context& context, const CiFlags& flags) {
    const std::optional<Suite> suite = load(context, flags.suite);
    if (!suite) {
        return exit_usage;
    }
    Result<CiDecision> decision = decide(flags, *suite);
    if (!decision) {
        return report_error(context, decision.error());
    }
    const CiPlan plan = plan_of(context, flags, *suite, std::move(*decision));
    context.out() << "level: " << to_string(plan.level) << "\n";
    for (const std::string& reason : plan.reasons) {
        context.out() << "  " << reason << "\n";
    }
    for (const Arguments& step : plan.steps) {
        context.out() << "$ " << shell_line(step) << "\n";
        const int code = flags.dry_run ? static_cast<int>(exit_passed) : run_step(context, step);
        if (code != exit_passed) {
            return code;
        }
    }
    if (plan.steps.empty()) {
        context.out() << "nothing to run\n";
    }
    return exit_passed;
}

}  // namespace

void add_ci(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<CiFlags>();
    CLI::App* command =
        app.add_subcommand("ci", "What a change deserves: smoke subset, then the gate; or less, or more");
    command->footer(
        "Examples:\n  sosia ci --dry-run\n  git diff --name-only origin/main... > changed.txt\n"
        "  sosia ci --changed changed.txt --against main --budget 300\n"
        "Exit codes: those of the first step that does not pass.");
    command->add_option("suite", flags->suite, "sosia.yaml, or the folder that holds it")->capture_default_str();
    command->add_option("--against", flags->against, "baseline")->capture_default_str();
    command->add_option("--changed", flags->changed, "file with the changed paths, one a line");
    command->add_option("--levels", flags->levels, "JSON file: which paths deserve which level (docs/ci.md)");
    command->add_option("--smoke-tag", flags->smoke_tag, "what runs first")->capture_default_str();
    command->add_option("--budget", flags->budget, "gate until decided, with at most so many conversations");
    command->add_option("--sample", flags->sample, "gate on so many cells, drawn with the seed");
    command
        ->add_option("--sample-personas", flags->sample_personas, "gate on so many personas, drawn with --sample-seed")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--sample-seed", flags->sample_seed, "of that draw, such as the number of the pipeline")
        ->capture_default_str();
    add_score_cache_option(*command, flags->score_cache);
    command->add_option("--out", flags->out, "folder for the files of each step")->capture_default_str();
    command->add_flag("--dry-run", flags->dry_run, "only say what would be done");
    add_folder_option(*command, flags->folder);
    command->callback([flags, &context, &exit_code] { exit_code = ci_command(context, *flags); });
}

}  // namespace sosia::cli
