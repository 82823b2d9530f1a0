// Error bars for scores that come in clusters: several runs of one task, persona or cell are not independent.
//
// A cluster is the list of the scores of its runs; empty clusters are ignored. Source of the idea: Miller 2024,
// "Adding error bars to evals".
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace sosia::stats {

using Clusters = std::vector<std::vector<double>>;

struct ClusteredMean {
    double mean = 0;            // over all scores
    std::size_t n = 0;          // scores
    std::size_t clusters = 0;   // non-empty clusters (G)
    double se_naive = 0;        // sd/sqrt(n), as if the scores were independent
    double se_miller = 0;       // se_naive^2 + (1/n^2) sum over clusters of e_i e_j, i != j
    double se_cr0 = 0;          // sqrt(sum over clusters of (sum of e)^2)/n
    double se_cr1 = 0;          // CR0 sqrt(G/(G-1)): the one to print; 0 when G < 2
    std::optional<double> icc;  // intra-cluster correlation from ANOVA; none when undefined (G < 2, n = G, no spread)
    double msb = 0;             // mean square between clusters
    double msw = 0;             // mean square within clusters
    double n0 = 0;              // (n - sum n_g^2/n)/(G-1), the typical cluster size
    std::optional<double> design_effect;  // (CR0/naive)^2; none without spread
};

ClusteredMean clustered_mean(const Clusters& clusters);

// mean +- t_{G-1} CR1. For scores without bounds; both ends are the mean when G < 2 or all scores are equal.
Interval clustered_interval(const ClusteredMean& estimate, double confidence = 0.95);

struct ClusteredRate {
    double rate = 0;
    std::size_t n = 0;
    std::size_t clusters = 0;
    double effective_n = 0;  // independent trials that would tell as much
    Interval interval{0, 1};
};

// For scores between 0 and 1. Wilson's interval with rate(1-rate)/CR1^2 effective trials and t_{G-1} in place of z,
// after Korn and Graubard 1998; for pass/fail scores never more trials than there were. Where no spread can be seen
// (every score the same, or one cluster) each cluster counts as one trial and z is used: the interval never shrinks to
// a point.
ClusteredRate clustered_rate(const Clusters& clusters, double confidence = 0.95);

// The same for scores between `low` and `high`, e.g. a 1 to 5 scale.
ClusteredRate clustered_bounded_mean(const Clusters& clusters, double low, double high, double confidence = 0.95);

}  // namespace sosia::stats
