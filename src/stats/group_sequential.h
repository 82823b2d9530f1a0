// A few planned looks at a growing comparison (group sequential design), two-sided.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace sosia::stats {

// Chance that |Z| reaches its boundary first at each look when nothing has changed. `fractions` are the shares of the
// final information at the looks (rising, last usually 1), `boundaries` the critical |Z| there. By recursive numerical
// integration (Armitage, McPherson, Rowe 1969).
std::vector<double> crossing_probabilities(std::span<const double> fractions, std::span<const double> boundaries);

// Critical |Z| at K equally spaced looks with overall error alpha.
std::vector<double> pocock_boundaries(std::size_t looks, double alpha = 0.05);          // the same at each look
std::vector<double> obrien_fleming_boundaries(std::size_t looks, double alpha = 0.05);  // C sqrt(K/k): strict at first

// Error spent up to information fraction t (Lan and DeMets 1983).
double obrien_fleming_spending(double t, double alpha = 0.05);  // 2 - 2 Phi(z_{1-alpha/2}/sqrt(t))
double pocock_spending(double t, double alpha = 0.05);          // alpha ln(1 + (e-1) t)

enum class Spending { obrien_fleming, pocock };

// Critical |Z| at looks that need not be equally spaced nor planned: each uses what the spending function allows by
// then.
std::vector<double> spending_boundaries(std::span<const double> fractions, Spending spending, double alpha = 0.05);

}  // namespace sosia::stats
