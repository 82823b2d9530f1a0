#include "stats/ppi.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "stats/summary.h"

namespace sosia::stats {

PpiMean ppi_mean(std::span<const double> labels, std::span<const double> labelled, std::span<const double> unlabelled,
                 double lambda, double confidence) {
    std::vector<double> rectified(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        rectified[i] = labels[i] - lambda * labelled[i];
    }
    PpiMean out;
    out.lambda = lambda;
    out.estimate = mean(rectified) + lambda * mean(unlabelled);
    out.se = std::sqrt(sample_variance(rectified) / static_cast<double>(labels.size()) +
                       lambda * lambda * sample_variance(unlabelled) / static_cast<double>(unlabelled.size()));
    const double half = two_sided_z(confidence) * out.se;
    out.interval = {out.estimate - half, out.estimate + half};
    return out;
}

double ppi_best_lambda(std::span<const double> labels, std::span<const double> labelled,
                       std::span<const double> unlabelled) {
    std::vector<double> all(labelled.begin(), labelled.end());
    all.insert(all.end(), unlabelled.begin(), unlabelled.end());
    const double spread = sample_variance(all);
    const double ratio = static_cast<double>(labels.size()) / static_cast<double>(unlabelled.size());
    return spread > 0 ? std::clamp(sample_covariance(labels, labelled) / ((1 + ratio) * spread), 0.0, 1.0) : 0.0;
}

}  // namespace sosia::stats
