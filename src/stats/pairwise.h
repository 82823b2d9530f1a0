// Pairwise verdicts of a judge that was asked twice, with the two answers in either order. Only what both orders agree
// on counts; how often they disagree is a number of its own (methods section 2).
#pragma once
#include <cstddef>
#include <span>

namespace sosia::stats {

// What one order's verdict says about the known label: the same, the opposite, or neither.
enum class OrderVerdict { match, reversed, none };

struct PairVerdict {
    OrderVerdict first = OrderVerdict::none;   // A shown first
    OrderVerdict second = OrderVerdict::none;  // B shown first
};

struct PairwiseSummary {
    std::size_t n = 0;
    std::size_t correct = 0;       // more matches than reversals: JudgeBench counts +1 and -1
    std::size_t incorrect = 0;     // fewer
    std::size_t tie = 0;           // as many
    std::size_t inconsistent = 0;  // the verdict changes with the order
    std::size_t both_correct = 0;  // right in both orders
    double accuracy = 0;           // correct / n; 0 for none
    double accuracy_first = 0;     // of single orders
    double accuracy_second = 0;
};

PairwiseSummary pairwise_summary(std::span<const PairVerdict> verdicts);

}  // namespace sosia::stats
