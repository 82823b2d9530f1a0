#include "stats/distributions.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace sosia::stats {

double normal_cdf(double x) {
    return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

double normal_quantile(double probability) {
    return boost::math::quantile(boost::math::normal(), probability);
}

double two_sided_z(double confidence) {
    return normal_quantile(0.5 + confidence / 2);
}

double student_cdf(double t, double degrees) {
    return boost::math::cdf(boost::math::students_t(degrees), t);
}

double student_quantile(double probability, double degrees) {
    return boost::math::quantile(boost::math::students_t(degrees), probability);
}

double two_sided_t(double confidence, double degrees) {
    return student_quantile(0.5 + confidence / 2, degrees);
}

double beta_cdf(double x, double a, double b) {
    return boost::math::ibeta(a, b, x);
}

double beta_quantile(double probability, double a, double b) {
    return boost::math::ibeta_inv(a, b, probability);
}

double log_beta(double a, double b) {
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

double binomial_pmf(std::size_t x, std::size_t n, double p) {
    return boost::math::pdf(boost::math::binomial(static_cast<double>(n), p), static_cast<double>(x));
}

double binomial_at_most(std::size_t x, std::size_t n, double p) {
    return x >= n ? 1.0 : boost::math::cdf(boost::math::binomial(static_cast<double>(n), p), static_cast<double>(x));
}

double chi_square_1_tail(double x) {
    return std::erfc(std::sqrt(x / 2));
}

}  // namespace sosia::stats
