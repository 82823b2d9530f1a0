// McNemar's test: old and new on the same single runs, where only the discordant pairs tell.
#pragma once
#include <cstddef>

namespace sosia::stats {

struct McNemar {
    double p_exact = 1;  // min(1, 2 P(Bin(b+c, 1/2) <= min(b, c)))
    double p_mid =
        1;  // p_exact - P(X = min), or 1 - P(X = min)/2 when b = c (Fagerland, Lydersen, Laake 2013): the one to use
    double p_c_large = 1;  // one-sided P(X >= c)
    double chi2 = 0;       // (b-c)^2/(b+c); 0 without discordant pairs
    double p_chi2 = 1;
    double chi2_corrected = 0;  // (|b-c|-1)^2/(b+c)
    double p_chi2_corrected = 1;
};

// b and c count the two kinds of discordant pairs.
McNemar mcnemar(std::size_t b, std::size_t c);

}  // namespace sosia::stats
