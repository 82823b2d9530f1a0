#include "stats/stratified.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

constexpr std::uint64_t most_work = 20'000'000;  // steps of the convolution: well under a tenth of a second
constexpr std::uint64_t most_denominator = 1'000'000;

double ratio(std::size_t a, std::size_t b) {
    return static_cast<double>(a) / static_cast<double>(b);
}

// The new runs' passes among all of a cell's: from `least` to `most`, with these chances; each costs `step` units.
struct Telling {
    std::size_t least = 0;
    std::size_t seen = 0;
    std::uint64_t step = 0;
    std::vector<double> chances;
    double variance = 0;  // of new rate - old rate
    double excess = 0;    // observed less expected difference of the rates
    double smallest = 0;  // change of the difference when one more of the passes is a new run's
};

double log_choose(std::size_t n, std::size_t k) {
    const auto whole = static_cast<double>(n);
    const auto part = static_cast<double>(k);
    return std::lgamma(whole + 1) - std::lgamma(part + 1) - std::lgamma(whole - part + 1);
}

Telling telling_of(const Stratum& s) {
    const std::size_t n = s.old_n + s.new_n;
    const std::size_t passed = s.old_passed + s.new_passed;
    Telling out;
    out.least = passed > s.old_n ? passed - s.old_n : 0;
    out.seen = s.new_passed - out.least;
    const std::size_t most = std::min(passed, s.new_n);
    for (std::size_t y = out.least; y <= most; ++y) {
        out.chances.push_back(
            std::exp(log_choose(s.new_n, y) + log_choose(s.old_n, passed - y) - log_choose(n, passed)));
    }
    out.smallest = 1 / static_cast<double>(s.new_n) + 1 / static_cast<double>(s.old_n);
    const double expected = static_cast<double>(s.new_n) * ratio(passed, n);
    out.excess = (static_cast<double>(s.new_passed) - expected) * out.smallest;
    const double of_count = expected * ratio(n - passed, n) * ratio(s.old_n, n - 1);
    out.variance = of_count * out.smallest * out.smallest;
    return out;
}

// Steps in units of the common denominator; 0 when that is too large to convolve.
std::uint64_t set_steps(std::span<const Stratum> cells, std::vector<Telling>& telling) {
    std::uint64_t denominator = 1;
    for (const Stratum& s : cells) {
        denominator = std::lcm(std::lcm(denominator, s.old_n), s.new_n);
        if (denominator > most_denominator) {
            return 0;
        }
    }
    std::uint64_t common = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        telling[i].step = denominator / cells[i].old_n + denominator / cells[i].new_n;
        common = std::gcd(common, telling[i].step);
    }
    std::uint64_t width = 1;
    std::uint64_t work = 0;
    for (Telling& t : telling) {
        t.step /= common;
        width += t.step * (t.chances.size() - 1);
        work += width * t.chances.size();
    }
    return work <= most_work ? width : 0;
}

struct Tails {
    double below = 0;  // strictly
    double equal = 0;
    double above = 0;
};

Tails convolve(const std::vector<Telling>& telling, std::uint64_t width) {
    std::vector<double> now(width, 0.0);
    std::vector<double> next(width, 0.0);
    now[0] = 1;
    std::size_t used = 1;
    std::size_t observed = 0;
    for (const Telling& t : telling) {
        const std::size_t wider = used + t.step * (t.chances.size() - 1);
        std::fill(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(wider), 0.0);
        for (std::size_t y = 0; y < t.chances.size(); ++y) {
            for (std::size_t i = 0; i < used; ++i) {
                next[i + y * t.step] += t.chances[y] * now[i];
            }
        }
        now.swap(next);
        used = wider;
        observed += t.seen * t.step;
    }
    const auto at = now.begin() + static_cast<std::ptrdiff_t>(observed);
    return {std::accumulate(now.begin(), at, 0.0), *at, std::accumulate(at + 1, now.end(), 0.0)};
}

Tails approximate(const std::vector<Telling>& telling) {
    double excess = 0;
    double variance = 0;
    double step = telling.front().smallest;
    for (const Telling& t : telling) {
        excess += t.excess;
        variance += t.variance;
        step = std::min(step, t.smallest);
    }
    const double sd = std::sqrt(variance);
    const double below = normal_cdf((excess - step / 2) / sd);
    const double above = normal_cdf(-(excess + step / 2) / sd);
    return {below, std::max(0.0, 1 - below - above), above};
}

}  // namespace

StratifiedTest stratified_permutation(std::span<const Stratum> cells) {
    std::vector<Stratum> kept;
    std::vector<Telling> telling;
    for (const Stratum& s : cells) {
        const std::size_t passed = s.old_passed + s.new_passed;
        if (s.old_n > 0 && s.new_n > 0 && passed > 0 && passed < s.old_n + s.new_n) {
            kept.push_back(s);
            telling.push_back(telling_of(s));
        }
    }
    StratifiedTest out;
    out.telling = telling.size();
    if (telling.empty()) {
        return out;
    }
    const std::uint64_t width = set_steps(kept, telling);
    out.exact = width > 0;
    const Tails tails = out.exact ? convolve(telling, width) : approximate(telling);
    out.p_worse = std::min(1.0, tails.below + tails.equal);
    out.p_better = std::min(1.0, tails.above + tails.equal);
    out.p_worse_mid = std::min(1.0, tails.below + tails.equal / 2);
    const double doubled = 2 * std::min(out.p_worse, out.p_better);
    out.p_two_sided = std::min(1.0, doubled);
    constexpr double rounding = 1e-12;
    out.p_mid = doubled > 1 + rounding ? 1 - tails.equal / 2 : doubled - tails.equal;
    return out;
}

}  // namespace sosia::stats
