// Fewer rows: takes a row away and repairs the rest by simulated annealing, again and again.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "stats/detail/covering_rules.h"
#include "stats/detail/covering_tuples.h"

namespace sosia::stats::detail {

struct AnnealInput {
    const TupleTable& tuples;
    const RowRules& rules;
    const std::vector<bool>& feasible;
    const std::vector<Row>& seed_rows;  // these head the rows; their set cells must not move
    std::size_t lower_bound = 0;        // no use going below
};

// Complete, valid `rows` in; as few of them as `steps` tuple updates could achieve out, still complete and valid.
std::vector<Row> remove_rows(const AnnealInput& input, std::vector<Row> rows, std::uint64_t steps, Random random);

}  // namespace sosia::stats::detail
