#include "stats/sequential.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"

namespace sosia::stats {

Sprt::Sprt(double p0, double p1, double alpha, double beta)
    : step_pass_(std::log(p1 / p0)),
      step_fail_(std::log((1 - p1) / (1 - p0))),
      upper_(std::log((1 - beta) / alpha)),
      lower_(std::log(beta / (1 - alpha))),
      p0_(p0),
      p1_(p1),
      alpha_(alpha),
      beta_(beta) {}

SprtDecision Sprt::add(bool passed) {
    if (decision_ != SprtDecision::go_on) {
        return decision_;
    }
    llr_ += passed ? step_pass_ : step_fail_;
    if (llr_ >= upper_) {
        decision_ = SprtDecision::accept_h1;
    } else if (llr_ <= lower_) {
        decision_ = SprtDecision::accept_h0;
    }
    return decision_;
}

double Sprt::expected_runs_at_p0() const {
    return (alpha_ * upper_ + (1 - alpha_) * lower_) / (p0_ * step_pass_ + (1 - p0_) * step_fail_);
}

double Sprt::expected_runs_at_p1() const {
    return ((1 - beta_) * upper_ + beta_ * lower_) / (p1_ * step_pass_ + (1 - p1_) * step_fail_);
}

double msprt_log_lambda(double n, double mean, double theta0, double sigma2, double tau2) {
    const double total = sigma2 + n * tau2;
    const double distance = mean - theta0;
    return 0.5 * std::log(sigma2 / total) + n * n * tau2 * distance * distance / (2 * sigma2 * total);
}

double msprt_p(double n, double mean, double theta0, double sigma2, double tau2) {
    return std::min(1.0, std::exp(-msprt_log_lambda(n, mean, theta0, sigma2, tau2)));
}

Interval msprt_interval(double n, double mean, double sigma2, double tau2, double alpha) {
    const double total = sigma2 + n * tau2;
    const double radius = std::sqrt(2 * sigma2 * total / (n * n * tau2) * std::log(std::sqrt(total / sigma2) / alpha));
    return {mean - radius, mean + radius};
}

double mcnemar_e_two_sided(std::size_t improved, std::size_t regressed) {
    const auto s = static_cast<double>(improved);
    const auto f = static_cast<double>(regressed);
    return std::exp((s + f) * std::numbers::ln2 + log_beta(s + 1, f + 1));
}

double mcnemar_e_regression(std::size_t improved, std::size_t regressed) {
    const auto s = static_cast<double>(improved);
    const auto f = static_cast<double>(regressed);
    return 2 * mcnemar_e_two_sided(improved, regressed) * beta_cdf(0.5, s + 1, f + 1);
}

double betting_lambda_max(double margin) {
    return 1 / (1 - margin);
}

std::vector<double> betting_noninferiority(std::span<const double> differences, double margin, double lambda) {
    const double stake = std::clamp(lambda, 0.0, betting_lambda_max(margin));
    std::vector<double> path;
    double capital = 1;
    for (const double d : differences) {
        capital *= std::max(0.0, 1 + stake * (d + margin));
        path.push_back(capital);
    }
    return path;
}

double betting_noninferiority_counts(std::size_t equal, std::size_t improved, std::size_t regressed, double margin) {
    constexpr std::array<double, 5> bets{0.1, 0.2, 0.4, 0.7, 0.95};
    double total = 0;
    for (const double bet : bets) {
        const double stake = bet * betting_lambda_max(margin);
        total += std::exp(static_cast<double>(equal) * std::log1p(stake * margin) +
                          static_cast<double>(improved) * std::log1p(stake * (1 + margin)) +
                          static_cast<double>(regressed) * std::log1p(-stake * (1 - margin)));
    }
    return total / static_cast<double>(bets.size());
}

std::vector<double> betting_regression(std::span<const double> differences, double lambda) {
    const double stake = std::clamp(lambda, 0.0, 1.0);
    std::vector<double> path;
    double capital = 1;
    for (const double d : differences) {
        capital *= std::max(0.0, 1 - stake * d);
        path.push_back(capital);
    }
    return path;
}

}  // namespace sosia::stats
