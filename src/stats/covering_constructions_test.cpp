#include "stats/detail/covering_constructions.h"

#include <gtest/gtest.h>

#include <set>

namespace sosia::stats::detail {
namespace {

TEST(FiniteField, obeys_the_field_laws_for_every_prime_power) {
    for (const int q : {2, 3, 4, 5, 7, 8, 9, 11, 16, 25, 27, 32}) {
        const auto field = FiniteField::make(q);
        ASSERT_TRUE(field.has_value()) << q;
        for (int a = 1; a < q; ++a) {
            std::set<int> multiples;
            std::set<int> sums;
            for (int b = 0; b < q; ++b) {
                multiples.insert(field->multiply(a, b));
                sums.insert(field->add(a, b));
                EXPECT_EQ(field->multiply(a, field->add(b, 1)),
                          field->add(field->multiply(a, b), field->multiply(a, 1)));
            }
            EXPECT_EQ(multiples.size(), static_cast<std::size_t>(q));
            EXPECT_EQ(sums.size(), static_cast<std::size_t>(q));
        }
    }
    for (const int q : {1, 6, 10, 12, 15, 100}) {
        EXPECT_FALSE(FiniteField::make(q).has_value()) << q;
    }
}

std::size_t pairs(const std::vector<Row>& rows, std::size_t a, std::size_t b) {
    std::set<std::pair<int, int>> seen;
    for (const Row& row : rows) {
        seen.insert({row[a], row[b]});
    }
    return seen.size();
}

TEST(OrthogonalArray, every_two_columns_hold_each_pair_once) {
    const auto rows = orthogonal_array(std::vector<int>(9, 8), 2, 100);
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->size(), 64U);
    for (std::size_t a = 0; a < 9; ++a) {
        for (std::size_t b = a + 1; b < 9; ++b) {
            EXPECT_EQ(pairs(*rows, a, b), 64U);
        }
    }
    EXPECT_FALSE(orthogonal_array(std::vector<int>(9, 8), 2, 63).has_value());
}

TEST(BinaryPairs, reaches_the_proven_minimum) {
    for (const auto& [columns, expected] : {std::pair<std::size_t, std::size_t>{3, 4},
                                            {4, 5},
                                            {10, 6},
                                            {15, 7},
                                            {35, 8},
                                            {56, 9},
                                            {126, 10},
                                            {127, 11}}) {
        const std::vector<Row> rows = binary_pairs(columns);
        EXPECT_EQ(rows.size(), expected);
        for (std::size_t a = 0; a < columns; ++a) {
            for (std::size_t b = a + 1; b < columns; ++b) {
                ASSERT_EQ(pairs(rows, a, b), 4U);
            }
        }
    }
}

TEST(CyclicPairs, one_starter_covers_twenty_columns_of_ten_values_in_181_rows) {
    const auto rows = cyclic_pairs(10, 20, 60'000, Random(0, "covering.cyclic"));
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->size(), 181U);
    for (std::size_t a = 0; a < 20; ++a) {
        for (std::size_t b = a + 1; b < 20; ++b) {
            EXPECT_EQ(pairs(*rows, a, b), 100U);
        }
    }
}

}  // namespace
}  // namespace sosia::stats::detail
