#include "stats/clustered.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/proportions.h"

namespace sosia::stats {
namespace {

struct Sums {
    double squares = 0;          // of all deviations from the mean
    double cluster_squares = 0;  // of the clusters' summed deviations
    double cross = 0;            // e_i e_j over ordered pairs i != j of the same cluster
    double between = 0;          // n_g (cluster mean - mean)^2
    double size_squares = 0;     // n_g^2
};

Sums sums(const Clusters& clusters, double mean) {
    Sums s;
    for (const std::vector<double>& cluster : clusters) {
        double total = 0;
        double squares = 0;
        for (const double score : cluster) {
            total += score - mean;
            squares += (score - mean) * (score - mean);
        }
        const auto size = static_cast<double>(cluster.size());
        s.squares += squares;
        s.cluster_squares += total * total;
        s.cross += total * total - squares;
        s.between += cluster.empty() ? 0.0 : total * total / size;
        s.size_squares += size * size;
    }
    return s;
}

void add_anova(ClusteredMean& out, const Sums& s) {
    const auto n = static_cast<double>(out.n);
    const auto g = static_cast<double>(out.clusters);
    if (out.clusters < 2 || out.n == out.clusters) {
        return;
    }
    out.msb = s.between / (g - 1);
    out.msw = std::max(0.0, s.squares - s.between) / (n - g);
    out.n0 = (n - s.size_squares / n) / (g - 1);
    const double total = out.msb + (out.n0 - 1) * out.msw;
    if (total > 0) {
        out.icc = (out.msb - out.msw) / total;
    }
}

bool pass_or_fail(const Clusters& clusters) {
    return std::all_of(clusters.begin(), clusters.end(), [](const std::vector<double>& cluster) {
        return std::all_of(cluster.begin(), cluster.end(), [](double s) { return s == 0.0 || s == 1.0; });
    });
}

}  // namespace

ClusteredMean clustered_mean(const Clusters& clusters) {
    ClusteredMean out;
    for (const std::vector<double>& cluster : clusters) {
        out.n += cluster.size();
        out.clusters += cluster.empty() ? 0U : 1U;
        for (const double score : cluster) {
            out.mean += score;
        }
    }
    if (out.n == 0) {
        return out;
    }
    const auto n = static_cast<double>(out.n);
    out.mean /= n;
    const Sums s = sums(clusters, out.mean);
    out.se_naive = out.n < 2 ? 0.0 : std::sqrt(s.squares / (n - 1) / n);
    out.se_miller = std::sqrt(std::max(0.0, out.se_naive * out.se_naive + s.cross / (n * n)));
    out.se_cr0 = std::sqrt(s.cluster_squares) / n;
    if (out.clusters >= 2) {
        const auto g = static_cast<double>(out.clusters);
        out.se_cr1 = out.se_cr0 * std::sqrt(g / (g - 1));
    }
    if (out.se_naive > 0) {
        out.design_effect = out.se_cr0 * out.se_cr0 / (out.se_naive * out.se_naive);
    }
    add_anova(out, s);
    return out;
}

Interval clustered_interval(const ClusteredMean& estimate, double confidence) {
    if (estimate.clusters < 2) {
        return {estimate.mean, estimate.mean};
    }
    const double half = two_sided_t(confidence, static_cast<double>(estimate.clusters - 1)) * estimate.se_cr1;
    return {estimate.mean - half, estimate.mean + half};
}

ClusteredRate clustered_rate(const Clusters& clusters, double confidence) {
    const ClusteredMean m = clustered_mean(clusters);
    ClusteredRate out{m.mean, m.n, m.clusters, static_cast<double>(m.clusters), {0, 1}};
    const double z = two_sided_z(confidence);
    // Below this the spread is rounding, not information.
    if (m.clusters < 2 || m.se_naive < 1e-12) {
        out.interval = wilson_effective(m.mean, out.effective_n, z);
        return out;
    }
    const auto n = static_cast<double>(m.n);
    const double most = pass_or_fail(clusters) ? n : 1e12;
    const double variance = m.se_cr1 * m.se_cr1;
    out.effective_n = variance * most > m.mean * (1 - m.mean) ? m.mean * (1 - m.mean) / variance : most;
    out.interval =
        wilson_effective(m.mean, out.effective_n, two_sided_t(confidence, static_cast<double>(m.clusters - 1)));
    return out;
}

ClusteredRate clustered_bounded_mean(const Clusters& clusters, double low, double high, double confidence) {
    const double width = high - low;
    Clusters scaled = clusters;
    for (std::vector<double>& cluster : scaled) {
        for (double& score : cluster) {
            score = (score - low) / width;
        }
    }
    ClusteredRate out = clustered_rate(scaled, confidence);
    out.rate = low + out.rate * width;
    out.interval = {low + out.interval.low * width, low + out.interval.high * width};
    return out;
}

}  // namespace sosia::stats
