#include "stats/two_sample.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace sosia::stats {
namespace {

struct Marked {
    double value;
    bool first;  // from sample a
};

std::vector<Marked> pooled(std::span<const double> a, std::span<const double> b) {
    std::vector<Marked> out;
    for (const double v : a) {
        out.push_back({v, true});
    }
    for (const double v : b) {
        out.push_back({v, false});
    }
    std::sort(out.begin(), out.end(), [](const Marked& x, const Marked& y) { return x.value < y.value; });
    return out;
}

// Calls use(F - G, value, next value) at each distinct value of the pooled sample but the last.
template <class Use>
void each_gap(const std::vector<Marked>& all, double n, double m, Use use) {
    double f = 0;
    double g = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        (all[i].first ? f : g) += 1;
        if (all[i + 1].value > all[i].value) {
            use(f / n - g / m, all[i].value, all[i + 1].value);
        }
    }
}

double ks_of(const std::vector<Marked>& all, double n, double m) {
    double most = 0;
    each_gap(all, n, m, [&](double d, double, double) { most = std::max(most, std::abs(d)); });
    return most;
}

// Number of ways to choose, or anything above `limit`.
double choose_up_to(std::size_t n, std::size_t k, double limit) {
    double ways = 1;
    for (std::size_t i = 0; i < k && ways <= limit; ++i) {
        ways = ways * static_cast<double>(n - i) / static_cast<double>(i + 1);
    }
    return ways;
}

}  // namespace

double mann_whitney_u(std::span<const double> a, std::span<const double> b) {
    std::vector<double> sorted(b.begin(), b.end());
    std::sort(sorted.begin(), sorted.end());
    double u = 0;
    for (const double v : a) {
        const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), v);
        u += static_cast<double>(low - sorted.begin()) + 0.5 * static_cast<double>(high - low);
    }
    return u;
}

double auc(std::span<const double> a, std::span<const double> b) {
    const double pairs = static_cast<double>(a.size()) * static_cast<double>(b.size());
    return pairs > 0 ? mann_whitney_u(a, b) / pairs : 0.5;
}

double cliffs_delta(std::span<const double> a, std::span<const double> b) {
    return 2 * auc(a, b) - 1;
}

double ks_statistic(std::span<const double> a, std::span<const double> b) {
    return a.empty() || b.empty() ? 0.0
                                  : ks_of(pooled(a, b), static_cast<double>(a.size()), static_cast<double>(b.size()));
}

double wasserstein1(std::span<const double> a, std::span<const double> b) {
    if (a.empty() || b.empty()) {
        return 0;
    }
    double area = 0;
    each_gap(pooled(a, b), static_cast<double>(a.size()), static_cast<double>(b.size()),
             [&](double d, double from, double to) { area += std::abs(d) * (to - from); });
    return area;
}

double ks_permutation_p(std::span<const double> a, std::span<const double> b, std::size_t most_splits,
                        std::uint64_t seed) {
    if (a.empty() || b.empty()) {
        return 1;
    }
    std::vector<Marked> all = pooled(a, b);
    const auto n = static_cast<double>(a.size());
    const auto m = static_cast<double>(b.size());
    const double observed = ks_of(all, n, m) - 1e-12;  // equal splits must count as equal
    std::vector<char> in_first(all.size(), 0);
    std::fill(in_first.end() - static_cast<std::ptrdiff_t>(a.size()), in_first.end(), char{1});
    const auto at_least = [&] {
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i].first = in_first[i] != 0;
        }
        return ks_of(all, n, m) >= observed;
    };
    double hits = 0;
    double splits = 0;
    if (choose_up_to(all.size(), a.size(), static_cast<double>(most_splits)) <= static_cast<double>(most_splits)) {
        do {
            hits += at_least() ? 1 : 0;
            splits += 1;
        } while (std::next_permutation(in_first.begin(), in_first.end()));
        return hits / splits;
    }
    Random random(seed, "stats.ks_permutation");
    for (std::size_t split = 0; split < most_splits; ++split) {
        for (std::size_t i = in_first.size(); i > 1; --i) {
            std::swap(in_first[i - 1], in_first[random.below(i)]);
        }
        hits += at_least() ? 1 : 0;
    }
    return (1 + hits) / (1 + static_cast<double>(most_splits));
}

double jensen_shannon_bits(const std::map<std::string, double>& p, const std::map<std::string, double>& q) {
    const auto total = [](const std::map<std::string, double>& counts) {
        double sum = 0;
        for (const auto& [key, count] : counts) {
            sum += count;
        }
        return sum;
    };
    const double sum_p = total(p);
    const double sum_q = total(q);
    if (sum_p <= 0 || sum_q <= 0) {
        return 0;
    }
    const auto half = [](const auto& own, double sum_own, const auto& other, double sum_other) {
        double bits = 0;
        for (const auto& [key, count] : own) {
            const auto found = other.find(key);
            const double x = count / sum_own;
            const double middle = (x + (found == other.end() ? 0.0 : found->second / sum_other)) / 2;
            bits += x > 0 ? 0.5 * x * std::log2(x / middle) : 0.0;
        }
        return bits;
    };
    return half(p, sum_p, q, sum_q) + half(q, sum_q, p, sum_p);
}

double total_variation(const std::map<std::string, double>& p, const std::map<std::string, double>& q) {
    double sum_p = 0;
    double sum_q = 0;
    std::map<std::string, std::pair<double, double>> both;
    for (const auto& [key, count] : p) {
        sum_p += count;
        both[key].first = count;
    }
    for (const auto& [key, count] : q) {
        sum_q += count;
        both[key].second = count;
    }
    if (sum_p <= 0 || sum_q <= 0) {
        return 0;
    }
    double out = 0;
    for (const auto& [key, counts] : both) {
        out += std::abs(counts.first / sum_p - counts.second / sum_q) / 2;
    }
    return std::min(1.0, out);
}

}  // namespace sosia::stats
