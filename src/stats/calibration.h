// Do a judge's probabilities mean what they say? p[i] is the claimed chance of passing, y[i] is 1 when it passed, else
// 0.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace sosia::stats {

double brier_score(std::span<const double> p, std::span<const double> y);  // mean (p-y)^2; 0 for no data

// Expected calibration error: |mean p - mean y| of equal-width bins (lo, hi], weighted by their share. 0 for no data.
double expected_calibration_error(std::span<const double> p, std::span<const double> y, std::size_t bins);

// Chance that a passed one got a higher p than a failed one, ties count half. 0.5 when one side is empty.
double discrimination_auc(std::span<const double> p, std::span<const double> y);

// Non-decreasing least-squares fit of y on p (pool adjacent violators), in ascending order of p (equal p in input
// order).
std::vector<double> isotonic_by_p(std::span<const double> p, std::span<const double> y);

}  // namespace sosia::stats
