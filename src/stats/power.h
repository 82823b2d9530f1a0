// How many tasks or runs a paired comparison needs, and what it could have seen.
#pragma once
#include <cstddef>
#include <optional>

namespace sosia::stats {

// Variances of the model "score of a run = task difficulty + noise", for old (a) and new (b) version.
struct PairedDesign {
    double omega2 = 0;    // variance over tasks of the true difference: only more tasks reduce its part
    double sigma2_a = 0;  // mean variance of the runs within a task
    double sigma2_b = 0;
    double runs_a = 1;  // runs per task
    double runs_b = 1;
    double alpha = 0.05;  // two-sided
    double power = 0.8;
};

// omega2 + sigma2_a/runs_a + sigma2_b/runs_b: variance of one task's difference.
double difference_variance(const PairedDesign& design);

// n = (z_{1-alpha/2} + z_power)^2 variance / delta^2, not rounded (Miller 2024). delta > 0.
double tasks_needed_exactly(const PairedDesign& design, double delta);
std::size_t tasks_needed(const PairedDesign& design, double delta);

// The smallest true difference that `tasks` tasks detect with that power. tasks > 0.
double minimum_detectable(const PairedDesign& design, double tasks);

// The same from a measured standard deviation of the task differences.
double minimum_detectable(double sd, double tasks, double alpha = 0.05, double power = 0.8);

// Runs per task (equal on both sides) that bring the minimum detectable difference of `tasks` tasks down to delta;
// none when omega2 alone already forbids it: then only more tasks help.
std::optional<std::size_t> runs_needed(const PairedDesign& design, double tasks, double delta);

}  // namespace sosia::stats
