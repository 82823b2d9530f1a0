// Intervals for a single rate of independent trials. There is no Wald interval here on purpose: it has no width at 0
// and n.
//
// All take successes x out of n trials and the confidence (0.95 for 95 %); n = 0 says nothing and gives [0, 1].
#pragma once
#include <cstddef>

#include "stats/interval.h"

namespace sosia::stats {

// Wilson 1927: (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). The default for printing.
Interval wilson(std::size_t x, std::size_t n, double confidence = 0.95);

// The same for a rate and an effective number of trials (need not be whole), with the critical value z given.
Interval wilson_effective(double rate, double n, double z);

// Clopper and Pearson 1934, exact: never covers less than promised, and is wide for it.
Interval clopper_pearson(std::size_t x, std::size_t n, double confidence = 0.95);

// Quantiles of Beta(x + 1/2, n - x + 1/2); the end at 0 or n successes is 0 or 1.
Interval jeffreys(std::size_t x, std::size_t n, double confidence = 0.95);

// Quantiles of Beta(x + 1, n - x + 1): uniform prior, recommended for few runs by Bowyer, Aitchison, Ivanova 2025.
Interval beta_uniform(std::size_t x, std::size_t n, double confidence = 0.95);

// Agresti and Coull 1998: Wilson's centre, with the width of (x + z^2/2) out of (n + z^2). Not cut at 0 and 1.
Interval agresti_coull(std::size_t x, std::size_t n, double confidence = 0.95);

}  // namespace sosia::stats
