#include "stats/multiplicity.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace sosia::stats {
namespace {

std::vector<std::size_t> ascending(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
    return order;
}

// factor(rank) p with a running minimum from the largest p down; rank counts from 1.
template <class Factor>
std::vector<double> step_up(std::span<const double> p, Factor factor) {
    const std::vector<std::size_t> order = ascending(p);
    std::vector<double> adjusted(p.size());
    double least = 1;
    for (std::size_t i = order.size(); i-- > 0;) {
        least = std::min(least, factor(static_cast<double>(i + 1)) * p[order[i]]);
        adjusted[order[i]] = least;
    }
    return adjusted;
}

}  // namespace

std::vector<double> bonferroni(std::span<const double> p) {
    std::vector<double> adjusted(p.begin(), p.end());
    for (double& value : adjusted) {
        value = std::min(1.0, value * static_cast<double>(p.size()));
    }
    return adjusted;
}

std::vector<double> holm(std::span<const double> p) {
    const std::vector<std::size_t> order = ascending(p);
    std::vector<double> adjusted(p.size());
    double most = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        most = std::max(most, static_cast<double>(p.size() - i) * p[order[i]]);
        adjusted[order[i]] = std::min(1.0, most);
    }
    return adjusted;
}

std::vector<double> hochberg(std::span<const double> p) {
    const auto m = static_cast<double>(p.size());
    return step_up(p, [m](double rank) { return m - rank + 1; });
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
    const auto m = static_cast<double>(p.size());
    return step_up(p, [m](double rank) { return m / rank; });
}

std::vector<double> benjamini_yekutieli(std::span<const double> p) {
    const auto m = static_cast<double>(p.size());
    double harmonic = 0;
    for (std::size_t i = 1; i <= p.size(); ++i) {
        harmonic += 1 / static_cast<double>(i);
    }
    return step_up(p, [m, harmonic](double rank) { return m * harmonic / rank; });
}

}  // namespace sosia::stats
