// Deciding, measured: how long comparing and clustering take, and what the gate does with planted bugs.
//
//   decide_bench speed
//   decide_bench planted CLEAN.json BUG.json ...   baselines of the same suite: without a bug, and with one always on
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <fmt/format.h>

#include "analysis/baseline.h"
#include "analysis/clusters.h"
#include "analysis/compare.h"
#include "base/random.h"

namespace {

using namespace sosia;
using namespace sosia::analysis;

double seconds_of(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Outcomes large_run(Random& random, double rate) {
    OutcomesBuilder builder({.run = "r", .pins = {{"seed", "7"}}, .criteria = {"a", "b", "c", "d", "e"}});
    for (int i = 0; i < 50'000; ++i) {
        const Cell cell{"p" + std::to_string(i % 100), "s" + std::to_string(i / 100 % 25), "",
                        "a" + std::to_string(i / 2500), 0};
        for (int r = 0; r < 2; ++r) {
            const bool passed = random.chance(rate);
            RunOutcome run{.repetition = r,
                           .outcome = passed ? Outcome::passed : Outcome::failed,
                           .conversation = std::to_string(i),
                           .score = 3 + random.uniform(),
                           .criteria = {4, 4, 4, passed ? 5.0 : 2.0, 3}};
            if (!passed) {
                run.failed_checks = {"check" + std::to_string(i % 12)};
            }
            builder.add(cell, std::move(run));
        }
    }
    return builder.finish();
}

void speed() {
    Random random(1, "bench");
    const Outcomes a = large_run(random, 0.9);
    const Outcomes b = large_run(random, 0.88);
    Answer answer = Answer::undecided;
    const double comparing = seconds_of([&] { answer = compare(a, b, {})->answer; });
    fmt::print("compare 2 x {} conversations in {} cells: {:.2f} s ({})\n", a.conversations(), a.cells.size(),
               comparing, to_string(answer));
    std::vector<Failure> failures;
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (int w = 0; w < 25; ++w) {
            text += "word" + std::to_string(random.below(40) + 40 * static_cast<std::size_t>(i % 30)) + " ";
        }
        failures.push_back({std::to_string(i), {}, "claims", text});
    }
    std::size_t clusters = 0;
    const double clustering = seconds_of([&] { clusters = cluster_failures(failures).size(); });
    fmt::print("cluster {} failures of one signal: {:.2f} s ({} clusters)\n", failures.size(), clustering, clusters);
}

Result<Outcomes> read(const std::string& path) {
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return baseline_from_text(text);
}

struct Told {
    int regressed = 0;
    int not_worse = 0;
    std::size_t spent = 0;
};

// A conversation shows the bug with this chance, each for itself: then it ends as it does with the bug always on.
void play(const std::vector<std::pair<bool, bool>>& cells, double chance, int rounds, Random& random, Told& sequential,
          Told& fixed) {
    for (int i = 0; i < rounds; ++i) {
        std::vector<GateCell> before;
        std::vector<bool> now;
        std::vector<CellPair> pairs;
        for (const auto& [clean, bug] : cells) {
            before.push_back({.before = {clean}});
            now.push_back(random.chance(chance) ? bug : clean);
            pairs.push_back({.counts = {clean ? 1U : 0U, 1, now.back() ? 1U : 0U, 1}, .pairs = 1});
        }
        SequentialGate gate(before, {.seed = random.next()});
        for (auto batch = gate.next_batch(); !batch.empty(); batch = gate.next_batch()) {
            for (const auto& pick : batch) {
                gate.add(pick, now[pick.cell]);
            }
        }
        sequential.spent += gate.state().spent;
        const Answer at_once = gate.state().answer;
        const Answer at_end = compare_rates(pairs, {}).answer;
        sequential.regressed += at_once == Answer::regressed ? 1 : 0;
        sequential.not_worse += at_once == Answer::not_worse ? 1 : 0;
        fixed.regressed += at_end == Answer::regressed ? 1 : 0;
        fixed.not_worse += at_end == Answer::not_worse ? 1 : 0;
    }
}

std::vector<std::pair<bool, bool>> paired(const Outcomes& clean, const Outcomes& bug) {
    std::map<std::string, bool> with_bug;
    for (const CellOutcomes& cell : bug.cells) {
        with_bug[to_string(cell.cell)] = cell.runs.front().outcome == Outcome::passed;
    }
    std::vector<std::pair<bool, bool>> out;
    for (const CellOutcomes& cell : clean.cells) {
        out.emplace_back(cell.runs.front().outcome == Outcome::passed, with_bug.at(to_string(cell.cell)));
    }
    return out;
}

int planted(int count, char** paths) {
    constexpr int rounds = 1000;
    const Result<Outcomes> clean = read(paths[0]);
    if (!clean) {
        fmt::print("{}\n", clean.error().message);
        return 1;
    }
    fmt::print(
        "| bug | breaks | chance | loss | sequential: regressed | not worse | conversations | fixed n: regressed | not "
        "worse |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (int i = 1; i < count; ++i) {
        const Result<Outcomes> bug = read(paths[i]);
        const auto cells = bug ? paired(*clean, *bug) : std::vector<std::pair<bool, bool>>{};
        const auto broken = std::ranges::count_if(cells, [](const auto& c) { return c.first && !c.second; });
        for (const double chance : {0.0, 0.05, 0.1, 0.2, 0.4, 1.0}) {
            Random random(static_cast<std::uint64_t>(i), fmt::format("planted {}", chance));
            Told sequential;
            Told fixed;
            play(cells, chance, rounds, random, sequential, fixed);
            const std::string name(paths[i]);
            fmt::print("| {} | {} of {} | {:.0f} % | {:.1f} | {:.3f} | {:.3f} | {:.0f} | {:.3f} | {:.3f} |\n",
                       bug ? bug->name : name, broken, cells.size(), 100 * chance,
                       100 * chance * static_cast<double>(broken) / static_cast<double>(cells.size()),
                       sequential.regressed / double{rounds}, sequential.not_worse / double{rounds},
                       static_cast<double>(sequential.spent) / rounds, fixed.regressed / double{rounds},
                       fixed.not_worse / double{rounds});
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "speed";
    if (what == "planted" && argc > 3) {
        return planted(argc - 2, argv + 2);
    }
    speed();
    return 0;
}
