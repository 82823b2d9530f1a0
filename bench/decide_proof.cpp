#include "decide_proof.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "analysis/baseline.h"
#include "analysis/compare.h"
#include "base/random.h"

namespace sosia::bench {
namespace {

using namespace sosia::analysis;

constexpr double chances[] = {0.05, 0.1, 0.2, 0.4, 1.0};

struct Recorded {
    std::string name;    // of the bug
    Outcomes clean;      // one run a cell
    Outcomes with_bug;   // the same cells
    std::size_t broken;  // cells that pass without it and fail with it
};

Result<Outcomes> read(const std::string& path) {
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return baseline_from_text(text);
}

bool passes(const CellOutcomes& cell) {
    return cell.runs.front().outcome == Outcome::passed;
}

// Both in the order of `clean`; cells that only one has are left out (there are none when both were recorded alike).
std::optional<Recorded> recorded(const std::string& name, const Outcomes& clean, const Outcomes& bug) {
    std::map<std::string, const CellOutcomes*> known;
    for (const CellOutcomes& cell : bug.cells) {
        known[to_string(cell.cell)] = &cell;
    }
    Recorded out{.name = name, .clean = clean, .with_bug = bug, .broken = 0};
    out.clean.cells.clear();
    out.with_bug.cells.clear();
    for (const CellOutcomes& cell : clean.cells) {
        const auto other = known.find(to_string(cell.cell));
        if (other == known.end() || cell.runs.empty() || other->second->runs.empty()) {
            continue;
        }
        out.clean.cells.push_back(cell);
        out.with_bug.cells.push_back(*other->second);
        out.broken += passes(cell) && !passes(*other->second) ? 1U : 0U;
    }
    return out.clean.cells.empty() ? std::nullopt : std::optional(out);
}

// A run of `repetitions` of every cell in which the bug shows with this chance.
Outcomes drawn(const Recorded& r, double chance, int repetitions, Random& random) {
    Outcomes out = r.clean;
    out.run = "drawn";
    for (std::size_t i = 0; i < out.cells.size(); ++i) {
        out.cells[i].runs.clear();
        for (int k = 0; k < repetitions; ++k) {
            const Outcomes& from = random.chance(chance) ? r.with_bug : r.clean;
            out.cells[i].runs.push_back({.repetition = k, .outcome = from.cells[i].runs.front().outcome});
        }
    }
    return out;
}

struct Told {
    int regressed = 0;
    int not_worse = 0;
    int warned = 0;
    double spent = 0;
};

void count(Answer answer, Told& told) {
    told.regressed += answer == Answer::regressed ? 1 : 0;
    told.not_worse += answer == Answer::not_worse ? 1 : 0;
}

SequentialState played(const Outcomes& before, const Outcomes& after, std::uint64_t seed) {
    std::vector<GateCell> cells;
    for (const CellOutcomes& cell : before.cells) {
        GateCell& gate =
            cells.emplace_back(GateCell{.slice = cell.cell.scenario + "/" + cell.cell.adversary, .before = {}});
        for (const RunOutcome& run : cell.runs) {
            gate.before.emplace_back(run.outcome == Outcome::passed);
        }
    }
    SequentialGate gate(cells, {.seed = seed});
    for (auto batch = gate.next_batch(); !batch.empty(); batch = gate.next_batch()) {
        for (const SequentialGate::Pick& pick : batch) {
            gate.add(pick, after.cells[pick.cell].runs[pick.repetition].outcome == Outcome::passed);
        }
    }
    return gate.state();
}

struct Both {
    Told fixed;
    Told sequential;
};

// `before` and `after` show the bug with these chances.
Both play(const Recorded& r, double before, double after, int repetitions, int rounds, Random random) {
    Both out;
    for (int i = 0; i < rounds; ++i) {
        const Outcomes old_run = drawn(r, before, repetitions, random);
        const Outcomes new_run = drawn(r, after, repetitions, random);
        const Result<Comparison> c = compare(old_run, new_run, {});
        count(c ? c->answer : Answer::undecided, out.fixed);
        out.fixed.warned += c && c->overall.warning ? 1 : 0;
        const SequentialState s = played(old_run, new_run, random.next());
        count(s.answer, out.sequential);
        out.sequential.spent += static_cast<double>(s.spent) / rounds;
    }
    return out;
}

double percent(int n, int rounds) {
    return 100.0 * n / rounds;
}

void print_bug(const Recorded& r, int repetitions, int rounds) {
    fmt::print("| {} | {} |", r.name, r.broken);
    for (const double chance : chances) {
        const Random random(7, fmt::format("proof {} {} {}", r.name, chance, repetitions));
        const Both b = play(r, 0, chance, repetitions, rounds, random);
        fmt::print(" {:.0f} % in {:.0f} ({:.0f} %) |", percent(b.sequential.regressed, rounds), b.sequential.spent,
                   percent(b.fixed.regressed, rounds));
    }
    fmt::print("\n");
}

void print_detection(const std::string& example, const std::vector<Recorded>& bugs, int repetitions, int rounds) {
    const std::size_t cells = bugs.front().clean.cells.size();
    fmt::print("\n{}, {} cells, {} conversation{} each: {} in all\n\n", example, cells, repetitions,
               repetitions == 1 ? "" : "s", cells * static_cast<std::size_t>(repetitions));
    fmt::print("| bug | cells it breaks | 5 % | 10 % | 20 % | 40 % | always |\n|---|---:|---|---|---|---|---|\n");
    for (const Recorded& r : bugs) {
        print_bug(r, repetitions, rounds);
    }
}

// Old and new run alike: the same bug with the same chance on both sides. Bugs take turns, so that every kind of
// failure is among the pairs.
void print_false_alarms(const std::string& example, const std::vector<Recorded>& bugs, int repetitions) {
    constexpr int pairs = 1000;
    for (const double chance : {0.0, 0.05, 0.1, 0.2, 0.4}) {
        Both all;
        for (int i = 0; i < pairs; ++i) {
            const Recorded& r = bugs[static_cast<std::size_t>(i) % bugs.size()];
            const Both one = play(r, chance, chance, repetitions, 1,
                                  Random(static_cast<std::uint64_t>(i), fmt::format("identical {}", chance)));
            all.fixed.regressed += one.fixed.regressed;
            all.fixed.not_worse += one.fixed.not_worse;
            all.fixed.warned += one.fixed.warned;
            all.sequential.regressed += one.sequential.regressed;
            all.sequential.not_worse += one.sequential.not_worse;
            all.sequential.spent += one.sequential.spent / pairs;
        }
        const auto undecided = [](const Told& t) { return pairs - t.regressed - t.not_worse; };
        fmt::print("| {} | {} | {:.0f} % | {} | {} | {} | {} | {} | {} | {} | {:.0f} |\n", example, repetitions,
                   100 * chance, all.fixed.regressed, all.fixed.warned, all.fixed.not_worse, undecided(all.fixed),
                   all.sequential.regressed, all.sequential.not_worse, undecided(all.sequential), all.sequential.spent);
    }
}

std::map<std::string, std::vector<Recorded>> read_all(const std::string& folder) {
    std::map<std::string, std::vector<Recorded>> out;
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() == ".json") {
            names.push_back(file.path().stem().string());
        }
    }
    std::ranges::sort(names);
    for (const std::string& name : names) {
        const std::size_t dot = name.find('.');
        const std::string example = name.substr(0, dot);
        const std::string bug = dot == std::string::npos ? "" : name.substr(dot + 1);
        const Result<Outcomes> clean = read(folder + "/" + example + ".none.json");
        const Result<Outcomes> with_bug = read(folder + "/" + name + ".json");
        if (bug.empty() || bug == "none" || !clean || !with_bug) {
            continue;
        }
        if (std::optional<Recorded> r = recorded(bug, *clean, *with_bug)) {
            out[example].push_back(std::move(*r));
        }
    }
    return out;
}

}  // namespace

int print_proof(const std::string& folder, int rounds) {
    const std::map<std::string, std::vector<Recorded>> examples = read_all(folder);
    if (examples.empty()) {
        fmt::print("no baselines in {}: bench/planted.py record {}\n", folder, folder);
        return 1;
    }
    fmt::print(
        "1,000 pairs of identical runs\n\n| example | runs | chance | fixed n: regressed | warned | not worse | "
        "undecided | "
        "sequential: regressed | not worse | undecided | conversations "
        "|\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (const auto& [example, bugs] : examples) {
        for (const int repetitions : {1, 4}) {
            print_false_alarms(example, bugs, repetitions);
        }
    }
    for (const auto& [example, bugs] : examples) {
        for (const int repetitions : {1, 4}) {
            print_detection(example, bugs, repetitions, rounds);
        }
    }
    return 0;
}

}  // namespace sosia::bench
