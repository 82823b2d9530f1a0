#include "spec/matrix_sample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sosia::spec {
namespace {

// The share of each value, with what is left over spread in proportion to the present weights.
std::vector<double> targets(const Margin& margin, const std::vector<double>& sums, double total) {
    double stated = 0;
    double unstated_weight = 0;
    for (std::size_t v = 0; v < sums.size(); ++v) {
        if (margin.shares[v] < 0) {
            unstated_weight += sums[v];
        } else if (sums[v] > 0) {
            stated += margin.shares[v];
        }
    }
    const double rest = unstated_weight > 0 ? std::max(0.0, 1 - stated) : 0;
    const double whole = stated + rest;
    std::vector<double> out(sums.size(), 0);
    for (std::size_t v = 0; v < sums.size() && whole > 0; ++v) {
        const double share =
            margin.shares[v] < 0 ? (unstated_weight > 0 ? rest * sums[v] / unstated_weight : 0) : margin.shares[v];
        out[v] = sums[v] > 0 ? total * share / whole : 0;
    }
    return out;
}

// Scales the weights to one margin; returns the largest relative change.
double scale_to(const Margin& margin, std::vector<double>& weights) {
    std::vector<double> sums(margin.shares.size(), 0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sums[margin.value_of[i]] += weights[i];
    }
    const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
    const std::vector<double> wanted = targets(margin, sums, total);
    double change = 0;
    for (std::size_t v = 0; v < sums.size(); ++v) {
        const double factor = sums[v] > 0 ? wanted[v] / sums[v] : 0;
        change = sums[v] > 0 ? std::max(change, std::abs(factor - 1)) : change;
        sums[v] = factor;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] *= sums[margin.value_of[i]];
    }
    return change;
}

// c such that the sum of min(1, c w) is n: the probability of each item to be drawn.
std::vector<double> inclusion(const std::vector<double>& weights, std::size_t n) {
    std::vector<double> out(weights.size(), 0);
    std::vector<char> sure(weights.size(), 0);
    for (;;) {
        double free_weight = 0;
        std::size_t taken = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            taken += sure[i] != 0 ? 1U : 0U;
            free_weight += sure[i] != 0 ? 0 : weights[i];
        }
        bool grew = false;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double left = static_cast<double>(n - taken);
            out[i] = sure[i] != 0 ? 1 : free_weight > 0 ? left * weights[i] / free_weight : 0;
            if (sure[i] == 0 && out[i] >= 1) {
                sure[i] = 1;
                grew = true;
            }
        }
        if (!grew) {
            return out;
        }
    }
}

}  // namespace

std::vector<double> fit_weights(std::size_t items, const std::vector<Margin>& margins) {
    constexpr int most_rounds = 200;
    constexpr double good_enough = 1e-9;
    std::vector<double> weights(items, 1);
    for (int round = 0; round < most_rounds; ++round) {
        double change = 0;
        for (const Margin& margin : margins) {
            change = std::max(change, scale_to(margin, weights));
        }
        if (change < good_enough) {
            break;
        }
    }
    return weights;
}

std::vector<std::size_t> draw_systematic(const std::vector<double>& weights, const std::vector<std::size_t>& order,
                                         std::size_t n, Random& random) {
    const auto able =
        static_cast<std::size_t>(std::ranges::count_if(weights, [](double weight) { return weight > 0; }));
    n = std::min(n, able);
    const std::vector<double> chance = n == able ? std::vector<double>{} : inclusion(weights, n);
    std::vector<std::size_t> out;
    double position = random.uniform();  // the next draw falls where the running sum passes it
    double sum = 0;
    for (const std::size_t i : order) {
        if (chance.empty()) {
            if (weights[i] > 0) {
                out.push_back(i);
            }
            continue;
        }
        sum += chance[i];
        if (sum > position && out.size() < n) {
            out.push_back(i);
            position += 1;
        }
    }
    // Rounding of the running sum can leave the last draw out.
    for (auto i = order.rbegin(); out.size() < n && i != order.rend(); ++i) {
        if (weights[*i] > 0 && std::ranges::find(out, *i) == out.end()) {
            out.push_back(*i);
        }
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace sosia::spec
