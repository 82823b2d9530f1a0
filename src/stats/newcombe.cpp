#include "stats/newcombe.h"

#include <cmath>

#include "stats/proportions.h"

namespace sosia::stats {

Interval newcombe(std::size_t x1, std::size_t n1, std::size_t x2, std::size_t n2, double confidence) {
    if (n1 == 0 || n2 == 0) {
        const Interval a = wilson(x1, n1, confidence);
        const Interval b = wilson(x2, n2, confidence);
        return {a.low - b.high, a.high - b.low};
    }
    const double p1 = static_cast<double>(x1) / static_cast<double>(n1);
    const double p2 = static_cast<double>(x2) / static_cast<double>(n2);
    const Interval a = wilson(x1, n1, confidence);
    const Interval b = wilson(x2, n2, confidence);
    return {p1 - p2 - std::hypot(p1 - a.low, b.high - p2), p1 - p2 + std::hypot(a.high - p1, p2 - b.low)};
}

}  // namespace sosia::stats
