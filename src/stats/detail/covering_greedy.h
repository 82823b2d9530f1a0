// Rows built one at a time, each the best of several candidates (the AETG idea).
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.h"
#include "stats/detail/covering_rules.h"
#include "stats/detail/covering_tuples.h"

namespace sosia::stats::detail {

class GreedyRows {
  public:
    GreedyRows(const TupleTable& tuples, const RowRules& rules, const CoveringModel& model, Random random)
        : tuples_(tuples), rules_(rules), weights_(model.weights), random_(random) {}

    // A valid row containing `given` that covers many open tuples. nullopt only when `given` cannot be completed.
    std::optional<Row> best_row(const Coverage& coverage, const Row& given, std::size_t candidates);

    // Adds rows until nothing is open; at most `most_rows` in all.
    void finish(Coverage& coverage, std::vector<Row>& rows, std::size_t candidates, std::size_t most_rows);

    // Tuples of `row` that are open.
    std::size_t gain(const Coverage& coverage, const Row& row) const;

  private:
    using Preferences = std::vector<std::pair<std::size_t, int>>;  // (open tuples covered, value), best first

    // Starts from the cell, or from a random open tuple (nullptr).
    std::optional<Row> candidate(const Coverage& coverage, const Row& given, const Cell* wanted);
    Row start_from(const Coverage& coverage, const Row& given, const Cell* wanted);
    Cell most_wanted(const Coverage& coverage);
    Preferences preferences(const Coverage& coverage, const Row& row, std::size_t parameter, const Domains& domains);
    double weight(std::size_t parameter, int value);
    bool fill(const Coverage& coverage, Row& row, Domains& domains);

    const TupleTable& tuples_;
    const RowRules& rules_;
    const std::vector<std::vector<double>>& weights_;
    Random random_;
};

}  // namespace sosia::stats::detail
