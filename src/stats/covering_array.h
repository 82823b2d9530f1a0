// Covering arrays: a few rows of parameter values in which every combination of any t parameters occurs (t = strength).
// Parameters and values are numbers: parameter p takes the values 0 .. levels[p]-1, a row holds one value per
// parameter.
//
// Method: algebraic start where one fits (orthogonal arrays over finite fields, Bush 1952; binary arrays of Kleitman
// and Spencer 1973; cyclic starters with a group acting on the values, Meagher and Stevens 2005), else greedy rows,
// each the best of several candidates (Cohen, Dalal, Fredman, Patton 1997); then rows are taken away one by one and the
// rest is repaired by simulated annealing (Cohen, Colbourn, Ling 2003). Everything is a function of model, effort and
// seed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"

namespace sosia::stats {

using Row = std::vector<int>;  // one value per parameter
constexpr int any_value = -1;  // in seed rows and partial rows: this parameter is free

// "`parameter` takes one of `values`."
struct Condition {
    std::size_t parameter = 0;
    std::vector<int> values;
};

// IF all of `when` THEN all of `then`. An empty `when` always holds; an empty `then` demands nothing.
struct Implication {
    std::vector<Condition> when;
    std::vector<Condition> then;
};

// These parameters are covered at a strength of their own (usually higher than the model's).
struct SubModel {
    std::vector<std::size_t> parameters;
    std::size_t strength = 2;
};

struct CoveringModel {
    std::vector<int> levels;   // number of values per parameter, each >= 1
    std::size_t strength = 2;  // more than the number of parameters means the full product
    std::vector<Implication> rules;
    std::vector<std::vector<Condition>> forbidden;  // no row may meet all conditions of any entry
    std::vector<SubModel> sub_models;
    std::vector<Row> seed_rows;                // come first in the result, in this order; may contain any_value
    std::vector<std::vector<double>> weights;  // empty, or [parameter][value]: preference where coverage does not care
};
// "A or B" in a rule: IF a THEN (b or c) is forbidden {a, not b, not c}; IF (a or b) THEN c is two rules.
// Values of which a row may hold at most one ("negative" values): forbid {p in bad, q in bad} for each pair p, q.

// How hard to try. Counted in elementary steps, never in time, so that results do not depend on the machine.
struct CoveringEffort {
    std::uint64_t seed = 0;
    std::uint64_t steps = 20'000'000;  // cover-count updates; a fifth of a second of a release build
    std::size_t candidates = 30;       // greedy candidates per row
};

struct CoveringArray {
    std::vector<Row> rows;
    std::uint64_t feasible_tuples = 0;  // combinations that some valid row contains
    std::uint64_t covered_tuples = 0;   // always equal to feasible_tuples
};

// Fails with `usage` for a malformed or unsatisfiable model or seed row, with `limit` when there are too many tuples
// to hold (20 million) or rows (one million).
Result<CoveringArray> cover(const CoveringModel& model, const CoveringEffort& effort = {});

// Can this partial row (any_value = free) be completed to a valid one? False for values out of range.
bool is_feasible(const CoveringModel& model, const Row& partial);

// A valid row that contains `partial`, if there is one.
std::optional<Row> complete(const CoveringModel& model, const Row& partial);

struct CoveringCheck {
    std::uint64_t feasible_tuples = 0;
    std::uint64_t uncovered_tuples = 0;
    std::vector<std::size_t> invalid_rows;  // indices of rows of wrong shape or against a rule
};

// What `rows` leave uncovered. Invalid rows cover nothing. Fails as `cover` does.
Result<CoveringCheck> verify(const CoveringModel& model, const std::vector<Row>& rows);

// Every valid row in lexicographic order; fails with `limit` when there are more than `limit` of them.
Result<std::vector<Row>> all_valid_rows(const CoveringModel& model, std::size_t limit);

// Product of the level counts, 2^64-1 when it is larger.
std::uint64_t full_product(const std::vector<int>& levels);

// Combinations of any `strength` parameters, constraints ignored; saturating.
std::uint64_t count_tuples(const std::vector<int>& levels, std::size_t strength);

// Product of the `strength` largest level counts: no unconstrained array is smaller. Saturating.
std::uint64_t lower_bound(const std::vector<int>& levels, std::size_t strength);

}  // namespace sosia::stats
