#include "stats/proportions.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

constexpr Interval nothing_known{0.0, 1.0};

Interval beta_interval(double a, double b, double confidence) {
    const double tail = (1 - confidence) / 2;
    return {beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)};
}

}  // namespace

Interval wilson_effective(double rate, double n, double z) {
    if (n <= 0) {
        return nothing_known;
    }
    const double z2 = z * z;
    const double centre = rate + z2 / (2 * n);
    const double half = z * std::sqrt(rate * (1 - rate) / n + z2 / (4 * n * n));
    const double scale = 1 + z2 / n;
    return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

Interval wilson(std::size_t x, std::size_t n, double confidence) {
    if (n == 0) {
        return nothing_known;
    }
    Interval ci = wilson_effective(static_cast<double>(x) / static_cast<double>(n), static_cast<double>(n),
                                   two_sided_z(confidence));
    // Rounding would leave 1e-17 where algebra gives exactly 0 or 1.
    ci.low = x == 0 ? 0.0 : ci.low;
    ci.high = x == n ? 1.0 : ci.high;
    return ci;
}

Interval clopper_pearson(std::size_t x, std::size_t n, double confidence) {
    if (n == 0) {
        return nothing_known;
    }
    const double tail = (1 - confidence) / 2;
    const auto hits = static_cast<double>(x);
    const auto misses = static_cast<double>(n - x);
    return {x == 0 ? 0.0 : beta_quantile(tail, hits, misses + 1),
            x == n ? 1.0 : beta_quantile(1 - tail, hits + 1, misses)};
}

Interval jeffreys(std::size_t x, std::size_t n, double confidence) {
    if (n == 0) {
        return nothing_known;
    }
    Interval ci = beta_interval(static_cast<double>(x) + 0.5, static_cast<double>(n - x) + 0.5, confidence);
    ci.low = x == 0 ? 0.0 : ci.low;
    ci.high = x == n ? 1.0 : ci.high;
    return ci;
}

Interval beta_uniform(std::size_t x, std::size_t n, double confidence) {
    if (n == 0) {
        return nothing_known;
    }
    return beta_interval(static_cast<double>(x) + 1, static_cast<double>(n - x) + 1, confidence);
}

Interval agresti_coull(std::size_t x, std::size_t n, double confidence) {
    if (n == 0) {
        return nothing_known;
    }
    const double z = two_sided_z(confidence);
    const double trials = static_cast<double>(n) + z * z;
    const double p = (static_cast<double>(x) + z * z / 2) / trials;
    const double half = z * std::sqrt(p * (1 - p) / trials);
    return {p - half, p + half};
}

}  // namespace sosia::stats
