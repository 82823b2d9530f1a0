// Covering arrays that algebra gives at once. Only for models without rules. Rows may contain any_value (free cells).
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.h"
#include "stats/covering_array.h"

namespace sosia::stats::detail {

// Arithmetic of the field with q elements 0 .. q-1; nullopt unless q is a prime power in 2 .. 64.
class FiniteField {
  public:
    static std::optional<FiniteField> make(int q);
    int size() const { return q_; }
    int add(int a, int b) const { return sum_[index(a, b)]; }
    int multiply(int a, int b) const { return product_[index(a, b)]; }

  private:
    std::size_t index(int a, int b) const {
        return static_cast<std::size_t>(a) * static_cast<std::size_t>(q_) + static_cast<std::size_t>(b);
    }
    int q_ = 0;
    std::vector<int> sum_;
    std::vector<int> product_;
};

// Bush 1952: the polynomials of degree < t over GF(q), evaluated everywhere and at infinity, are an orthogonal array of
// q^t rows and q+1 columns in which every t columns contain each tuple exactly once. Here for the smallest q that holds
// the model's values and columns; values beyond a parameter's levels become free. nullopt when q^t > most_rows.
std::optional<std::vector<Row>> orthogonal_array(const std::vector<int>& levels, std::size_t strength,
                                                 std::size_t most_rows);

// Kleitman and Spencer 1973 (also Katona): the smallest strength-2 arrays of two-valued parameters.
std::vector<Row> binary_pairs(std::size_t parameters);

// Meagher and Stevens 2005: all rotations of one starter vector of `length` entries over Z_{v-1} and a fixed point,
// developed by adding 0 .. v-2, and one constant row: length*(v-1)+1 rows that cover all pairs of `length` columns
// with v values. The starter is searched for; nullopt when none is found within the given number of moves.
std::optional<std::vector<Row>> cyclic_pairs(int v, std::size_t length, std::size_t moves, Random random);

}  // namespace sosia::stats::detail
