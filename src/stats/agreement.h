// Agreement of raters beyond chance. High raw agreement on skewed labels is worthless, so print all of these together.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sosia::stats {

// matrix[i][j] counts the items that the first rater put into category i and the second into j (square, at least 2 x
// 2).
using ConfusionMatrix = std::vector<std::vector<double>>;

struct Agreement {
    double n = 0;
    double raw = 0;                         // share on the diagonal
    std::optional<double> kappa;            // Cohen 1960: 1 - sum(w O)/sum(w E); none when chance agreement is 1
    double kappa_se = 0;                    // Fleiss, Cohen, Everitt 1969 (large sample)
    std::optional<double> kappa_linear;     // weights |i-j|: for ordered categories only
    std::optional<double> kappa_quadratic;  // weights (i-j)^2
    double gwet_ac1 = 0;                    // Gwet 2008: chance agreement sum pi(1-pi)/(K-1), pi the mean marginal
    double pabak = 0;                       // (K raw - 1)/(K - 1)
};

// All zero for an empty matrix.
Agreement agreement(const ConfusionMatrix& matrix);

// table[i][k] = number of raters who put item i into category k, the same number of raters (>= 2) for every item.
// (mean observed - chance)/(1 - chance) (Fleiss 1971); none when chance agreement is 1 or the table is empty.
std::optional<double> fleiss_kappa(const std::vector<std::vector<double>>& table);

enum class Scale { nominal, ordinal, interval, ratio };

// ratings[rater][unit], nullopt = not rated. Krippendorff's alpha = 1 - observed/expected disagreement from the
// coincidence matrix; units with fewer than two ratings are dropped. None when all remaining ratings are equal or there
// are none.
std::optional<double> krippendorff_alpha(const std::vector<std::vector<std::optional<double>>>& ratings, Scale scale);

// Chance that the majority of k (odd) independent judgements is right when each is with probability p. An upper bound:
// calls of one judge share its bias, so repeating cuts noise only.
double majority_correct(double p, std::size_t k);

}  // namespace sosia::stats
