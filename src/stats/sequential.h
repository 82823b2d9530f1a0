// Tests that may be looked at after every conversation. The e-processes below keep their error however often one looks.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace sosia::stats {

// --- Wald's sequential probability ratio test of a pass rate: p0 against p1 ---
// llr += x ln(p1/p0) + (1-x) ln((1-p1)/(1-p0)); stops at ln((1-beta)/alpha) for H1, at ln(beta/(1-alpha)) for H0.

enum class SprtDecision { go_on, accept_h0, accept_h1 };

class Sprt {
  public:
    Sprt(double p0, double p1, double alpha, double beta);  // 0 < p0, p1, alpha, beta < 1, p0 != p1
    SprtDecision add(bool passed);                          // once decided, the decision stays and nothing is added
    SprtDecision decision() const { return decision_; }
    double log_likelihood_ratio() const { return llr_; }
    double upper() const { return upper_; }
    double lower() const { return lower_; }
    // Expected number of runs when the true rate is p0 or p1 (overshoot ignored).
    double expected_runs_at_p0() const;
    double expected_runs_at_p1() const;

  private:
    double step_pass_;
    double step_fail_;
    double upper_;
    double lower_;
    double p0_;
    double p1_;
    double alpha_;
    double beta_;
    double llr_ = 0;
    SprtDecision decision_ = SprtDecision::go_on;
};

// --- Mixture SPRT for a mean of (nearly) normal values, variance sigma2 known (Robbins 1970; Johari et al. 2022) ---
// tau2 is the variance of the mixing distribution: about the square of the effect one hopes to see.

// ln Lambda_n = 1/2 ln(sigma2/(sigma2+n tau2)) + n^2 tau2 (mean-theta0)^2 / (2 sigma2 (sigma2+n tau2))
double msprt_log_lambda(double n, double mean, double theta0, double sigma2, double tau2);

// min(1, 1/Lambda_n); the always-valid p-value at look n is the minimum of this over all looks so far.
double msprt_p(double n, double mean, double theta0, double sigma2, double tau2);

// Confidence sequence: holds the true mean at all n at once with probability 1 - alpha.
Interval msprt_interval(double n, double mean, double sigma2, double tau2, double alpha = 0.05);

// --- e-values for discordant pairs (sequential McNemar); reject when e >= 1/alpha, at any time (Ville) ---
// For clustered runs count one signed majority per task.

// H0: an improvement is as likely as a regression. Uniform mixture: 2^n B(s+1, f+1).
double mcnemar_e_two_sided(std::size_t improved, std::size_t regressed);

// H0: improvements are at least as likely. Uniform on (0, 1/2): 2^(n+1) B(s+1, f+1) I_{1/2}(s+1, f+1). Large =
// regression.
double mcnemar_e_regression(std::size_t improved, std::size_t regressed);

// --- betting on paired differences in [-1, 1] (Waudby-Smith and Ramdas 2024); the capital is an e-process ---

// H0: mean difference <= -margin. Capital = prod(1 + lambda (d_i + margin)), 0 <= lambda <= 1/(1-margin) (clipped to
// that). Non-inferior when the capital reaches 1/alpha. Returns the capital after each difference.
std::vector<double> betting_noninferiority(std::span<const double> differences, double margin, double lambda);
double betting_lambda_max(double margin);

// The same capital for differences that are -1, 0 or 1, averaged over bets of .1, .2, .4, .7 and .95 of the largest
// one: nothing has to be guessed in advance, and only the counts matter. An average of e-processes is one.
double betting_noninferiority_counts(std::size_t equal, std::size_t improved, std::size_t regressed, double margin);

// H0: mean difference >= 0. Capital = prod(1 - lambda d_i), 0 <= lambda <= 1. Regression when it reaches 1/alpha.
std::vector<double> betting_regression(std::span<const double> differences, double lambda);

}  // namespace sosia::stats
