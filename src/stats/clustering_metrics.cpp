#include "stats/clustering_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace sosia::stats {
namespace {

struct Contingency {
    std::map<std::pair<int, int>, double> cells;  // (truth, found)
    std::map<int, double> truth;
    std::map<int, double> found;
    double n = 0;
};

Contingency contingency(std::span<const int> truth, std::span<const int> found) {
    Contingency t;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        t.cells[{truth[i], found[i]}] += 1;
        t.truth[truth[i]] += 1;
        t.found[found[i]] += 1;
        t.n += 1;
    }
    return t;
}

double entropy(const std::map<int, double>& counts, double n) {
    double h = 0;
    for (const auto& [label, count] : counts) {
        h -= count / n * std::log(count / n);
    }
    return h;
}

double mutual_information(const Contingency& t) {
    double information = 0;
    for (const auto& [labels, count] : t.cells) {
        information += count / t.n * std::log(count * t.n / (t.truth.at(labels.first) * t.found.at(labels.second)));
    }
    return std::max(0.0, information);
}

template <class Map>
double pairs_within(const Map& counts) {
    double pairs = 0;
    for (const auto& [label, count] : counts) {
        pairs += count * (count - 1) / 2;
    }
    return pairs;
}

double adjusted_rand(const Contingency& t) {
    const double both = pairs_within(t.cells);
    const double truth = pairs_within(t.truth);
    const double found = pairs_within(t.found);
    const double all = t.n * (t.n - 1) / 2;
    const double expected = all > 0 ? truth * found / all : 0.0;
    const double most = (truth + found) / 2;
    return most == expected ? 1.0 : (both - expected) / (most - expected);
}

double purity(const Contingency& t) {
    std::map<int, double> largest;
    for (const auto& [labels, count] : t.cells) {
        largest[labels.second] = std::max(largest[labels.second], count);
    }
    double sum = 0;
    for (const auto& [label, count] : largest) {
        sum += count;
    }
    return sum / t.n;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return std::sqrt(squares);
}

double silhouette(const std::vector<std::vector<double>>& points, std::span<const int> labels, std::size_t at) {
    std::map<int, std::pair<double, double>> to_group;  // sum of distances, number of points
    for (std::size_t j = 0; j < points.size(); ++j) {
        if (j != at) {
            auto& [sum, n] = to_group[labels[j]];
            sum += distance(points[at], points[j]);
            n += 1;
        }
    }
    const auto own = to_group.find(labels[at]);
    if (own == to_group.end() || to_group.size() < 2) {
        return 0;
    }
    const double inside = own->second.first / own->second.second;
    double nearest = -1;
    for (const auto& [label, sums] : to_group) {
        const double mean = sums.first / sums.second;
        if (label != labels[at] && (nearest < 0 || mean < nearest)) {
            nearest = mean;
        }
    }
    const double larger = std::max(inside, nearest);
    return larger > 0 ? (nearest - inside) / larger : 0.0;
}

}  // namespace

GroupingScores grouping_scores(std::span<const int> truth, std::span<const int> found) {
    GroupingScores out;
    if (truth.empty()) {
        return out;
    }
    const Contingency t = contingency(truth, found);
    const double h_truth = entropy(t.truth, t.n);
    const double h_found = entropy(t.found, t.n);
    const double information = mutual_information(t);
    out.ari = adjusted_rand(t);
    out.homogeneity = h_truth > 0 ? information / h_truth : 1.0;
    out.completeness = h_found > 0 ? information / h_found : 1.0;
    const double sum = out.homogeneity + out.completeness;
    out.v_measure = sum > 0 ? 2 * out.homogeneity * out.completeness / sum : 0.0;
    out.nmi = h_truth + h_found > 0 ? 2 * information / (h_truth + h_found) : 1.0;
    out.purity = purity(t);
    return out;
}

std::vector<double> silhouettes(const std::vector<std::vector<double>>& points, std::span<const int> labels) {
    std::vector<double> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        out.push_back(silhouette(points, labels, i));
    }
    return out;
}

std::vector<WordCounts> class_tf_idf(const std::vector<WordCounts>& classes) {
    WordCounts overall;
    std::vector<double> sizes;
    double words = 0;
    for (const WordCounts& counts : classes) {
        double size = 0;
        for (const auto& [word, count] : counts) {
            overall[word] += count;
            size += count;
        }
        sizes.push_back(size);
        words += size;
    }
    const double average = classes.empty() ? 0.0 : words / static_cast<double>(classes.size());
    std::vector<WordCounts> weights(classes.size());
    for (std::size_t c = 0; c < classes.size(); ++c) {
        for (const auto& [word, count] : classes[c]) {
            weights[c][word] = count / sizes[c] * std::log(1 + average / overall[word]);
        }
    }
    return weights;
}

}  // namespace sosia::stats
