#include "stats/bootstrap.h"

#include <cmath>

#include "base/random.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

constexpr std::size_t most_clusters_exact = 7;

struct Totals {
    double sum = 0;
    double n = 0;
};

std::vector<Totals> totals(const Clusters& clusters) {
    std::vector<Totals> out;
    for (const std::vector<double>& cluster : clusters) {
        Totals t;
        for (const double score : cluster) {
            t.sum += score;
            t.n += 1;
        }
        if (t.n > 0) {
            out.push_back(t);
        }
    }
    return out;
}

Bootstrap summarise(std::vector<double> replicates, double divisor, double confidence) {
    Bootstrap out;
    out.mean = mean(replicates);
    double squares = 0;
    for (const double r : replicates) {
        squares += (r - out.mean) * (r - out.mean);
    }
    out.se = divisor > 0 ? std::sqrt(squares / divisor) : 0.0;
    const double tail = (1 - confidence) / 2;
    out.interval = {quantile_type1(replicates, tail), quantile_type1(replicates, 1 - tail)};
    out.replicates = std::move(replicates);
    return out;
}

}  // namespace

Bootstrap cluster_bootstrap(const Clusters& clusters, std::size_t resamples, std::uint64_t seed, double confidence) {
    Random random(seed, "stats.cluster_bootstrap");
    return cluster_bootstrap(clusters, resamples, [&](std::size_t n) { return random.below(n); }, confidence);
}

Bootstrap cluster_bootstrap(const Clusters& clusters, std::size_t resamples,
                            const std::function<std::size_t(std::size_t)>& below, double confidence) {
    const std::vector<Totals> all = totals(clusters);
    if (all.empty() || resamples == 0) {
        return {};
    }
    std::vector<double> replicates;
    for (std::size_t b = 0; b < resamples; ++b) {
        Totals drawn;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Totals& t = all[below(all.size())];
            drawn.sum += t.sum;
            drawn.n += t.n;
        }
        replicates.push_back(drawn.sum / drawn.n);
    }
    return summarise(std::move(replicates), static_cast<double>(resamples) - 1, confidence);
}

Bootstrap cluster_bootstrap_exact(const Clusters& clusters, double confidence) {
    const std::vector<Totals> all = totals(clusters);
    if (all.empty() || all.size() > most_clusters_exact) {
        return {};
    }
    std::vector<double> replicates;
    std::vector<std::size_t> index(all.size(), 0);
    for (;;) {
        Totals drawn;
        for (const std::size_t i : index) {
            drawn.sum += all[i].sum;
            drawn.n += all[i].n;
        }
        replicates.push_back(drawn.sum / drawn.n);
        std::size_t at = 0;
        while (at < index.size() && ++index[at] == all.size()) {
            index[at++] = 0;
        }
        if (at == index.size()) {
            const auto count = static_cast<double>(replicates.size());
            return summarise(std::move(replicates), count, confidence);
        }
    }
}

}  // namespace sosia::stats
