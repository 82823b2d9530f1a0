#include "stats/linkage.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace sosia::stats {
namespace {

struct Merge {
    std::size_t a = 0;
    std::size_t b = 0;
    float distance = 0;
};

class Chains {
  public:
    explicit Chains(DistanceMatrix& distances)
        : d_(distances), size_(distances.items(), 1.0F), alive_(distances.items(), true) {}

    // All n-1 merges, in the order the chains find them (not by distance).
    std::vector<Merge> run() {
        std::vector<Merge> merges;
        const std::size_t n = d_.items();
        std::size_t first_alive = 0;
        while (merges.size() + 1 < n) {
            if (chain_.empty()) {
                while (!alive_[first_alive]) {
                    ++first_alive;
                }
                chain_.push_back(first_alive);
            }
            step(merges);
        }
        return merges;
    }

  private:
    void step(std::vector<Merge>& merges) {
        const std::size_t top = chain_.back();
        const std::size_t before = chain_.size() > 1 ? chain_[chain_.size() - 2] : top;
        // Among equals the one below in the chain wins: otherwise a chain could run in circles.
        std::size_t nearest = before;
        float least = before == top ? std::numeric_limits<float>::infinity() : d_.at(top, before);
        for (std::size_t i = 0; i < d_.items(); ++i) {
            if (alive_[i] && i != top && d_.at(top, i) < least) {
                least = d_.at(top, i);
                nearest = i;
            }
        }
        if (nearest != before || before == top) {
            chain_.push_back(nearest);
            return;
        }
        chain_.resize(chain_.size() - 2);
        merges.push_back({std::min(top, before), std::max(top, before), least});
        join(merges.back());
    }

    // The union takes the smaller index; its mean distances are weighted by size (Lance and Williams 1967).
    void join(const Merge& m) {
        alive_[m.b] = false;
        const float total = size_[m.a] + size_[m.b];
        for (std::size_t i = 0; i < d_.items(); ++i) {
            if (alive_[i] && i != m.a) {
                d_.at(m.a, i) = (size_[m.a] * d_.at(m.a, i) + size_[m.b] * d_.at(m.b, i)) / total;
            }
        }
        size_[m.a] = total;
    }

    DistanceMatrix& d_;
    std::vector<float> size_;
    std::vector<bool> alive_;
    std::vector<std::size_t> chain_;
};

std::size_t root_of(std::vector<std::size_t>& parent, std::size_t i) {
    while (parent[i] != i) {
        i = parent[i] = parent[parent[i]];
    }
    return i;
}

}  // namespace

std::vector<int> average_linkage(DistanceMatrix distances, double cut) {
    const std::size_t n = distances.items();
    std::vector<std::size_t> parent(n);
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    if (n > 1) {
        for (const Merge& m : Chains(distances).run()) {
            // Average linkage is monotone: whatever lies below a merge within the cut is within it too.
            if (static_cast<double>(m.distance) <= cut) {
                parent[root_of(parent, m.b)] = root_of(parent, m.a);
            }
        }
    }
    std::vector<int> labels;
    std::map<std::size_t, int> numbers;
    for (std::size_t i = 0; i < n; ++i) {
        labels.push_back(numbers.try_emplace(root_of(parent, i), static_cast<int>(numbers.size())).first->second);
    }
    return labels;
}

}  // namespace sosia::stats
