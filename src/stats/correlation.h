// How strongly two measurements of the same units go together, with intervals: scores of simulated and real
// conversations, segment by segment.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace sosia::stats {

// Product-moment correlation (Pearson 1895): sum (a-ma)(b-mb) / sqrt(sum (a-ma)^2 sum (b-mb)^2). None for fewer than
// two units or when one side does not vary. Equal lengths.
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);

// Ranks from 1; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const double> values);

// Rank correlation (Spearman 1904): Pearson's of the ranks.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);

// Fisher's z (1921): tanh(atanh r +- z sqrt(1/(n-3))). [-1, 1] for n < 4; |r| = 1 gives a single point, as the formula
// does.
Interval pearson_interval(double r, std::size_t n, double confidence = 0.95);

// The same with Bonett and Wright's (2000) variance (1 + r^2/2)/(n-3) for ranks.
Interval spearman_interval(double rho, std::size_t n, double confidence = 0.95);

enum class CorrelationKind { pearson, spearman };

// Percentile bootstrap over units, seeded; resamples in which one side does not vary are left out. [-1, 1] for fewer
// than four units.
Interval correlation_bootstrap(std::span<const double> a, std::span<const double> b, CorrelationKind kind,
                               std::size_t resamples = 2000, std::uint64_t seed = 0, double confidence = 0.95);

}  // namespace sosia::stats
