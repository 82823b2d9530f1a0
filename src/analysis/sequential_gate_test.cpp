#include "analysis/sequential_gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/random.h"

namespace sosia::analysis {
namespace {

// ---- a world without agents: cells with pass rates before and now ----

struct World {
    std::vector<double> before;
    std::vector<double> now;
    std::size_t runs = 1;  // of every cell, on both sides
};

enum class Loss { even, broken };  // every cell loses alike, or some cells break for good

// Two cells in three nearly always pass, the third are of all kinds. `loss` is the mean loss over cells.
World world_of(Random& random, std::size_t cells, std::size_t runs, double loss, Loss how) {
    World w{.runs = runs};
    for (std::size_t i = 0; i < cells; ++i) {
        w.before.push_back(i % 3 == 0 ? random.uniform() : 0.95 + 0.05 * random.uniform());
    }
    w.now = w.before;
    double left = loss * static_cast<double>(cells);
    if (how == Loss::broken) {
        while (left > 1e-9) {
            double& victim = w.now[random.below(cells)];
            const double taken = std::min(left, victim);
            victim -= taken;
            left -= taken;
        }
        return w;
    }
    while (left > 1e-9) {  // a cell cannot fall below 0: the others take over what is left
        const double each = left / static_cast<double>(std::ranges::count_if(w.now, [](double p) { return p > 0; }));
        for (double& p : w.now) {
            const double taken = std::min(p, each);
            p -= taken;
            left -= taken;
        }
    }
    return w;
}

struct Drawn {
    std::vector<GateCell> cells;
    std::vector<std::vector<bool>> now;
};

Drawn draw(Random& random, const World& w) {
    Drawn out;
    for (std::size_t i = 0; i < w.before.size(); ++i) {
        GateCell cell{.slice = std::to_string(i % 5)};
        std::vector<bool> now;
        for (std::size_t r = 0; r < w.runs; ++r) {
            cell.before.emplace_back(random.chance(w.before[i]));
            now.push_back(random.chance(w.now[i]));
        }
        out.cells.push_back(std::move(cell));
        out.now.push_back(std::move(now));
    }
    return out;
}

SequentialState played(const Drawn& d, const SequentialOptions& options) {
    SequentialGate gate(d.cells, options);
    for (auto batch = gate.next_batch(); !batch.empty(); batch = gate.next_batch()) {
        for (const SequentialGate::Pick& pick : batch) {
            gate.add(pick, d.now[pick.cell][pick.repetition]);
        }
    }
    return gate.state();
}

// Everything run, then one look.
Answer at_fixed_n(const Drawn& d, const Thresholds& thresholds) {
    std::vector<CellPair> pairs;
    for (std::size_t i = 0; i < d.cells.size(); ++i) {
        CellPair pair{.pairs = d.now[i].size()};
        pair.counts.old_n = pair.counts.new_n = d.now[i].size();
        for (std::size_t r = 0; r < d.now[i].size(); ++r) {
            pair.counts.old_passed += *d.cells[i].before[r] ? 1U : 0U;
            pair.counts.new_passed += d.now[i][r] ? 1U : 0U;
        }
        pairs.push_back(pair);
    }
    return compare_rates(pairs, thresholds).answer;
}

struct Rates {
    double regressed = 0;
    double not_worse = 0;
    double spent = 0;  // share of all conversations
    double fixed_regressed = 0;
    double fixed_not_worse = 0;
};

Rates simulate(std::size_t cells, std::size_t runs, double loss, Loss how, int rounds, std::uint64_t seed) {
    Random random(seed, fmt::format("gate.{}.{}.{}", cells, runs, loss));
    Rates out;
    for (int i = 0; i < rounds; ++i) {
        const World w = world_of(random, cells, runs, loss, how);
        const Drawn d = draw(random, w);
        const SequentialState s = played(d, {.seed = random.next()});
        const Answer fixed = at_fixed_n(d, {});
        out.regressed += s.answer == Answer::regressed ? 1 : 0;
        out.not_worse += s.answer == Answer::not_worse ? 1 : 0;
        out.spent += static_cast<double>(s.spent) / static_cast<double>(s.available);
        out.fixed_regressed += fixed == Answer::regressed ? 1 : 0;
        out.fixed_not_worse += fixed == Answer::not_worse ? 1 : 0;
    }
    for (double* rate : {&out.regressed, &out.not_worse, &out.spent, &out.fixed_regressed, &out.fixed_not_worse}) {
        *rate /= rounds;
    }
    return out;
}

// A level that is kept shows at most this rate in so many rounds, but for one time in a thousand.
double at_most(double level, int rounds) {
    return level + 3.1 * std::sqrt(level * (1 - level) / rounds);
}

constexpr int test_rounds = 300;

TEST(SequentialGate, unchanged_agents_are_called_worse_no_more_often_than_stated) {
    for (const std::size_t cells : {20U, 100U, 500U}) {
        for (const std::size_t runs : {1U, 4U}) {
            const Rates r = simulate(cells, runs, 0, Loss::even, cells == 500 ? test_rounds / 3 : test_rounds, 1);
            EXPECT_LE(r.regressed, at_most(0.01, test_rounds)) << cells << " cells, " << runs << " runs";
        }
    }
}

TEST(SequentialGate, a_loss_of_the_margin_is_seldom_called_not_worse) {
    for (const Loss how : {Loss::even, Loss::broken}) {
        for (const std::size_t cells : {20U, 100U}) {
            const Rates r = simulate(cells, 4, 0.05, how, test_rounds, 2);
            EXPECT_LE(r.not_worse, at_most(0.05, test_rounds)) << cells;
        }
    }
}

TEST(SequentialGate, losses_are_found_and_conversations_saved) {
    const Rates broken = simulate(100, 4, 0.10, Loss::broken, test_rounds / 3, 3);
    EXPECT_GE(broken.regressed, 0.9);
    EXPECT_LE(broken.spent, 0.6);
    const Rates same = simulate(500, 4, 0, Loss::even, test_rounds / 6, 3);
    EXPECT_GE(same.not_worse, 0.9);
    EXPECT_LE(same.spent, 0.5);
}

TEST(SequentialGate, an_agent_that_does_not_flip_is_passed_after_sixty_conversations) {
    Random certain(1, "x");
    const Drawn d = draw(certain, {.before = std::vector<double>(500, 1.0), .now = std::vector<double>(500, 1.0)});
    const SequentialState s = played(d, {.batch = 1});
    EXPECT_EQ(s.answer, Answer::not_worse);
    EXPECT_LE(s.spent, 100U);
    EXPECT_GE(s.spent, 59U);  // ln 20 / ln(1/(1 - .05)): no bet can do with fewer
}

TEST(SequentialGate, an_agent_that_fails_everything_is_stopped_at_once) {
    Random certain(1, "x");
    const Drawn d = draw(certain, {.before = std::vector<double>(500, 1.0), .now = std::vector<double>(500, 0.0)});
    const SequentialState s = played(d, {.batch = 1});
    EXPECT_EQ(s.answer, Answer::regressed);
    EXPECT_LE(s.spent, 12U);
}

TEST(SequentialGate, the_budget_is_the_end) {
    Random random(5, "budget");
    const Drawn d = draw(random, world_of(random, 100, 3, 0.02, Loss::even));
    const SequentialState s = played(d, {.budget = 37});
    EXPECT_EQ(s.spent, 37U);
    EXPECT_EQ(s.answer, Answer::undecided);
}

TEST(SequentialGate, every_pair_is_run_at_most_once_and_slices_take_turns) {
    std::vector<GateCell> cells;
    for (int i = 0; i < 60; ++i) {
        cells.push_back({.slice = i < 40 ? "large" : "small", .before = {true, true, std::nullopt}});
    }
    SequentialGate gate(cells, {.margin = 0.001, .batch = 12});
    EXPECT_EQ(gate.state().available, 120U);  // what was invalid has no partner
    std::set<std::pair<std::size_t, std::size_t>> seen;
    bool first = true;
    for (auto batch = gate.next_batch(); !batch.empty(); batch = gate.next_batch()) {
        if (first) {
            const auto small = std::ranges::count_if(batch, [](const auto& pick) { return pick.cell >= 40; });
            EXPECT_GE(small, 3);
            EXPECT_LE(small, 5);
        }
        first = false;
        for (const auto& pick : batch) {
            EXPECT_TRUE(seen.emplace(pick.cell, pick.repetition).second);
            gate.add(pick, true);
        }
    }
    EXPECT_EQ(seen.size(), 120U);
}

TEST(SequentialGate, cells_that_lost_come_again_first) {
    std::vector<GateCell> cells(40, GateCell{.before = {true, true, true}});
    SequentialGate gate(cells, {.batch = 8});
    const auto batch = gate.next_batch();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        gate.add(batch[i], i != 0);
    }
    const auto next = gate.next_batch();
    EXPECT_EQ(next[0].cell, batch[0].cell);
    EXPECT_EQ(next[1].cell, batch[0].cell);
    EXPECT_NE(next[2].cell, batch[0].cell);
}

TEST(SequentialGate, invalid_conversations_are_no_evidence) {
    std::vector<GateCell> cells(40, GateCell{.before = {true}});
    SequentialGate gate(cells, {});
    for (auto batch = gate.next_batch(); !batch.empty(); batch = gate.next_batch()) {
        for (const auto& pick : batch) {
            gate.add(pick, std::nullopt);
        }
    }
    EXPECT_EQ(gate.state().pairs, 0U);
    EXPECT_EQ(gate.state().evidence_worse, 1);
    EXPECT_EQ(gate.state().evidence_fine, 1);
}

// The table of docs/gate.md: analysis_tests --gtest_also_run_disabled_tests --gtest_filter='*table*'
TEST(SequentialGate, DISABLED_prints_the_table_of_the_docs) {
    constexpr int rounds = 1000;
    fmt::print(
        "| cells | runs | loss | sequential: regressed | not worse | conversations | fixed n: regressed | not worse |\n"
        "|---:|---:|---|---:|---:|---:|---:|---:|\n");
    for (const std::size_t cells : {20U, 50U, 100U, 200U, 500U}) {
        for (const std::size_t runs : {1U, 4U}) {
            for (const auto& [loss, how, name] :
                 {std::tuple{0.0, Loss::even, "none"}, std::tuple{0.05, Loss::even, "5 points, even"},
                  std::tuple{0.05, Loss::broken, "5 points, broken cells"},
                  std::tuple{0.10, Loss::even, "10 points, even"},
                  std::tuple{0.10, Loss::broken, "10 points, broken cells"}}) {
                const Rates r = simulate(cells, runs, loss, how, rounds, 7);
                fmt::print("| {} | {} | {} | {:.3f} | {:.3f} | {:.0f} % | {:.3f} | {:.3f} |\n", cells, runs, name,
                           r.regressed, r.not_worse, 100 * r.spent, r.fixed_regressed, r.fixed_not_worse);
            }
        }
    }
}

}  // namespace
}  // namespace sosia::analysis
