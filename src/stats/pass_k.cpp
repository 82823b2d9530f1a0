#include "stats/pass_k.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/proportions.h"
#include "stats/summary.h"

namespace sosia::stats {
namespace {

// C(a,k)/C(n,k) for a <= n, as a product of k factors at most 1: no overflow, no loss.
double choose_ratio(std::size_t a, std::size_t n, std::size_t k) {
    double ratio = 1;
    for (std::size_t i = 0; i < k; ++i) {
        ratio *= a > i ? static_cast<double>(a - i) / static_cast<double>(n - i) : 0.0;
    }
    return ratio;
}

Interval interval_of(const PassK& estimate, double confidence) {
    const auto tasks = static_cast<double>(estimate.tasks);
    const double variance = estimate.se * estimate.se;
    const double spread = estimate.value * (1 - estimate.value);
    if (estimate.tasks < 2 || variance < 1e-24 || spread <= 0) {
        return wilson_effective(estimate.value, tasks, two_sided_z(confidence));
    }
    return wilson_effective(estimate.value, spread / variance, two_sided_t(confidence, tasks - 1));
}

template <class PerTask>
PassK average(std::span<const TaskRuns> tasks, std::size_t k, double confidence, PerTask per_task) {
    std::vector<double> values;
    for (const TaskRuns& task : tasks) {
        if (k >= 1 && task.runs >= k) {
            values.push_back(per_task(task));
        }
    }
    PassK out;
    out.tasks = values.size();
    if (values.empty()) {
        return out;
    }
    out.value = mean(values);
    out.se = sample_sd(values) / std::sqrt(static_cast<double>(values.size()));
    out.interval = interval_of(out, confidence);
    return out;
}

}  // namespace

double pass_hat_k(std::size_t n, std::size_t c, std::size_t k) {
    return choose_ratio(c, n, k);
}

double pass_at_k(std::size_t n, std::size_t c, std::size_t k) {
    return 1 - choose_ratio(n - c, n, k);
}

PassK mean_pass_hat_k(std::span<const TaskRuns> tasks, std::size_t k, double confidence) {
    return average(tasks, k, confidence, [k](const TaskRuns& t) { return pass_hat_k(t.runs, t.passed, k); });
}

PassK mean_pass_at_k(std::span<const TaskRuns> tasks, std::size_t k, double confidence) {
    return average(tasks, k, confidence, [k](const TaskRuns& t) { return pass_at_k(t.runs, t.passed, k); });
}

// tasks * pass^k = sum over c >= k of h_c C(c,k)/C(n,k): triangular, solved from k = n down; h_0 is the rest.
std::vector<double> passes_histogram(std::span<const double> pass_hat, std::size_t tasks) {
    const std::size_t n = pass_hat.size();
    std::vector<double> histogram(n + 1, 0.0);
    double rest = static_cast<double>(tasks);
    for (std::size_t k = n; k >= 1; --k) {
        double left = static_cast<double>(tasks) * pass_hat[k - 1];
        for (std::size_t c = k + 1; c <= n; ++c) {
            left -= histogram[c] * pass_hat_k(n, c, k);
        }
        histogram[k] = left / pass_hat_k(n, k, k);
        rest -= histogram[k];
    }
    histogram[0] = rest;
    return histogram;
}

}  // namespace sosia::stats
