// Draws cells so that stated shares of traits are met.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/random.h"

namespace sosia::spec {

// One stated distribution: for each item the index of its value, and the share wanted for each value; a share below 0
// means that nothing was said about this value.
struct Margin {
    std::vector<std::uint32_t> value_of;
    std::vector<double> shares;
};

// Weights of the items that meet all margins as nearly as can be (iterative proportional fitting). Values nothing was
// said about keep their proportions within what the stated shares leave over.
std::vector<double> fit_weights(std::size_t items, const std::vector<Margin>& margins);

// `n` different indices, each drawn with a probability proportional to its weight; in every stretch of `order` as many
// as its weight deserves, give or take one. In the order of the indices. Fewer when fewer have a weight.
std::vector<std::size_t> draw_systematic(const std::vector<double>& weights, const std::vector<std::size_t>& order,
                                         std::size_t n, Random& random);

}  // namespace sosia::spec
