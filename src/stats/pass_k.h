// Reliability over repeated runs of the same tasks: pass^k (all of k runs pass) and pass@k (at least one does).
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace sosia::stats {

// C(c,k)/C(n,k): the share of k-subsets of the n runs in which every run passed; c of n passed. Unbiased for p^k, which
// (c/n)^k is not (Yao et al. 2024, tau-bench). Needs c <= n and 1 <= k <= n.
double pass_hat_k(std::size_t n, std::size_t c, std::size_t k);

// 1 - C(n-c,k)/C(n,k): the share of k-subsets with at least one pass (Chen et al. 2021).
double pass_at_k(std::size_t n, std::size_t c, std::size_t k);

struct TaskRuns {
    std::size_t runs = 0;
    std::size_t passed = 0;
};

struct PassK {
    double value = 0;       // mean over tasks
    double se = 0;          // sd over tasks / sqrt(tasks)
    std::size_t tasks = 0;  // tasks with at least k runs; the others cannot tell and are left out
    Interval interval{0, 1};
};

// Averages over tasks. The interval treats value(1-value)/se^2 as the number of independent trials in Wilson's formula
// with t_{tasks-1}; where the tasks show no spread each counts as one trial, so it never shrinks to a point.
PassK mean_pass_hat_k(std::span<const TaskRuns> tasks, std::size_t k, double confidence = 0.95);
PassK mean_pass_at_k(std::span<const TaskRuns> tasks, std::size_t k, double confidence = 0.95);

// The number of tasks with 0, 1, ..., n passes out of n runs that gives these averages pass^1 .. pass^n over `tasks`
// tasks. A genuine table solves to non-negative whole numbers (up to its rounding); the caller judges that.
std::vector<double> passes_histogram(std::span<const double> pass_hat, std::size_t tasks);

}  // namespace sosia::stats
