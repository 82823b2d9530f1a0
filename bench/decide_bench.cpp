// Deciding, measured: how long comparing and clustering take, and what the gate does with planted bugs.
//
//   decide_bench speed
//   decide_bench proof FOLDER [ROUNDS]   false alarms and detection, from what bench/planted.py recorded
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "analysis/clusters.h"
#include "analysis/compare.h"
#include "base/random.h"
#include "decide_proof.h"

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

// Letters only: all words with a digit count as one.
std::string word(std::size_t number) {
    std::string out = "w";
    for (std::size_t left = number; left > 0; left /= 26) {
        out += static_cast<char>('a' + left % 26);
    }
    return out + "ord";
}

void time_clusters(const char* what, const std::vector<Failure>& failures, const ClusterOptions& options) {
    std::size_t clusters = 0;
    const double seconds = seconds_of([&] { clusters = cluster_failures(failures, options).size(); });
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("cluster {} failures of one signal by {}: {:.2f} s ({} clusters), {} MB at most so far\n",
               failures.size(), what, seconds, clusters, used.ru_maxrss / 1024);
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
            text += word(random.below(40) + 40 * static_cast<std::size_t>(i % 30)) + " ";
        }
        failures.push_back({std::to_string(i), {}, "claims", text});
    }
    time_clusters("words", failures, {});
    // Vectors as long as those of text-embedding-3-small, thirty directions and noise.
    std::vector<std::vector<float>> vectors;
    for (std::size_t i = 0; i < failures.size(); ++i) {
        std::vector<float>& v = vectors.emplace_back(1536);
        for (float& x : v) {
            x = static_cast<float>(random.uniform() - 0.5) / 10;
        }
        v[i % 30] += 2;
    }
    ClusterOptions options{.cut = 0.5};
    options.embed = [&](std::span<const std::string>) { return vectors; };
    time_clusters("embeddings of 1,536 numbers", failures, options);
    options.grouping = Grouping::hdbscan;
    time_clusters("embeddings of 1,536 numbers, hdbscan", failures, options);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "speed";
    if (what == "proof" && argc > 2) {
        constexpr int usual = 400;
        return sosia::bench::print_proof(argv[2], argc > 3 ? std::stoi(argv[3]) : usual);
    }
    speed();
    return 0;
}
