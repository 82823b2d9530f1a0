#include "stats/tango.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

double score(double b, double c, double n, double l) {
    const double a_ = 2 * n;
    const double b_ = -b - c + (2 * n - b + c) * l;
    const double c_ = -c * l * (1 - l);
    const double q = (std::sqrt(std::max(0.0, b_ * b_ - 4 * a_ * c_)) - b_) / (2 * a_);
    const double variance = n * (2 * q + l * (1 - l));
    const double numerator = b - c - n * l;
    if (variance <= 0) {
        return numerator == 0 ? 0.0 : std::copysign(1e300, numerator);
    }
    return numerator / std::sqrt(variance);
}

// The score falls as l grows; finds where it passes `target` between low and high.
double solve(double b, double c, double n, double target, double low, double high) {
    for (int i = 0; i < 64; ++i) {  // down to the last bit
        const double middle = (low + high) / 2;
        (score(b, c, n, middle) > target ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace

Interval tango(std::size_t b, std::size_t c, std::size_t n, double confidence) {
    return tango_effective(static_cast<double>(b), static_cast<double>(c), static_cast<double>(n),
                           two_sided_z(confidence));
}

Interval tango_effective(double b, double c, double n, double critical) {
    if (n <= 0) {
        return {-1, 1};
    }
    const double difference = (b - c) / n;
    return {solve(b, c, n, critical, -1.0, difference), solve(b, c, n, -critical, difference, 1.0)};
}

}  // namespace sosia::stats
