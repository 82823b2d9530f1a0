#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "cli/compare_options.h"
#include "cli/gate_plan.h"
#include "cli/rehearsal.h"
#include "cli/score_file.h"
#include "report/comparison.h"

namespace sosia::cli {
namespace {

struct GateFlags {
    SuiteOptions suite;
    CompareFlags compare;
    std::string against = "main";
    std::string out;
    std::string score_cache;
    bool until_decided = false;
    bool partial = false;
    bool quiet = false;
    std::size_t budget = 0;
    std::size_t batch = 0;
};

Error differing(const analysis::Outcomes& baseline, const std::vector<std::string>& parts) {
    return {ErrorKind::usage,
            fmt::format("{} cannot be compared with what would run: they differ in {}; nothing was run",
                        baseline.title(), fmt::join(parts, ", ")),
            "restore the parts, run the suite and set a new baseline, or say --force (the report will say so)"};
}

Error not_planned(const analysis::Outcomes& baseline, const std::vector<std::string>& missing) {
    return {ErrorKind::usage,
            fmt::format("{} cells of {} are not in the suite's plan, for example {}; nothing was run", missing.size(),
                        baseline.title(), missing.front()),
            "a gate that skips cells can hide a loss: choose the part the baseline was made of (such as --tag smoke), "
            "set a "
            "new baseline, or say --partial to compare the rest"};
}

bool filters(const SuiteOptions& o) {
    return !o.tags.empty() || !o.skip_tags.empty() || !o.personas.empty() || !o.scenarios.empty() ||
           !o.adversaries.empty() || o.sample;
}

struct Prepared {
    Suite suite;
    analysis::Outcomes baseline;
    GatePlan plan;
};

// Everything that can be refused is refused before a conversation is spent.
Result<Prepared> prepare(const Context& context, GateFlags& flags, Suite suite) {
    Result<analysis::Outcomes> baseline = outcomes_named(context, flags.compare.folder, flags.against);
    if (!baseline) {
        return std::unexpected(baseline.error());
    }
    flags.suite.runs = flags.suite.runs.value_or(repetitions(*baseline));
    if (const Result<void> applied = apply(flags.suite, suite); !applied) {
        return std::unexpected(applied.error());
    }
    const std::vector<std::string> parts =
        analysis::differing_pins(baseline->pins, analysis::pins_of(suite, SOSIA_VERSION));
    if (!parts.empty() && !flags.compare.options.force) {
        return std::unexpected(differing(*baseline, parts));
    }
    Result<spec::Plan> plan = spec::expand(suite);
    if (!plan) {
        return std::unexpected(plan.error());
    }
    GatePlan gate = gate_plan(suite, std::move(*plan), *baseline);
    if (gate.cells.empty() || (!gate.missing.empty() && !flags.partial && !filters(flags.suite))) {
        return std::unexpected(not_planned(*baseline, gate.missing));
    }
    return Prepared{std::move(suite), std::move(*baseline), std::move(gate)};
}

// Ties the sequential gate to the run: which ids come next, and what came of them.
class Steering {
  public:
    Steering(const GatePlan& plan, const analysis::SequentialOptions& options)
        : plan_(plan), gate_(plan.cells, options) {}

    std::vector<std::string> next() {
        for (const auto& [id, pick] : waiting_) {  // conversations that gave no result (the run is being stopped)
            gate_.add(pick, std::nullopt);
        }
        waiting_.clear();
        std::vector<std::string> out;
        for (const analysis::SequentialGate::Pick& pick : gate_.next_batch()) {
            out.push_back(plan_.ids[pick.cell][pick.repetition]);
            waiting_[out.back()] = pick;
        }
        return out;
    }

    // Results count in the order of their ids, not in that of arrival: a slow failure weighs as much as a quick pass.
    void told(const Conversation& c) { results_[c.id] = c.outcome; }

    void settle() {
        for (auto at = waiting_.begin(); at != waiting_.end();) {
            const auto result = results_.find(at->first);
            if (result == results_.end()) {
                ++at;
                continue;
            }
            gate_.add(at->second, result->second == Outcome::invalid
                                      ? std::nullopt
                                      : std::optional(result->second == Outcome::passed));
            at = waiting_.erase(at);
        }
    }

    const analysis::SequentialState& state() const { return gate_.state(); }

  private:
    const GatePlan& plan_;
    analysis::SequentialGate gate_;
    std::map<std::string, analysis::SequentialGate::Pick> waiting_;
    std::map<std::string, Outcome> results_;
};

Result<analysis::Comparison> compared(const Context& context, GateFlags& flags, const Prepared& p,
                                      const std::string& run_id) {
    const Result<storage::Store> store = storage::open_sqlite(context.store_path, storage::Access::read_only);
    const Result<storage::RunInfo> run = store ? store->read->run(run_id) : std::unexpected(store.error());
    const Result<analysis::Outcomes> after = run ? outcomes_of_run(*store->read, *run) : std::unexpected(run.error());
    if (!after) {
        return std::unexpected(after.error());
    }
    if (const Result<void> completed = complete(context, flags.compare); !completed) {
        return std::unexpected(completed.error());
    }
    flags.compare.options.suite = &p.suite;
    return analysis::compare(p.baseline, *after, flags.compare.options);
}

Rehearsal rehearsal_of(const Prepared& p, const GateFlags& flags) {
    Rehearsal r{.suite = p.suite, .options = flags.suite, .plan = p.plan.plan, .out_directory = flags.out};
    r.progress = !flags.quiet;
    r.score_cache = flags.score_cache;
    return r;
}

int gate_fixed(const Context& context, GateFlags& flags, const Prepared& p) {
    Rehearsal r = rehearsal_of(p, flags);
    const Result<Rehearsed> held = hold(context, r);
    if (!held) {
        return report_error(context, held.error());
    }
    const Result<analysis::Comparison> comparison = compared(context, flags, p, held->run_id);
    if (!comparison) {
        return report_error(context, comparison.error());
    }
    const int code = report_comparison(context, flags.compare, *comparison);
    if (!held->stopped.empty()) {
        context.err() << "sosia: the run ended early (" << held->stopped << "), so this is not the gate's answer\n";
        return held->exit_code;
    }
    return code;
}

int gate_until_decided(const Context& context, GateFlags& flags, const Prepared& p) {
    const analysis::SequentialOptions options{.alpha = flags.compare.options.thresholds.alpha,
                                              .pass_alpha = flags.compare.options.thresholds.pass_alpha,
                                              .margin = flags.compare.options.thresholds.margin,
                                              .budget = flags.budget,
                                              .batch = flags.batch,
                                              .seed = p.suite.matrix.seed};
    Steering steering(p.plan, options);
    Rehearsal r = rehearsal_of(p, flags);
    r.next_batch = [&steering] {
        steering.settle();
        return steering.next();
    };
    r.told = [&steering](const Conversation& c) { steering.told(c); };
    const Result<Rehearsed> held = hold(context, r);
    if (!held) {
        return report_error(context, held.error());
    }
    steering.settle();
    Result<analysis::Comparison> comparison = compared(context, flags, p, held->run_id);
    if (!comparison) {
        return report_error(context, comparison.error());
    }
    // The answer is the e-process's: the fixed-n tests were not made for a sample that ends when it pleases.
    analysis::settle(steering.state(), options, *comparison);
    const int code = report_comparison(context, flags.compare, *comparison);
    return held->stopped.empty() ? code : held->exit_code;
}

int gate_command(const Context& context, GateFlags flags) {
    std::optional<Suite> suite = load(context, flags.suite.path);
    if (!suite) {
        return exit_usage;
    }
    suite->more_users.clear();  // a gate decides, and so does the first who plays the user
    apply_gate(suite->gate, flags.compare);
    const Result<Prepared> prepared = prepare(context, flags, std::move(*suite));
    if (!prepared) {
        return report_error(context, prepared.error());
    }
    if (flags.until_decided && !flags.compare.options.gate_by.empty()) {
        return report_error(
            context,
            Error{ErrorKind::usage, "--until-decided decides on the pass rate alone; --gate-by needs all conversations",
                  "leave one of the two out"});
    }
    return flags.until_decided ? gate_until_decided(context, flags, *prepared) : gate_fixed(context, flags, *prepared);
}

}  // namespace

void add_gate(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<GateFlags>();
    CLI::App* command =
        app.add_subcommand("gate", "Run the suite and hold it against a baseline: may this agent ship?");
    command->footer(
        "Examples:\n  sosia gate --against main\n  sosia gate --against main --until-decided --budget 300\n"
        "  sosia gate --against main --tag smoke --markdown gate.md\n"
        "Exit codes: 0 not worse, 1 regressed, 2 undecided, 3 not valid, 4 cannot be compared, 130 interrupted.");
    add_suite_options(*command, flags->suite);
    command->add_option("--against", flags->against, "baseline or run")->capture_default_str();
    command->add_flag("--until-decided", flags->until_decided,
                      "stop as soon as it is decided (docs/gate.md: the error stays as stated)");
    command->add_option("--budget", flags->budget, "most conversations (default: as many as the baseline has)");
    command->add_option("--batch", flags->batch, "conversations between two looks");
    command->add_flag("--partial", flags->partial, "go on although the suite lacks cells of the baseline");
    command->add_option("--out", flags->out, "folder for the run's files");
    add_score_cache_option(*command, flags->score_cache);
    command->add_flag("--quiet,-q", flags->quiet, "no progress");
    add_compare_options(*command, flags->compare);
    command->callback([flags, &context, &exit_code] { exit_code = gate_command(context, *flags); });
}

}  // namespace sosia::cli
