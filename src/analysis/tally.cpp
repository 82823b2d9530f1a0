#include "analysis/tally.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "stats/clustered.h"
#include "stats/proportions.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_outliers = 10;
constexpr double outlier_factor = 3;
constexpr double latency_step = 0.05;

// The value at a rank (from 0) of a histogram.
int at_rank(const std::map<int, std::uint64_t>& counts, std::uint64_t rank) {
    std::uint64_t seen = 0;
    for (const auto& [value, count] : counts) {
        seen += count;
        if (seen > rank) {
            return value;
        }
    }
    return 0;
}

double median_of(const std::map<int, std::uint64_t>& counts, std::uint64_t n) {
    return n == 0 ? 0 : (at_rank(counts, (n - 1) / 2) + at_rank(counts, n / 2)) / 2.0;
}

}  // namespace

void Tally::add(Outcome outcome) {
    passed += outcome == Outcome::passed ? 1 : 0;
    failed += outcome == Outcome::failed ? 1 : 0;
    invalid += outcome == Outcome::invalid ? 1 : 0;
}

Rate rate_of(const Tally& tally) {
    Rate rate{.passed = tally.passed, .n = tally.n()};
    rate.value = rate.n == 0 ? 0 : static_cast<double>(rate.passed) / static_cast<double>(rate.n);
    const stats::Interval interval = stats::wilson(rate.passed, rate.n);
    rate.low = interval.low;
    rate.high = interval.high;
    return rate;
}

Rate clustered_rate_of(const std::vector<const Tally*>& cells) {
    stats::Clusters clusters;
    Tally total;
    bool repeated = false;
    for (const Tally* cell : cells) {
        std::vector<double> scores(cell->passed, 1.0);
        scores.resize(cell->n(), 0.0);
        repeated |= scores.size() > 1;
        clusters.push_back(std::move(scores));
        total.passed += cell->passed;
        total.failed += cell->failed;
    }
    Rate rate = rate_of(total);
    if (repeated) {
        const stats::ClusteredRate clustered = stats::clustered_rate(clusters);
        rate.low = clustered.interval.low;
        rate.high = clustered.interval.high;
    }
    return rate;
}

void Sum::add(double value) {
    billionths_ += std::llround(value * 1e9);
    ++n_;
}

double Sum::total() const {
    return static_cast<double>(billionths_) / 1e9;
}

void LatencyHistogram::add(std::int64_t ms) {
    const double bin = std::log1p(static_cast<double>(std::max<std::int64_t>(ms, 0))) / latency_step;
    ++bins_[static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(bins_.size() - 1)))];
    ++n_;
    most_ = std::max(most_, static_cast<double>(ms));
}

double LatencyHistogram::percentile(double p) const {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bins_.size(); ++i) {
        seen += bins_[i];
        if (seen > 0 && static_cast<double>(seen) >= p * static_cast<double>(n_)) {
            return std::min(most_, std::round(std::expm1((static_cast<double>(i) + 0.5) * latency_step)));
        }
    }
    return 0;
}

void TurnHistogram::add(int turns, std::uint64_t ordinal, const std::string& id) {
    ++counts_[turns];
    auto& list = ids_[turns];
    list.emplace_back(ordinal, id);
    std::ranges::sort(list);
    if (list.size() > most_outliers) {
        list.pop_back();
    }
}

TurnStats TurnHistogram::stats(std::string persona) const {
    TurnStats stats{.persona = std::move(persona)};
    for (const auto& [turns, count] : counts_) {
        stats.n += count;
        stats.most = std::max(stats.most, turns);
    }
    stats.median = median_of(counts_, stats.n);
    for (const auto& [turns, ids] : std::views::reverse(ids_)) {  // the longest first
        for (const auto& [ordinal, id] : ids) {
            if (turns > outlier_factor * stats.median && stats.outliers.size() < most_outliers) {
                stats.outliers.push_back(id);
            }
        }
    }
    return stats;
}

void LevelHistogram::add(double level) {
    ++tenths_[static_cast<int>(std::lround(level * 10))];
}

ToneStats LevelHistogram::stats(std::string intent) const {
    ToneStats stats{.intent = std::move(intent)};
    double sum = 0;
    double squares = 0;
    for (const auto& [tenths, count] : tenths_) {
        const double level = tenths / 10.0;
        stats.n += count;
        sum += level * static_cast<double>(count);
        squares += level * level * static_cast<double>(count);
    }
    const auto n = static_cast<double>(stats.n);
    stats.mean = stats.n == 0 ? 0 : sum / n;
    stats.spread = stats.n < 2 ? 0 : std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
    stats.least = tenths_.empty() ? 0 : tenths_.begin()->first / 10.0;
    const double median = median_of(tenths_, stats.n);
    Tally even;
    for (const auto& [tenths, count] : tenths_) {
        (std::abs(tenths - median) <= 10 ? even.passed : even.failed) += count;
    }
    stats.even = rate_of(even);
    return stats;
}

}  // namespace sosia::analysis
