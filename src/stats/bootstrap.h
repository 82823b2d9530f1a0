// Bootstrap of whole clusters (tasks, personas): an error bar without a distribution. The statistic is the mean over
// all scores of the drawn clusters. A bootstrap of single runs would claim far too much where runs of a task are alike.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "stats/clustered.h"
#include "stats/interval.h"

namespace sosia::stats {

struct Bootstrap {
    double mean = 0;                 // of the replicates
    double se = 0;                   // their standard deviation
    Interval interval;               // percentiles, inverse empirical distribution function (type 1)
    std::vector<double> replicates;  // in the order drawn
};

// `resamples` times as many clusters as there are, drawn with replacement. Empty clusters are ignored; no clusters give
// an empty result.
Bootstrap cluster_bootstrap(const Clusters& clusters, std::size_t resamples, std::uint64_t seed,
                            double confidence = 0.95);

// The same with a given source of indices: below(n) is uniform over 0 .. n-1.
Bootstrap cluster_bootstrap(const Clusters& clusters, std::size_t resamples,
                            const std::function<std::size_t(std::size_t)>& below, double confidence = 0.95);

// All G^G resamples, for few clusters (G <= 7; more give an empty result). se has the divisor G^G: it is exact.
Bootstrap cluster_bootstrap_exact(const Clusters& clusters, double confidence = 0.95);

}  // namespace sosia::stats
