// The gate that stops as soon as it knows: spends conversations batch by batch, may look after each, and keeps its
// error all the same.
//
// Old and new runs are paired by cell and repetition, and a pair counts from the moment the new run is in; which pairs
// come next depends only on pairs already seen. Two e-processes watch (docs/gate.md):
//   regression   H0: no cell is worse. Discordant pairs only, mcnemar_e_regression: valid however pairs are picked.
//   not worse    H0: the mean change is at most -margin. betting_noninferiority_counts over pairs in the planned order,
//                in which every cell comes once a round, slices in turn, at random within. Pairs picked ahead of their
//                turn count here only when their turn comes, so that looking at suspicious cells first biases nothing.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/difference.h"

namespace sosia::analysis {

struct GateCell {
    std::string slice;                        // cells of one slice are spread evenly over a round
    std::vector<std::optional<bool>> before;  // by repetition: passed, failed, or nothing valid to pair with
};

struct SequentialOptions {
    double alpha = 0.01;       // most chance, over all looks, of calling an agent worse that is worse in no cell
    double pass_alpha = 0.05;  // most chance of calling "not worse" what lost the margin
    double margin = 0.05;
    std::size_t budget = 0;  // conversations; 0: every pair there is
    std::size_t batch = 0;   // conversations between looks; 0: a twentieth of all, 8 to 64
    std::uint64_t seed = 0;  // of the order
};

struct SequentialState {
    Answer answer = Answer::undecided;
    std::size_t spent = 0;      // conversations picked so far
    std::size_t available = 0;  // pairs there are in all
    std::size_t pairs = 0;      // seen, both valid
    std::size_t lost = 0;
    std::size_t gained = 0;
    double evidence_worse = 1;  // largest e-value so far: regressed from 1/alpha on
    double evidence_fine = 1;   // not worse from 1/pass_alpha on
};

class SequentialGate {
  public:
    struct Pick {
        std::size_t cell = 0;
        std::size_t repetition = 0;
    };

    SequentialGate(std::vector<GateCell> cells, const SequentialOptions& options);

    // What to run next; empty when it is decided, or when budget or pairs are used up. Every pick of a batch must be
    // added before the next batch is asked for.
    std::vector<Pick> next_batch();

    // `passed` is empty for an invalid conversation.
    void add(const Pick& pick, std::optional<bool> passed);

    const SequentialState& state() const { return state_; }

  private:
    enum class Seen : std::uint8_t { no, picked, equal, gained, lost, invalid };

    void plan_rounds(std::uint64_t seed);
    bool take(const Pick& pick, std::vector<Pick>& batch);
    void walk();
    void look();

    std::vector<GateCell> cells_;
    SequentialOptions options_;
    SequentialState state_;
    std::vector<std::vector<Seen>> seen_;
    std::vector<Pick> order_;
    std::size_t next_ = 0;    // in order_, to be picked
    std::size_t walked_ = 0;  // in order_, counted for "not worse"
    std::deque<Pick> suspects_;
    std::size_t walked_equal_ = 0;
    std::size_t walked_gained_ = 0;
    std::size_t walked_lost_ = 0;
};

}  // namespace sosia::analysis
