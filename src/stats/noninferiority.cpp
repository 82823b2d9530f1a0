#include "stats/noninferiority.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

// Closed-form root of the likelihood cubic (Farrington and Manning 1990, appendix), for p_new - p_old = delta.
double restricted_new(double p_new, double n_new, double p_old, double n_old, double delta) {
    const double theta = n_old / n_new;
    const double a = 1 + theta;
    const double b = -(1 + theta + p_new + theta * p_old + delta * (theta + 2));
    const double c = delta * delta + delta * (2 * p_new + theta + 1) + p_new + theta * p_old;
    const double d = -p_new * delta * (1 + delta);
    const double v = std::pow(b / (3 * a), 3) - b * c / (6 * a * a) + d / (2 * a);
    const double inside = b * b / (9 * a * a) - c / (3 * a);
    const double u = std::copysign(std::sqrt(std::max(0.0, inside)), v);
    if (u == 0) {
        return std::clamp(-b / (3 * a), std::max(0.0, delta), std::min(1.0, 1 + delta));
    }
    const double w = (std::numbers::pi + std::acos(std::clamp(v / (u * u * u), -1.0, 1.0))) / 3;
    return std::clamp(2 * u * std::cos(w) - b / (3 * a), std::max(0.0, delta), std::min(1.0, 1 + delta));
}

}  // namespace

FarringtonManning farrington_manning(std::size_t x_new, std::size_t n_new, std::size_t x_old, std::size_t n_old,
                                     double margin) {
    const auto trials_new = static_cast<double>(n_new);
    const auto trials_old = static_cast<double>(n_old);
    const double p_new = static_cast<double>(x_new) / trials_new;
    const double p_old = static_cast<double>(x_old) / trials_old;
    FarringtonManning out;
    out.p_new_restricted = restricted_new(p_new, trials_new, p_old, trials_old, -margin);
    out.p_old_restricted = out.p_new_restricted + margin;
    const double variance = out.p_new_restricted * (1 - out.p_new_restricted) / trials_new +
                            out.p_old_restricted * (1 - out.p_old_restricted) / trials_old;
    const double gap = p_new - p_old + margin;
    out.z = variance > 0 ? gap / std::sqrt(variance) : 0.0;
    out.p = normal_cdf(-out.z);
    return out;
}

PairedNoninferiority noninferiority_paired(double mean, double se, std::size_t n, double margin, double alpha,
                                           double floor) {
    PairedNoninferiority out;
    if (n < 2) {
        return out;
    }
    const auto degrees = static_cast<double>(n - 1);
    const double half = student_quantile(1 - alpha, degrees) * se;
    out.lower = mean - half;
    out.upper = mean + half;
    const auto tail = [&](double distance) {
        if (se > 0) {
            return student_cdf(-distance / se, degrees);
        }
        return distance > 0 ? 0.0 : 1.0;
    };
    out.p_noninferior = tail(mean + margin);
    out.p_superior = tail(mean);
    out.p_tost = std::max(out.p_noninferior, tail(margin - mean));
    if (out.lower > -margin) {
        out.verdict = Shipping::pass;
    }
    if (out.upper < 0 && mean < -floor) {
        out.verdict = Shipping::fail;
    }
    return out;
}

}  // namespace sosia::stats
