#include "stats/summary.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

std::vector<double> sorted(std::span<const double> values) {
    std::vector<double> out(values.begin(), values.end());
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

double mean(std::span<const double> values) {
    double sum = 0;
    for (const double v : values) {
        sum += v;
    }
    return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

double sample_covariance(std::span<const double> a, std::span<const double> b) {
    if (a.size() < 2) {
        return 0;
    }
    const double mean_a = mean(a);
    const double mean_b = mean(b);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return sum / static_cast<double>(a.size() - 1);
}

double sample_variance(std::span<const double> values) {
    return sample_covariance(values, values);
}

double sample_sd(std::span<const double> values) {
    return std::sqrt(sample_variance(values));
}

double quantile(std::span<const double> values, double p) {
    if (values.empty()) {
        return 0;
    }
    const std::vector<double> v = sorted(values);
    const double at = p * static_cast<double>(v.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, v.size() - 1);
    return v[below] + (at - static_cast<double>(below)) * (v[above] - v[below]);
}

double quantile_type1(std::span<const double> values, double p) {
    if (values.empty()) {
        return 0;
    }
    const std::vector<double> v = sorted(values);
    // The tiny slack keeps p = 0.05 of 20 values at the first one in spite of rounding.
    const double rank = std::ceil(p * static_cast<double>(v.size()) - 1e-9);
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return v[std::min(index, v.size() - 1)];
}

double lower_median(std::span<const double> values) {
    return values.empty() ? 0.0 : sorted(values)[(values.size() - 1) / 2];
}

double upper_median(std::span<const double> values) {
    return values.empty() ? 0.0 : sorted(values)[values.size() / 2];
}

double median(std::span<const double> values) {
    return (lower_median(values) + upper_median(values)) / 2;
}

Interval mean_interval(std::span<const double> values, double confidence) {
    const double centre = mean(values);
    if (values.size() < 2) {
        return {centre, centre};
    }
    const auto n = static_cast<double>(values.size());
    const double half = two_sided_t(confidence, n - 1) * sample_sd(values) / std::sqrt(n);
    return {centre - half, centre + half};
}

}  // namespace sosia::stats
