// Fisher's exact test of a 2x2 table {{a, b}, {c, d}}.
#pragma once
#include <cstddef>

namespace sosia::stats {

struct Fisher {
    double p_two_sided = 1;  // sum of the probabilities of all tables no likelier than the observed one
    double p_less = 1;       // P(first cell <= a)
    double p_greater = 1;    // P(first cell >= a)
};

Fisher fisher_exact(std::size_t a, std::size_t b, std::size_t c, std::size_t d);

}  // namespace sosia::stats
