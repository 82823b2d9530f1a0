// How different two samples are, e.g. a feature of simulated users against the same feature of people.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace sosia::stats {

// Mann-Whitney U: pairs with a > b, ties count one half.
double mann_whitney_u(std::span<const double> a, std::span<const double> b);

// U/(n m): probability that a value of `a` exceeds one of `b`. 0.5 = cannot be told apart (also for an empty sample).
double auc(std::span<const double> a, std::span<const double> b);

double cliffs_delta(std::span<const double> a, std::span<const double> b);  // 2 AUC - 1

// Kolmogorov-Smirnov: largest distance of the two empirical distribution functions. 0 for an empty sample.
double ks_statistic(std::span<const double> a, std::span<const double> b);

// First Wasserstein (earth mover's) distance: the integral of |F - G|, in the unit of the values. 0 for an empty
// sample.
double wasserstein1(std::span<const double> a, std::span<const double> b);

// Share of ways to split the pooled values into samples of these sizes whose KS distance is at least the observed one:
// all splits when there are at most `most_splits`, otherwise that many random ones (and then (1+hits)/(1+splits)).
double ks_permutation_p(std::span<const double> a, std::span<const double> b, std::size_t most_splits = 100'000,
                        std::uint64_t seed = 0);

// Jensen-Shannon divergence of two sets of counts (normalised here), in bits: 0 = equal, 1 = nothing in common (Lin
// 1991). 0 when either is empty.
double jensen_shannon_bits(const std::map<std::string, double>& p, const std::map<std::string, double>& q);

// Total variation distance of two sets of counts (normalised here): half of the summed absolute differences of shares.
// 0 = equal, 1 = nothing in common; 0 when either is empty.
double total_variation(const std::map<std::string, double>& p, const std::map<std::string, double>& q);

}  // namespace sosia::stats
