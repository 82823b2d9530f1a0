// Old against new on the same tasks. The unit is the task (or cell): its score is the mean of its runs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "stats/interval.h"

namespace sosia::stats {

struct PairedDifference {
    std::size_t n = 0;                  // tasks
    double mean = 0;                    // of new - old
    double se = 0;                      // sd of the differences / sqrt(n)
    double se_unpaired = 0;             // sqrt(SE_old^2 + SE_new^2): what ignoring the pairing would claim
    std::optional<double> correlation;  // of old and new over tasks; none when one of them does not vary
    double t = 0;                       // mean/se; 0 when se is 0
    // Student's t with n-1 degrees. When all differences are equal there is no t: then the exact sign-flip value.
    double p_two_sided = 1;
    Interval interval{-1, 1};  // mean +- t_{n-1} se; for n < 2 the widest difference of rates, [-1, 1]
};

// `before` and `after` hold the same tasks in the same order (equal lengths).
PairedDifference paired_difference(std::span<const double> before, std::span<const double> after,
                                   double confidence = 0.95);

struct SignFlip {
    double p_two_sided = 1;  // share of sign assignments with |sum| >= |observed sum|
    double p_lower = 1;      // share with sum <= observed sum: small when new is worse
    bool exact = true;       // false: estimated from random assignments, as (1+hits)/(1+assignments)
};

// Exact sign-flip permutation test on per-task differences: all 2^G assignments for up to 20 non-zero differences
// (zeros do not change any share), 200,000 random ones otherwise.
SignFlip sign_flip(std::span<const double> differences, std::uint64_t seed = 0);

}  // namespace sosia::stats
