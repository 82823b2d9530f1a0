#include "stats/power.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

double critical_sum(double alpha, double power) {
    return normal_quantile(1 - alpha / 2) + normal_quantile(power);
}

}  // namespace

double difference_variance(const PairedDesign& d) {
    return d.omega2 + d.sigma2_a / d.runs_a + d.sigma2_b / d.runs_b;
}

double tasks_needed_exactly(const PairedDesign& d, double delta) {
    const double z = critical_sum(d.alpha, d.power);
    return z * z * difference_variance(d) / (delta * delta);
}

std::size_t tasks_needed(const PairedDesign& d, double delta) {
    return static_cast<std::size_t>(std::ceil(tasks_needed_exactly(d, delta)));
}

double minimum_detectable(const PairedDesign& d, double tasks) {
    return minimum_detectable(std::sqrt(difference_variance(d)), tasks, d.alpha, d.power);
}

double minimum_detectable(double sd, double tasks, double alpha, double power) {
    return critical_sum(alpha, power) * sd / std::sqrt(tasks);
}

std::optional<std::size_t> runs_needed(const PairedDesign& d, double tasks, double delta) {
    const double z = critical_sum(d.alpha, d.power);
    const double left_for_runs = tasks * delta * delta / (z * z) - d.omega2;
    if (left_for_runs <= 0) {
        return std::nullopt;
    }
    const double runs = std::ceil((d.sigma2_a + d.sigma2_b) / left_for_runs - 1e-9);
    return runs < 1e9 ? std::optional(static_cast<std::size_t>(std::max(1.0, runs))) : std::nullopt;
}

}  // namespace sosia::stats
