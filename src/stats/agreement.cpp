#include "stats/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.h"

namespace sosia::stats {
namespace {

struct Proportions {
    std::vector<std::vector<double>> cells;
    std::vector<double> rows;
    std::vector<double> columns;
    double n = 0;
};

Proportions proportions(const ConfusionMatrix& matrix) {
    const std::size_t k = matrix.size();
    Proportions p{matrix, std::vector<double>(k, 0), std::vector<double>(k, 0), 0};
    for (const std::vector<double>& row : matrix) {
        for (const double count : row) {
            p.n += count;
        }
    }
    for (std::size_t i = 0; i < k && p.n > 0; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            p.cells[i][j] /= p.n;
            p.rows[i] += p.cells[i][j];
            p.columns[j] += p.cells[i][j];
        }
    }
    return p;
}

template <class Weight>
std::optional<double> weighted_kappa(const Proportions& p, Weight weight) {
    double observed = 0;
    double expected = 0;
    for (std::size_t i = 0; i < p.rows.size(); ++i) {
        for (std::size_t j = 0; j < p.rows.size(); ++j) {
            const double w = weight(std::abs(static_cast<double>(i) - static_cast<double>(j)));
            observed += w * p.cells[i][j];
            expected += w * p.rows[i] * p.columns[j];
        }
    }
    return expected > 0 ? std::optional(1 - observed / expected) : std::nullopt;
}

double large_sample_se(const Proportions& p, double kappa) {
    const std::size_t k = p.rows.size();
    double chance = 0;
    for (std::size_t i = 0; i < k; ++i) {
        chance += p.rows[i] * p.columns[i];
    }
    double sum = 0;
    for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            const double term =
                i == j ? 1 - (p.rows[i] + p.columns[i]) * (1 - kappa) : (1 - kappa) * (p.columns[i] + p.rows[j]);
            sum += p.cells[i][j] * term * term;
        }
    }
    const double shift = kappa - chance * (1 - kappa);
    return std::sqrt(std::max(0.0, sum - shift * shift) / p.n) / (1 - chance);
}

// Squared difference between two values; `counts` holds how often each value occurs among the paired ratings.
double squared_difference(double a, double b, Scale scale, const std::map<double, double>& counts) {
    const auto [low, high] = std::minmax(a, b);
    switch (scale) {
        case Scale::nominal:
            return a == b ? 0.0 : 1.0;
        case Scale::interval:
            return (a - b) * (a - b);
        case Scale::ratio:
            return a + b == 0 ? 0.0 : (a - b) * (a - b) / ((a + b) * (a + b));
        case Scale::ordinal:
            break;
    }
    double between = -(counts.at(a) + counts.at(b)) / 2;
    for (auto it = counts.find(low); it != counts.end() && it->first <= high; ++it) {
        between += it->second;
    }
    return a == b ? 0.0 : between * between;
}

// The ratings of each unit that has at least two.
std::vector<std::vector<double>> pairable_units(const std::vector<std::vector<std::optional<double>>>& ratings) {
    std::size_t units = 0;
    for (const auto& rater : ratings) {
        units = std::max(units, rater.size());
    }
    std::vector<std::vector<double>> out;
    for (std::size_t u = 0; u < units; ++u) {
        std::vector<double> values;
        for (const auto& rater : ratings) {
            if (u < rater.size() && rater[u]) {
                values.push_back(*rater[u]);
            }
        }
        if (values.size() >= 2) {
            out.push_back(std::move(values));
        }
    }
    return out;
}

}  // namespace

Agreement agreement(const ConfusionMatrix& matrix) {
    Agreement out;
    const Proportions p = proportions(matrix);
    out.n = p.n;
    if (p.n <= 0) {
        return out;
    }
    const auto k = static_cast<double>(matrix.size());
    double chance = 0;
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        const double share = (p.rows[i] + p.columns[i]) / 2;
        out.raw += p.cells[i][i];
        chance += share * (1 - share) / (k - 1);
    }
    out.kappa = weighted_kappa(p, [](double d) { return d == 0 ? 0.0 : 1.0; });
    out.kappa_linear = weighted_kappa(p, [](double d) { return d; });
    out.kappa_quadratic = weighted_kappa(p, [](double d) { return d * d; });
    out.kappa_se = out.kappa ? large_sample_se(p, *out.kappa) : 0.0;
    out.gwet_ac1 = (out.raw - chance) / (1 - chance);
    out.pabak = (k * out.raw - 1) / (k - 1);
    return out;
}

std::optional<double> fleiss_kappa(const std::vector<std::vector<double>>& table) {
    if (table.empty()) {
        return std::nullopt;
    }
    const auto items = static_cast<double>(table.size());
    std::vector<double> shares(table.front().size(), 0);
    double observed = 0;
    for (const std::vector<double>& item : table) {
        double raters = 0;
        double squares = 0;
        for (const double votes : item) {
            raters += votes;
            squares += votes * votes;
        }
        if (raters < 2) {
            return std::nullopt;
        }
        observed += (squares - raters) / (raters * (raters - 1)) / items;
        for (std::size_t k = 0; k < item.size(); ++k) {
            shares[k] += item[k] / raters / items;
        }
    }
    double chance = 0;
    for (const double share : shares) {
        chance += share * share;
    }
    return chance < 1 ? std::optional((observed - chance) / (1 - chance)) : std::nullopt;
}

std::optional<double> krippendorff_alpha(const std::vector<std::vector<std::optional<double>>>& ratings, Scale scale) {
    const std::vector<std::vector<double>> units = pairable_units(ratings);
    std::map<double, double> counts;
    double n = 0;
    for (const std::vector<double>& unit : units) {
        for (const double value : unit) {
            counts[value] += 1;
            n += 1;
        }
    }
    double observed = 0;
    for (const std::vector<double>& unit : units) {
        double within = 0;
        for (const double a : unit) {
            for (const double b : unit) {
                within += squared_difference(a, b, scale, counts);
            }
        }
        observed += within / static_cast<double>(unit.size() - 1);
    }
    double expected = 0;
    for (const auto& [a, count_a] : counts) {
        for (const auto& [b, count_b] : counts) {
            expected += count_a * count_b * squared_difference(a, b, scale, counts);
        }
    }
    return expected > 0 ? std::optional(1 - observed * (n - 1) / expected) : std::nullopt;
}

double majority_correct(double p, std::size_t k) {
    double sum = 0;
    for (std::size_t j = k / 2 + 1; j <= k; ++j) {
        sum += binomial_pmf(j, k, p);
    }
    return sum;
}

}  // namespace sosia::stats
