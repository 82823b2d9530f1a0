// Did a rate change, cell by cell? The exact permutation test within cells, for any number of runs on either side.
#pragma once
#include <cstddef>
#include <span>

namespace sosia::stats {

// One cell: how many of its old and of its new runs passed.
struct Stratum {
    std::size_t old_passed = 0;
    std::size_t old_n = 0;
    std::size_t new_passed = 0;
    std::size_t new_n = 0;
};

struct StratifiedTest {
    double p_worse = 1;       // chance of a sum of cell differences as low as this one, or lower
    double p_better = 1;      // as high, or higher
    double p_two_sided = 1;   // twice the smaller of the two, at most 1
    double p_worse_mid = 1;   // without half of the chance of exactly this sum
    double p_mid = 1;         // two-sided p less the chance of exactly this sum; 1 - that/2 where both tails exceed 1/2
    bool exact = true;        // false: normal approximation with the exact variance and half a step of correction
    std::size_t telling = 0;  // cells in which not everything passed and not everything failed
};

// H0: in every cell old and new runs are exchangeable. Given how many of a cell's runs passed, the number among the new
// ones is hypergeometric (Fisher 1935); the statistic is the sum over cells of new rate - old rate, its distribution
// the convolution. With one run on each side it is McNemar's test, and p_mid his mid-p (Fagerland et al. 2013). Cells
// without runs on both sides are ignored.
StratifiedTest stratified_permutation(std::span<const Stratum> cells);

}  // namespace sosia::stats
