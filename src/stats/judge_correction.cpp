#include "stats/judge_correction.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

struct Inputs {
    double p, q0, q1, n, m0, m1;
    double theta() const { return (p + q0 - 1) / (q0 + q1 - 1); }
    double se(double theta) const {
        const double variance =
            p * (1 - p) / n + (1 - theta) * (1 - theta) * q0 * (1 - q0) / m0 + theta * theta * q1 * (1 - q1) / m1;
        return std::sqrt(variance) / (q0 + q1 - 1);
    }
};

double unit(double x) {
    return std::clamp(x, 0.0, 1.0);
}

Interval lee_interval(const Inputs& in, double confidence) {
    const double z = two_sided_z(confidence);
    const double z2 = z * z;
    const Inputs s{(in.n * in.p + z2 / 2) / (in.n + z2),
                   (in.m0 * in.q0 + 1) / (in.m0 + 2),
                   (in.m1 * in.q1 + 1) / (in.m1 + 2),
                   in.n + z2,
                   in.m0 + 2,
                   in.m1 + 2};
    if (s.q0 + s.q1 <= 1) {
        return {0, 1};
    }
    const double theta = s.theta();
    const double shift = 2 * z2 * (-(1 - theta) * s.q0 * (1 - s.q0) / s.m0 + theta * s.q1 * (1 - s.q1) / s.m1);
    const double half = z * s.se(theta);
    return {unit(theta + shift - half), unit(theta + shift + half)};
}

}  // namespace

std::optional<CorrectedRate> correct_judge(const JudgeRates& rates, double confidence) {
    const bool counted = rates.judged > 0 && rates.failed_labels > 0 && rates.passed_labels > 0;
    if (!counted || rates.specificity + rates.sensitivity <= 1) {
        return std::nullopt;
    }
    const Inputs in{rates.pass_rate,
                    rates.specificity,
                    rates.sensitivity,
                    static_cast<double>(rates.judged),
                    static_cast<double>(rates.failed_labels),
                    static_cast<double>(rates.passed_labels)};
    CorrectedRate out;
    out.unclipped = in.theta();
    out.rate = unit(out.unclipped);
    out.contradiction = out.unclipped < 0 || out.unclipped > 1;
    out.se = in.se(out.rate);
    out.interval = lee_interval(in, confidence);
    return out;
}

}  // namespace sosia::stats
