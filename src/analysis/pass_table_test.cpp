#include "analysis/pass_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/pass_k.h"
#include "stats/stat_vectors.h"

namespace sosia::analysis {
namespace {

using namespace stats::vectors;

// The table a histogram gives, printed with three digits.
PassRow printed(const std::vector<double>& counts, std::size_t tasks) {
    const std::size_t n = counts.size() - 1;
    PassRow row{.tasks = tasks, .rounding = 0.0005};
    for (std::size_t k = 1; k <= n; ++k) {
        double sum = 0;
        for (std::size_t c = k; c <= n; ++c) {
            sum += counts[c] * stats::pass_hat_k(n, c, k);
        }
        row.pass_hat.push_back(std::round(1000 * sum / static_cast<double>(tasks)) / 1000);
    }
    return row;
}

TEST(PassTable, genuine_published_rows_fit) {
    for (const auto& c : cases("tau2_leaderboard_inversion")) {
        const std::vector<double> counts = numbers(c.at("hist_c0_to_c4"));
        const PassAudit result = audit(printed(counts, count(c, "n")));
        ASSERT_TRUE(result.fits) << c.at("model").as_string().c_str();
        EXPECT_EQ(std::vector<double>(result.counts.begin(), result.counts.end()), counts);
    }
}

TEST(PassTable, published_rows_that_cannot_come_from_runs_do_not) {
    for (const auto& c : group("tau2_leaderboard_inversion").at("inconsistent").as_array()) {
        EXPECT_FALSE(audit({.tasks = count(c, "n"), .pass_hat = numbers(c.at("pass_hat")), .rounding = 0.0005}).fits)
            << c.at("model").as_string().c_str();
    }
}

TEST(PassTable, is_read_from_csv_with_shares_or_percentages) {
    const auto rows = pass_rows_from_csv("name,tasks,pass^1,pass^2\na,10,0.50,0.40\n\nb, 50, 42.0, 27.3\n");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_DOUBLE_EQ(rows->at(0).rounding, 0.005);
    EXPECT_NEAR(rows->at(1).pass_hat[0], 0.42, 1e-12);
    EXPECT_NEAR(rows->at(1).rounding, 0.0005, 1e-12);
    EXPECT_FALSE(pass_rows_from_csv("h\nonly,two\n"));
    EXPECT_FALSE(pass_rows_from_csv("h\na,0,0.5\n"));
    EXPECT_FALSE(pass_rows_from_csv("h\na,10,x\n"));
    EXPECT_FALSE(pass_rows_from_csv("h\na,10,-1\n"));
}

}  // namespace
}  // namespace sosia::analysis
