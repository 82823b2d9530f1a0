// Texts as sparse tf-idf vectors, and how far apart they are. For grouping what failed, not for understanding it.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/linkage.h"

namespace sosia::analysis {

// Lower-case words and pairs of neighbouring words; numbers are one word ("#"), so that texts that differ by an amount
// or an order id are alike; words that carry no meaning (the, is, you, ...) are left out.
std::vector<std::string> terms_of(std::string_view text);

using SparseVector = std::vector<std::pair<std::uint32_t, float>>;  // term, weight; by term; of length 1

// Weight (1 + ln tf) ln((1 + n)/(1 + df)) + 1 as in smoothed tf-idf, normalised. A text without terms gives no weights.
std::vector<SparseVector> tf_idf(std::span<const std::vector<std::string>> documents);

// Dense vectors (embeddings) in the same form, normalised; one without any length gives no weights.
std::vector<SparseVector> dense_vectors(const std::vector<std::vector<float>>& vectors);

float cosine(const SparseVector& a, const SparseVector& b);

// 1 - cosine for all pairs: 4 n^2/2 bytes. Vectors with few entries go through an index of terms; embeddings, which
// have all of them, are multiplied block by block.
stats::DistanceMatrix cosine_distances(std::span<const SparseVector> vectors);

}  // namespace sosia::analysis
