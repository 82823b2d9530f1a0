// Density-based clustering that leaves what belongs nowhere as noise (HDBSCAN*: Campello, Moulavi, Sander 2013). For
// dense vectors such as embeddings; on tf-idf it leaves half of the texts out (methods section 5), so average linkage
// (linkage.h) is what clusters use unless told otherwise.
#pragma once
#include <cstddef>
#include <functional>
#include <vector>

namespace sosia::stats {

struct Hdbscan {
    std::vector<int> labels;             // by first appearance; -1 is noise
    std::vector<double> core_distances;  // to the min_samples-th neighbour, counting the point itself
    double spanning_weight = 0;          // of the minimum spanning tree of mutual reachability
};

// Mutual reachability max(core_i, core_j, d); minimum spanning tree (Prim, n^2 calls of `distance`); condensed tree
// with `least_size`; clusters by excess of mass, the root never one. `min_samples` counts the point itself, as
// scikit-learn does; both at least 1. Deterministic: ties go to the smaller index.
Hdbscan hdbscan(std::size_t items, const std::function<double(std::size_t, std::size_t)>& distance,
                std::size_t least_size = 5, std::size_t min_samples = 5);

}  // namespace sosia::stats
