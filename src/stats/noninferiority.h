// May the new version ship? It may when it is shown to be worse by less than a margin.
#pragma once
#include <cstddef>

namespace sosia::stats {

struct FarringtonManning {
    double p_new_restricted = 0;  // maximum-likelihood rates under p_new - p_old = -margin
    double p_old_restricted = 0;
    double z = 0;  // (p_new - p_old + margin)/SE at those rates
    double p = 1;  // one-sided; below alpha: non-inferior
};

// Independent samples; H0: p_new - p_old <= -margin (Farrington and Manning 1990). Needs n_new, n_old > 0 and 0 <=
// margin < 1.
FarringtonManning farrington_manning(std::size_t x_new, std::size_t n_new, std::size_t x_old, std::size_t n_old,
                                     double margin);

enum class Shipping {
    pass,          // shown to lose less than the margin
    fail,          // shown to be worse, by more than the floor
    inconclusive,  // neither is shown: collect more
};

struct PairedNoninferiority {
    double lower = -1;  // one-sided (1-alpha) bounds of the mean difference new - old
    double upper = 1;
    double p_noninferior = 1;  // P(T_{df} >= (mean+margin)/se)
    double p_superior = 1;     // of H0: difference <= 0
    double p_tost =
        1;  // larger of the two one-sided p values: small when both versions are equivalent within the margin
    Shipping verdict = Shipping::inconclusive;
};

// `mean`, `se` and degrees n-1 of a paired difference (paired.h). PASS iff lower > -margin. FAIL iff upper < 0 and the
// mean loss exceeds `floor`; where both hold (worse for sure, but within the margin) it is FAIL. A se of 0 is no proof
// of certainty: with fewer than two tasks nothing is shown, otherwise the bounds are the mean itself and the caller
// should look at the exact test.
PairedNoninferiority noninferiority_paired(double mean, double se, std::size_t n, double margin, double alpha = 0.05,
                                           double floor = 0.0);

}  // namespace sosia::stats
