// Confidence interval for the difference p1 - p2 of two independent rates (Newcombe 1998, method 10: hybrid of the two
// Wilson intervals). With n = 0 on a side that side is taken as unknown, [0, 1].
#pragma once
#include <cstddef>

#include "stats/interval.h"

namespace sosia::stats {

Interval newcombe(std::size_t x1, std::size_t n1, std::size_t x2, std::size_t n2, double confidence = 0.95);

}  // namespace sosia::stats
