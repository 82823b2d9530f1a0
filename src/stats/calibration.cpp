#include "stats/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/two_sample.h"

namespace sosia::stats {

double brier_score(std::span<const double> p, std::span<const double> y) {
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        sum += (p[i] - y[i]) * (p[i] - y[i]);
    }
    return p.empty() ? 0.0 : sum / static_cast<double>(p.size());
}

double expected_calibration_error(std::span<const double> p, std::span<const double> y, std::size_t bins) {
    std::vector<double> gaps(bins, 0);
    for (std::size_t i = 0; i < p.size() && bins > 0; ++i) {
        // The tiny slack keeps 0.6 in (0.4, 0.6] in spite of rounding.
        const double upper = std::ceil(p[i] * static_cast<double>(bins) - 1e-9);
        const auto bin = static_cast<std::size_t>(std::clamp(upper, 1.0, static_cast<double>(bins))) - 1;
        gaps[bin] += p[i] - y[i];
    }
    double sum = 0;
    for (const double gap : gaps) {
        sum += std::abs(gap);
    }
    return p.empty() ? 0.0 : sum / static_cast<double>(p.size());
}

double discrimination_auc(std::span<const double> p, std::span<const double> y) {
    std::vector<double> passed;
    std::vector<double> failed;
    for (std::size_t i = 0; i < p.size(); ++i) {
        (y[i] > 0.5 ? passed : failed).push_back(p[i]);
    }
    return auc(passed, failed);
}

std::vector<double> isotonic_by_p(std::span<const double> p, std::span<const double> y) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
    struct Block {
        double sum;
        std::size_t n;
        double mean() const { return sum / static_cast<double>(n); }
    };
    std::vector<Block> blocks;
    for (const std::size_t i : order) {
        blocks.push_back({y[i], 1});
        while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
            const Block last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().n += last.n;
        }
    }
    std::vector<double> fitted;
    for (const Block& block : blocks) {
        fitted.insert(fitted.end(), block.n, block.mean());
    }
    return fitted;
}

}  // namespace sosia::stats
