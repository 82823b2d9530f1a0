// Adjusted p-values for many tests at once, in the order of the input; reject where the adjusted value is <= alpha.
#pragma once
#include <span>
#include <vector>

namespace sosia::stats {

std::vector<double> bonferroni(std::span<const double> p);  // family-wise error, any dependence
std::vector<double> holm(std::span<const double> p);        // the same, never less powerful (Holm 1979): for gates
std::vector<double> hochberg(std::span<const double> p);    // family-wise error, independent tests (1988)
std::vector<double> benjamini_hochberg(
    std::span<const double> p);  // false discovery rate (1995): for exploratory slices
std::vector<double> benjamini_yekutieli(std::span<const double> p);  // the same under any dependence (2001)

}  // namespace sosia::stats
