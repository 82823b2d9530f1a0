#include "stats/correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "stats/distributions.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

constexpr std::size_t fewest = 4;  // the variance of Fisher's z has n - 3 below

Interval of_z(double r, double se, double confidence) {
    const double half = two_sided_z(confidence) * se;
    const double z = std::atanh(r);
    return std::isinf(z) ? Interval{r, r} : Interval{std::tanh(z - half), std::tanh(z + half)};
}

}  // namespace

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) {
    if (a.size() < 2) {
        return std::nullopt;
    }
    const double spread = sample_sd(a) * sample_sd(b);
    return spread > 0 ? std::optional(std::clamp(sample_covariance(a, b) / spread, -1.0, 1.0)) : std::nullopt;
}

std::vector<double> ranks(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t x, std::size_t y) { return values[x] < values[y]; });
    std::vector<double> out(values.size());
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i;
        while (end < order.size() && values[order[end]] <= values[order[i]]) {
            ++end;
        }
        const double shared = static_cast<double>(i + end + 1) / 2;
        for (; i < end; ++i) {
            out[order[i]] = shared;
        }
    }
    return out;
}

std::optional<double> spearman(std::span<const double> a, std::span<const double> b) {
    return pearson(ranks(a), ranks(b));
}

Interval pearson_interval(double r, std::size_t n, double confidence) {
    return n < fewest ? Interval{-1, 1} : of_z(r, 1 / std::sqrt(static_cast<double>(n) - 3), confidence);
}

Interval spearman_interval(double rho, std::size_t n, double confidence) {
    return n < fewest ? Interval{-1, 1}
                      : of_z(rho, std::sqrt((1 + rho * rho / 2) / (static_cast<double>(n) - 3)), confidence);
}

Interval correlation_bootstrap(std::span<const double> a, std::span<const double> b, CorrelationKind kind,
                               std::size_t resamples, std::uint64_t seed, double confidence) {
    if (a.size() < fewest) {
        return {-1, 1};
    }
    Random random(seed, "correlation.bootstrap");
    std::vector<double> x(a.size());
    std::vector<double> y(a.size());
    std::vector<double> found;
    for (std::size_t i = 0; i < resamples; ++i) {
        for (std::size_t k = 0; k < a.size(); ++k) {
            const std::size_t unit = random.below(a.size());
            x[k] = a[unit];
            y[k] = b[unit];
        }
        if (const auto r = kind == CorrelationKind::pearson ? pearson(x, y) : spearman(x, y)) {
            found.push_back(*r);
        }
    }
    const double tail = (1 - confidence) / 2;
    return found.empty() ? Interval{-1, 1} : Interval{quantile(found, tail), quantile(found, 1 - tail)};
}

}  // namespace sosia::stats
