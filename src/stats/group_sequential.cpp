#include "stats/group_sequential.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

constexpr std::size_t grid_points = 401;  // odd, for Simpson's rule
constexpr double widest = 8.0;            // |Z| beyond this is never reached

// The density of the score process (variance = information fraction) among the paths that have not crossed yet.
class Continuation {
  public:
    // Chance that the path is still inside after a look at `fraction` with |Z| < boundary.
    double inside(double fraction, double boundary) const {
        const double limit = std::min(boundary, widest) * std::sqrt(fraction);
        const double sd = std::sqrt(fraction - fraction_);
        if (points_.empty()) {
            return normal_cdf(limit / sd) - normal_cdf(-limit / sd);
        }
        double sum = 0;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            sum += weights_[i] * (normal_cdf((limit - points_[i]) / sd) - normal_cdf((-limit - points_[i]) / sd));
        }
        return sum;
    }

    void advance(double fraction, double boundary) {
        const double limit = std::min(boundary, widest) * std::sqrt(fraction);
        const double step = 2 * limit / static_cast<double>(grid_points - 1);
        std::vector<double> points(grid_points);
        std::vector<double> weights(grid_points);
        for (std::size_t i = 0; i < grid_points; ++i) {
            points[i] = -limit + step * static_cast<double>(i);
            const double simpson = i == 0 || i + 1 == grid_points ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
            weights[i] = simpson * step / 3 * density(points[i], fraction - fraction_);
        }
        points_ = std::move(points);
        weights_ = std::move(weights);
        fraction_ = fraction;
    }

  private:
    double density(double at, double variance) const {
        const auto normal = [&](double x) {
            return std::exp(-x * x / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
        };
        if (points_.empty()) {
            return normal(at);
        }
        double sum = 0;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            sum += weights_[i] * normal(at - points_[i]);
        }
        return sum;
    }

    double fraction_ = 0;
    std::vector<double> points_;   // grid of the continuation region
    std::vector<double> weights_;  // Simpson weight times density
};

std::vector<double> equal_fractions(std::size_t looks) {
    std::vector<double> out;
    for (std::size_t k = 1; k <= looks; ++k) {
        out.push_back(static_cast<double>(k) / static_cast<double>(looks));
    }
    return out;
}

// Boundaries constant * shape(k) whose total crossing probability is alpha.
template <class Shape>
std::vector<double> scaled_boundaries(std::size_t looks, double alpha, Shape shape) {
    const std::vector<double> fractions = equal_fractions(looks);
    std::vector<double> boundaries(looks);
    double low = 0.5;
    double high = widest;
    for (int i = 0; i < 45; ++i) {
        const double constant = (low + high) / 2;
        for (std::size_t k = 0; k < looks; ++k) {
            boundaries[k] = constant * shape(k + 1);
        }
        double error = 0;
        for (const double p : crossing_probabilities(fractions, boundaries)) {
            error += p;
        }
        (error > alpha ? low : high) = constant;
    }
    return boundaries;
}

}  // namespace

std::vector<double> crossing_probabilities(std::span<const double> fractions, std::span<const double> boundaries) {
    Continuation paths;
    std::vector<double> out;
    double before = 1;
    for (std::size_t k = 0; k < fractions.size(); ++k) {
        const double inside = paths.inside(fractions[k], boundaries[k]);
        out.push_back(std::max(0.0, before - inside));
        before = inside;
        if (k + 1 < fractions.size()) {
            paths.advance(fractions[k], boundaries[k]);
        }
    }
    return out;
}

std::vector<double> pocock_boundaries(std::size_t looks, double alpha) {
    return scaled_boundaries(looks, alpha, [](std::size_t) { return 1.0; });
}

std::vector<double> obrien_fleming_boundaries(std::size_t looks, double alpha) {
    const auto total = static_cast<double>(looks);
    return scaled_boundaries(looks, alpha,
                             [total](std::size_t k) { return std::sqrt(total / static_cast<double>(k)); });
}

double obrien_fleming_spending(double t, double alpha) {
    return t <= 0 ? 0.0 : 2 - 2 * normal_cdf(normal_quantile(1 - alpha / 2) / std::sqrt(std::min(t, 1.0)));
}

double pocock_spending(double t, double alpha) {
    return alpha * std::log(1 + (std::numbers::e - 1) * std::clamp(t, 0.0, 1.0));
}

std::vector<double> spending_boundaries(std::span<const double> fractions, Spending spending, double alpha) {
    Continuation paths;
    std::vector<double> out;
    for (const double fraction : fractions) {
        const double spent =
            spending == Spending::pocock ? pocock_spending(fraction, alpha) : obrien_fleming_spending(fraction, alpha);
        double low = 0;
        double high = widest;
        for (int i = 0; i < 60; ++i) {
            const double boundary = (low + high) / 2;
            (1 - paths.inside(fraction, boundary) > spent ? low : high) = boundary;
        }
        out.push_back((low + high) / 2);
        paths.advance(fraction, out.back());
    }
    return out;
}

}  // namespace sosia::stats
