// The distribution functions the other files need. Thin names over Boost.Math, whose headers stay in the source file.
#pragma once
#include <cstddef>

namespace sosia::stats {

double normal_cdf(double x);
double normal_quantile(double probability);    // 0 < probability < 1
double two_sided_z(double confidence);         // 1.96 for .95; 0 < confidence < 1
double student_cdf(double t, double degrees);  // degrees > 0
double student_quantile(double probability, double degrees);
double two_sided_t(double confidence, double degrees);
double beta_cdf(double x, double a, double b);  // regularised incomplete beta function I_x(a, b)
double beta_quantile(double probability, double a, double b);
double log_beta(double a, double b);  // ln B(a, b)
double binomial_pmf(std::size_t x, std::size_t n, double p);
double binomial_at_most(std::size_t x, std::size_t n, double p);
double chi_square_1_tail(double x);  // P(chi-square with one degree of freedom >= x)

}  // namespace sosia::stats
