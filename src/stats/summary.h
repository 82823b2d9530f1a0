// Means, spreads and quantiles of plain samples.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace sosia::stats {

double mean(std::span<const double> values);             // 0 for an empty sample
double sample_variance(std::span<const double> values);  // divisor n-1; 0 for fewer than two values
double sample_sd(std::span<const double> values);
double sample_covariance(std::span<const double> a, std::span<const double> b);  // equal lengths, divisor n-1

// Linear interpolation between order statistics at (n-1)p (Hyndman and Fan 1996, type 7; what R and NumPy do by
// default). 0 for an empty sample; 0 <= p <= 1.
double quantile(std::span<const double> values, double p);

// Inverse of the empirical distribution function, v[ceil(pn)-1] (type 1): always a value of the sample.
double quantile_type1(std::span<const double> values, double p);

double median(std::span<const double> values);        // mean of the two middle values when n is even
double lower_median(std::span<const double> values);  // lower of the two middle values: for ordinal labels
double upper_median(std::span<const double> values);

// mean +- t_{n-1} sd/sqrt(n), for measurements without bounds (durations, costs). Both ends are the mean for n < 2:
// print n beside it. For rates use proportions.h or clustered.h.
Interval mean_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace sosia::stats
