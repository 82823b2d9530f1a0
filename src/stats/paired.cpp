#include "stats/paired.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "stats/distributions.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

constexpr std::size_t most_exact = 20;
constexpr int random_assignments = 200'000;

struct Tally {
    double both = 0;
    double lower = 0;
    double total = 0;
    void count(double sum, double observed, double slack) {
        both += std::abs(sum) >= std::abs(observed) - slack ? 1 : 0;
        lower += sum <= observed + slack ? 1 : 0;
        total += 1;
    }
};

// Walks all assignments in Gray-code order, one flip a step.
Tally all_assignments(std::vector<double> d, double observed, double slack) {
    Tally tally;
    double sum = std::accumulate(d.begin(), d.end(), 0.0);
    tally.count(sum, observed, slack);
    for (std::uint32_t i = 1; i < std::uint32_t{1} << d.size(); ++i) {
        double& flipped = d[static_cast<std::size_t>(std::countr_zero(i))];
        sum -= 2 * flipped;
        flipped = -flipped;
        tally.count(sum, observed, slack);
    }
    return tally;
}

Tally sampled_assignments(const std::vector<double>& d, double observed, double slack, std::uint64_t seed) {
    Random random(seed, "stats.sign_flip");
    Tally tally{1, 1, 1};
    for (int i = 0; i < random_assignments; ++i) {
        double sum = 0;
        for (const double x : d) {
            sum += random.next() >> 63 != 0 ? x : -x;
        }
        tally.count(sum, observed, slack);
    }
    return tally;
}

}  // namespace

SignFlip sign_flip(std::span<const double> differences, std::uint64_t seed) {
    std::vector<double> d;
    double observed = 0;
    double size = 0;
    for (const double x : differences) {
        observed += x;
        size += std::abs(x);
        if (x != 0) {
            d.push_back(x);
        }
    }
    const double slack = 1e-10 * size;  // equal sums must count as equal in spite of rounding
    const bool exact = d.size() <= most_exact;
    const Tally tally = exact ? all_assignments(d, observed, slack) : sampled_assignments(d, observed, slack, seed);
    return {tally.both / tally.total, tally.lower / tally.total, exact};
}

PairedDifference paired_difference(std::span<const double> before, std::span<const double> after, double confidence) {
    PairedDifference out;
    out.n = std::min(before.size(), after.size());
    std::vector<double> d(out.n);
    for (std::size_t i = 0; i < out.n; ++i) {
        d[i] = after[i] - before[i];
    }
    out.mean = mean(d);
    if (out.n < 2) {
        return out;
    }
    const auto n = static_cast<double>(out.n);
    out.se = sample_sd(d) / std::sqrt(n);
    const double variance_before = sample_variance(before);
    const double variance_after = sample_variance(after);
    out.se_unpaired = std::sqrt((variance_before + variance_after) / n);
    if (variance_before > 0 && variance_after > 0) {
        out.correlation = sample_covariance(before, after) / std::sqrt(variance_before * variance_after);
    }
    const double half = two_sided_t(confidence, n - 1) * out.se;
    out.interval = {out.mean - half, out.mean + half};
    if (out.se > 0) {
        out.t = out.mean / out.se;
        out.p_two_sided = 2 * student_cdf(-std::abs(out.t), n - 1);
    } else {
        out.p_two_sided = out.mean == 0 ? 1.0 : std::exp2(1 - n);
    }
    return out;
}

}  // namespace sosia::stats
