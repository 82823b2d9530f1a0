// Can a published pass^1 .. pass^k table have come from runs at all? (sosia audit passk)
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::analysis {

struct PassRow {
    std::string name;
    std::size_t tasks = 0;
    std::vector<double> pass_hat;  // pass^1 .. pass^k, as shares; k is also the number of runs of a task
    double rounding = 0;           // half of the last printed digit
};

struct PassAudit {
    bool fits = false;
    std::vector<int> counts;       // tasks with 0, 1, ..., k passes: the whole numbers nearest to the solution that fit
    std::vector<double> solution;  // what the table solves to; a genuine one lies near whole numbers
};

// "name,tasks,pass^1,pass^2,..." with a header; shares or percentages.
Result<std::vector<PassRow>> pass_rows_from_csv(std::string_view text);

// Solves for the counts (stats::passes_histogram) and looks for whole, non-negative ones near the solution that give
// every printed value within its rounding.
PassAudit audit(const PassRow& row);

}  // namespace sosia::analysis
