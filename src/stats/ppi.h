// Prediction-powered inference: a mean from few human labels and many judge scores (Angelopoulos et al. 2023;
// PPI++, Angelopoulos, Duchi, Zrnic 2023).
#pragma once
#include <span>

#include "stats/interval.h"

namespace sosia::stats {

struct PpiMean {
    double estimate = 0;  // mean(Y) + lambda (mean(f_unlabelled) - mean(f_labelled))
    double se = 0;        // sqrt(var(Y - lambda f_labelled)/n + lambda^2 var(f_unlabelled)/N)
    double lambda = 0;
    Interval interval;  // estimate +- z se; below about 50 labels take it with care
};

// `labels` are the human scores of the items whose judge scores are `labelled` (same order, at least two); `unlabelled`
// are the judge scores of the other items (at least two). lambda 1 is plain PPI, 0 uses the labels alone.
PpiMean ppi_mean(std::span<const double> labels, std::span<const double> labelled, std::span<const double> unlabelled,
                 double lambda, double confidence = 0.95);

// PPI++: lambda = cov(Y, f_labelled)/((1 + n/N) var(all f)), cut to [0, 1].
double ppi_best_lambda(std::span<const double> labels, std::span<const double> labelled,
                       std::span<const double> unlabelled);

}  // namespace sosia::stats
