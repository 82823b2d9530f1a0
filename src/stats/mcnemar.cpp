#include "stats/mcnemar.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace sosia::stats {

McNemar mcnemar(std::size_t b, std::size_t c) {
    McNemar out;
    const std::size_t n = b + c;
    if (n == 0) {
        return out;
    }
    const std::size_t fewer = std::min(b, c);
    const double at_fewer = binomial_pmf(fewer, n, 0.5);
    const double doubled = 2 * binomial_at_most(fewer, n, 0.5);
    out.p_exact = std::min(1.0, doubled);
    out.p_mid = b == c ? 1 - at_fewer / 2 : doubled - at_fewer;
    out.p_c_large = binomial_at_most(b, n, 0.5);  // P(X >= c) = P(n - X <= b)
    const double difference = std::abs(static_cast<double>(b) - static_cast<double>(c));
    const double corrected = std::max(0.0, difference - 1);
    out.chi2 = difference * difference / static_cast<double>(n);
    out.chi2_corrected = corrected * corrected / static_cast<double>(n);
    out.p_chi2 = chi_square_1_tail(out.chi2);
    out.p_chi2_corrected = chi_square_1_tail(out.chi2_corrected);
    return out;
}

}  // namespace sosia::stats
