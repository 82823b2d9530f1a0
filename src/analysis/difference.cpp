#include "analysis/difference.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/paired.h"
#include "stats/power.h"
#include "stats/summary.h"
#include "stats/tango.h"

namespace sosia::analysis {
namespace {

constexpr double two_sided = 0.95;
constexpr double score_range = 4;  // of the scale 1 to 5

// A two-sided interval whose ends are one-sided bounds at 1 - pass_alpha.
double one_sided(const Thresholds& t) {
    return 1 - 2 * t.pass_alpha;
}

double rate(std::size_t passed, std::size_t n) {
    return static_cast<double>(passed) / static_cast<double>(n);
}

// Sums over cells that have valid runs on both sides.
struct CellSums {
    std::vector<double> before;
    std::vector<double> after;
    double differing = 0;   // q: chance that an old and a new run of a cell differ, mean over cells
    bool repeated = false;  // some cell has more than one run on a side
};

CellSums sums_of(std::span<const CellPair> cells) {
    CellSums out;
    for (const CellPair& cell : cells) {
        const stats::Stratum& c = cell.counts;
        if (c.old_n == 0 || c.new_n == 0) {
            continue;
        }
        const double old_rate = rate(c.old_passed, c.old_n);
        const double new_rate = rate(c.new_passed, c.new_n);
        out.before.push_back(old_rate);
        out.after.push_back(new_rate);
        out.differing += old_rate * (1 - new_rate) + new_rate * (1 - old_rate);
        out.repeated = out.repeated || c.old_n > 1 || c.new_n > 1;
    }
    if (!out.before.empty()) {
        out.differing /= static_cast<double>(out.before.size());
    }
    return out;
}

// The comparison boiled down to independent pairs: what Tango's interval takes.
struct Effective {
    double pairs = 0;
    double differing = 0;
    double change = 0;
    double degrees = 0;  // of Student's t; 0: use the normal distribution

    stats::Interval bounds(double confidence, double factor = 1) const {
        const double n = pairs * factor;
        const double critical =
            degrees > 0 ? stats::two_sided_t(confidence, degrees * factor) : stats::two_sided_z(confidence);
        return stats::tango_effective(n * (differing + change) / 2, n * (differing - change) / 2, n, critical);
    }
};

Effective effective_of(const CellSums& sums, const stats::PairedDifference& paired, std::size_t pairs) {
    const auto cells = static_cast<double>(paired.n);
    Effective out{.pairs = cells, .differing = sums.differing, .change = paired.mean};
    if (!sums.repeated) {
        return out;
    }
    out.degrees = std::max(1.0, cells - 1);
    const double of_one_pair = sums.differing - paired.mean * paired.mean;
    if (of_one_pair > 0 && paired.se > 0) {
        // Independent pairs could not tell more than they are; that much beyond it may be chance in the standard error,
        // whose square has a relative standard deviation of sqrt(2/degrees).
        const double most = static_cast<double>(pairs) * (1 + 2 * std::sqrt(2 / out.degrees));
        out.pairs = std::clamp(of_one_pair / (paired.se * paired.se), cells, std::max(cells, most));
    }
    return out;
}

bool would_decide(const Effective& e, double factor, const Thresholds& t) {
    const bool not_worse = e.bounds(one_sided(t), factor).low > -t.margin;
    const bool worse = -e.change > t.least_loss && e.bounds(1 - 2 * t.alpha, factor).high < 0;
    return not_worse || worse;
}

// Doubles, then halves the step. Nothing when even ten thousand times as many would not decide.
std::optional<std::uint64_t> more_needed(const Effective& e, std::size_t pairs, const Thresholds& t) {
    constexpr double most = 16'384;
    double high = 1;
    while (high < most && !would_decide(e, high, t)) {
        high *= 2;
    }
    if (!would_decide(e, high, t)) {
        return std::nullopt;
    }
    double low = high / 2;
    for (int i = 0; i < 12; ++i) {
        const double middle = (low + high) / 2;
        (would_decide(e, middle, t) ? high : low) = middle;
    }
    return static_cast<std::uint64_t>(std::ceil((high - 1) * static_cast<double>(pairs)));
}

// Even where nothing differs, so many losses are needed before the exact test can speak.
double fewest_losses(double alpha) {
    return std::ceil(std::log2(1 / alpha));
}

double detectable_rate(const Effective& e, std::size_t pairs, const Thresholds& t) {
    const double sd = std::sqrt(std::max(0.0, e.differing - e.change * e.change));
    const double by_noise = sd > 0 && e.pairs > 0 ? stats::minimum_detectable(sd, e.pairs, 2 * t.alpha, t.power) : 0.0;
    return std::min(1.0, std::max(by_noise, fewest_losses(t.alpha) / static_cast<double>(pairs)));
}

// p of "new is not lower" for cell means: sign flips while they are affordable.
double score_p_worse(std::span<const double> differences, const stats::PairedDifference& paired) {
    constexpr std::ptrdiff_t most_flips = 60;
    if (std::ranges::count_if(differences, [](double d) { return d != 0; }) <= most_flips) {
        return stats::sign_flip(differences).p_lower;
    }
    return stats::student_cdf(paired.t, static_cast<double>(paired.n) - 1);
}

stats::Interval score_bounds(const stats::PairedDifference& paired, double confidence) {
    const auto n = static_cast<double>(paired.n);
    if (paired.n < 2) {
        return {-score_range, score_range};
    }
    double half = stats::two_sided_t(confidence, n - 1) * paired.se;
    if (paired.se <= 0) {  // no spread seen is no proof of certainty: as wide as Tango's interval of a rate would be
        const double z = stats::two_sided_z(confidence);
        half = score_range * z * z / (n + z * z);
    }
    return {paired.mean - half, paired.mean + half};
}

}  // namespace

std::string_view to_string(Answer answer) {
    switch (answer) {
        case Answer::regressed:
            return "regressed";
        case Answer::not_worse:
            return "not worse";
        case Answer::undecided:
            return "undecided";
    }
    return "unknown";
}

void answer(Difference& d, const Thresholds& t) {
    const double margin = d.is_rate ? t.margin : t.score_margin;
    const bool lost = d.change < 0 && -d.change > t.least_loss;
    d.warning = lost && d.p_worse <= t.warn_alpha;
    if (lost && d.p_adjusted <= t.alpha) {
        d.answer = Answer::regressed;
    } else {
        d.answer = d.cells > 0 && d.one_sided.low > -margin ? Answer::not_worse : Answer::undecided;
    }
}

Difference compare_rates(std::span<const CellPair> cells, const Thresholds& t) {
    Difference d;
    std::vector<stats::Stratum> strata;
    for (const CellPair& cell : cells) {
        d.pairs += cell.pairs;
        d.lost += cell.lost;
        d.gained += cell.gained;
        strata.push_back(cell.counts);
    }
    const CellSums sums = sums_of(cells);
    const stats::PairedDifference paired = stats::paired_difference(sums.before, sums.after);
    d.cells = paired.n;
    if (d.cells == 0) {
        return d;
    }
    d.before = stats::mean(sums.before);
    d.after = stats::mean(sums.after);
    d.change = paired.mean;
    const stats::StratifiedTest test = stats::stratified_permutation(strata);
    d.p = test.p_mid;
    d.p_worse = d.p_adjusted = test.p_worse;
    const std::size_t pairs = std::max<std::size_t>(1, d.pairs);
    const Effective effective = effective_of(sums, paired, pairs);
    d.interval = effective.bounds(two_sided);
    d.one_sided = effective.bounds(one_sided(t));
    d.detectable = detectable_rate(effective, pairs, t);
    answer(d, t);
    return d;
}

std::optional<std::uint64_t> more_conversations(std::span<const CellPair> cells, const Thresholds& t) {
    std::size_t pairs = 0;
    for (const CellPair& cell : cells) {
        pairs += cell.pairs;
    }
    const CellSums sums = sums_of(cells);
    const stats::PairedDifference paired = stats::paired_difference(sums.before, sums.after);
    return paired.n == 0 ? std::nullopt : more_needed(effective_of(sums, paired, pairs), pairs, t);
}

Difference compare_scores(std::span<const double> before, std::span<const double> after, const Thresholds& t) {
    Difference d;
    d.is_rate = false;
    const stats::PairedDifference paired = stats::paired_difference(before, after);
    d.cells = d.pairs = paired.n;
    if (d.cells == 0) {
        return d;
    }
    std::vector<double> differences(paired.n);
    for (std::size_t i = 0; i < paired.n; ++i) {
        differences[i] = after[i] - before[i];
        d.lost += differences[i] < 0 ? 1 : 0;
        d.gained += differences[i] > 0 ? 1 : 0;
    }
    d.before = stats::mean(before);
    d.after = stats::mean(after);
    d.change = paired.mean;
    d.p = paired.p_two_sided;
    d.p_worse = d.p_adjusted = score_p_worse(differences, paired);
    d.interval = score_bounds(paired, two_sided);
    d.one_sided = score_bounds(paired, one_sided(t));
    const double sd = stats::sample_sd(differences);
    d.detectable = sd > 0 ? stats::minimum_detectable(sd, static_cast<double>(d.cells), 2 * t.alpha, t.power)
                          : score_range * fewest_losses(t.alpha) / static_cast<double>(d.cells);
    answer(d, t);
    return d;
}

}  // namespace sosia::analysis
