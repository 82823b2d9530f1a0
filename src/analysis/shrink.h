// The smallest part that still fails (delta debugging, Zeller and Hildebrandt 2002).
#pragma once
#include <cstddef>
#include <functional>
#include <vector>

namespace sosia::analysis {

// `fails` is asked about subsets of 0 .. n-1 in rising order and says whether the failure is still there; it is assumed
// to be there for the whole set. Returns a subset that still fails and from which no single element can be left out (as
// far as asking was allowed: `most_asked` bounds the number of questions).
std::vector<std::size_t> smallest_failing(std::size_t n,
                                          const std::function<bool(const std::vector<std::size_t>&)>& fails,
                                          std::size_t most_asked = 1000);

}  // namespace sosia::analysis
