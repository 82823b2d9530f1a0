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
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (score(b, c, n, middle) > target ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace

Interval tango(std::size_t b, std::size_t c, std::size_t n, double confidence) {
    if (n == 0) {
        return {-1, 1};
    }
    const auto gained = static_cast<double>(b);
    const auto lost = static_cast<double>(c);
    const auto pairs = static_cast<double>(n);
    const double z = two_sided_z(confidence);
    const double difference = (gained - lost) / pairs;
    return {solve(gained, lost, pairs, z, -1.0, difference), solve(gained, lost, pairs, -z, difference, 1.0)};
}

}  // namespace sosia::stats
