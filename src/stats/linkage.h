// Hierarchical clustering by average linkage (UPGMA, Sokal and Michener 1958).
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace sosia::stats {

// Distances between n items: entry (i, j) with i < j stands at i n - i (i+1)/2 + j - i - 1.
class DistanceMatrix {
  public:
    explicit DistanceMatrix(std::size_t items) : items_(items), values_(items < 2 ? 0 : items * (items - 1) / 2) {}
    std::size_t items() const { return items_; }
    float& at(std::size_t i, std::size_t j) { return values_[index(i, j)]; }
    float at(std::size_t i, std::size_t j) const { return values_[index(i, j)]; }

  private:
    std::size_t index(std::size_t i, std::size_t j) const {
        const std::size_t low = i < j ? i : j;
        const std::size_t high = i < j ? j : i;
        return low * items_ - low * (low + 1) / 2 + high - low - 1;
    }
    std::size_t items_;
    std::vector<float> values_;
};

// Merges the two nearest groups until the mean distance between any two groups exceeds `cut`. Returns a label per item,
// numbered by first appearance. Nearest-neighbour chains (Murtagh 1983): n^2 time; the matrix is used up. Ties go to
// the smaller index, so equal input gives equal output.
std::vector<int> average_linkage(DistanceMatrix distances, double cut);

}  // namespace sosia::stats
