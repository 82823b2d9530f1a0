#include "stats/fisher.h"

#include <algorithm>
#include <cmath>

namespace sosia::stats {
namespace {

double log_choose(double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

Fisher fisher_exact(std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
    const std::size_t row = a + b;
    const std::size_t column = a + c;
    const std::size_t n = row + c + d;
    const std::size_t from = column > n - row ? column - (n - row) : 0;
    const std::size_t to = std::min(row, column);
    const auto probability = [&](std::size_t x) {
        return std::exp(log_choose(static_cast<double>(row), static_cast<double>(x)) +
                        log_choose(static_cast<double>(n - row), static_cast<double>(column - x)) -
                        log_choose(static_cast<double>(n), static_cast<double>(column)));
    };
    const double observed = probability(a);
    Fisher out{0, 0, 0};
    for (std::size_t x = from; x <= to; ++x) {
        const double p = probability(x);
        out.p_two_sided +=
            p <= observed * (1 + 1e-9) ? p : 0.0;  // tables of equal probability may differ in the last digit
        out.p_less += x <= a ? p : 0.0;
        out.p_greater += x >= a ? p : 0.0;
    }
    return {std::min(1.0, out.p_two_sided), std::min(1.0, out.p_less), std::min(1.0, out.p_greater)};
}

}  // namespace sosia::stats
