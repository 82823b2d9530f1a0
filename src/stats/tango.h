// Confidence interval for the difference of two paired rates (Tango 1998, score method).
#pragma once
#include <cstddef>

#include "stats/interval.h"

namespace sosia::stats {

// b pairs where only the new one passed, c where only the old one did, n pairs in all; the difference is (b-c)/n.
// The limits solve |T(l)| = z with T(l) = (b-c-nl)/sqrt(n(2q + l(1-l))), q the restricted maximum-likelihood estimate:
// q = (sqrt(B^2-4AC)-B)/2A, A = 2n, B = -b-c+(2n-b+c)l, C = -cl(1-l). n = 0 gives [-1, 1].
Interval tango(std::size_t b, std::size_t c, std::size_t n, double confidence = 0.95);

// The same for effective numbers of pairs, which need not be whole (cells with several runs tell less than as many
// independent pairs), with the critical value given: a normal or Student's quantile.
Interval tango_effective(double b, double c, double n, double critical);

}  // namespace sosia::stats
