#include "stats/covering_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "base/random.h"

namespace sosia::stats {
namespace {

CoveringModel uniform(std::initializer_list<std::pair<int, int>> groups, std::size_t strength = 2) {
    CoveringModel model;
    model.strength = strength;
    for (const auto& [level, count] : groups) {
        model.levels.insert(model.levels.end(), static_cast<std::size_t>(count), level);
    }
    return model;
}

// The volume dialogue of PICT's sample models: 1,920 combinations, 880 of them valid.
CoveringModel create_volume(std::size_t strength) {
    CoveringModel model = uniform({{5, 1}, {4, 1}, {2, 1}, {3, 1}, {8, 1}, {2, 1}}, strength);
    model.rules = {{{{3, {0}}}, {{1, {0, 1}}}},
                   {{{3, {1}}}, {{1, {0, 1, 2}}}},
                   {{{3, {0, 1}}}, {{5, {1}}}},
                   {{{3, {2}}, {4, {4, 5, 6, 7}}}, {{5, {1}}}}};
    return model;
}

// --- an independent verifier: plain enumeration, no code shared with the generator ---

bool holds(const Condition& condition, const Row& row) {
    return std::find(condition.values.begin(), condition.values.end(), row[condition.parameter]) !=
           condition.values.end();
}

bool hold(const std::vector<Condition>& conditions, const Row& row) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) { return holds(c, row); });
}

bool is_valid(const CoveringModel& model, const Row& row) {
    return std::all_of(model.rules.begin(), model.rules.end(),
                       [&](const Implication& rule) { return !hold(rule.when, row) || hold(rule.then, row); }) &&
           std::none_of(model.forbidden.begin(), model.forbidden.end(), [&](const auto& f) { return hold(f, row); });
}

using Tuple = std::vector<std::pair<std::size_t, int>>;

void collect(const Row& row, std::size_t strength, std::size_t from, Tuple& tuple, std::set<Tuple>& out) {
    if (tuple.size() == strength) {
        out.insert(tuple);
        return;
    }
    for (std::size_t p = from; p < row.size(); ++p) {
        tuple.emplace_back(p, row[p]);
        collect(row, strength, p + 1, tuple, out);
        tuple.pop_back();
    }
}

std::set<Tuple> tuples_of(const std::vector<Row>& rows, std::size_t strength) {
    std::set<Tuple> out;
    Tuple tuple;
    for (const Row& row : rows) {
        collect(row, strength, 0, tuple, out);
    }
    return out;
}

std::vector<Row> brute_force_valid(const CoveringModel& model) {
    std::vector<Row> rows;
    Row row(model.levels.size(), 0);
    for (;;) {
        if (is_valid(model, row)) {
            rows.push_back(row);
        }
        std::size_t p = row.size();
        while (p > 0 && ++row[p - 1] == model.levels[p - 1]) {
            row[--p] = 0;
        }
        if (p == 0) {
            return rows;
        }
    }
}

void expect_covers_all_pairs(const CoveringModel& model, const std::vector<Row>& rows) {
    EXPECT_EQ(tuples_of(rows, model.strength).size(), count_tuples(model.levels, model.strength));
}

struct Size {
    const char* name;
    CoveringModel model;
    std::size_t most_rows;
};

class Published : public testing::TestWithParam<Size> {};

TEST_P(Published, is_reached_with_every_tuple_covered) {
    const Size& size = GetParam();
    const Result<CoveringArray> array = cover(size.model);
    ASSERT_TRUE(array.has_value());
    EXPECT_LE(array->rows.size(), size.most_rows);
    EXPECT_GE(array->rows.size(), lower_bound(size.model.levels, size.model.strength));
    EXPECT_EQ(array->covered_tuples, array->feasible_tuples);
    EXPECT_EQ(array->feasible_tuples, count_tuples(size.model.levels, size.model.strength));
    expect_covers_all_pairs(size.model, array->rows);
}

INSTANTIATE_TEST_SUITE_P(
    sizes, Published,
    testing::Values(Size{"5x5x3x4", uniform({{5, 2}, {3, 1}, {4, 1}}), 25}, Size{"3^4", uniform({{3, 4}}), 9},
                    Size{"3^13", uniform({{3, 13}}), 16},
                    Size{"4^15 3^17 2^29", uniform({{4, 15}, {3, 17}, {2, 29}}), 32},
                    Size{"4^1 3^39 2^35", uniform({{4, 1}, {3, 39}, {2, 35}}), 24},
                    Size{"2^100", uniform({{2, 100}}), 10}, Size{"10^20", uniform({{10, 20}}), 190},
                    Size{"10^10", uniform({{10, 10}}), 120}, Size{"4^10", uniform({{4, 10}}), 28},
                    Size{"5^6", uniform({{5, 6}}), 25}, Size{"3^4 3-way", uniform({{3, 4}}, 3), 27},
                    Size{"2^5 3-way", uniform({{2, 5}}, 3), 10},
                    Size{"TCAS", uniform({{2, 7}, {3, 2}, {4, 1}, {10, 2}}), 100}),
    [](const auto& info) {
        std::string name = info.param.name;
        std::replace_if(name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
        return name;
    });

TEST(CoveringArray, the_constrained_volume_model_has_218_feasible_pairs_and_fits_44_rows) {
    const CoveringModel model = create_volume(2);
    const Result<CoveringArray> array = cover(model);
    ASSERT_TRUE(array.has_value());
    EXPECT_EQ(array->feasible_tuples, 218U);
    EXPECT_EQ(array->covered_tuples, 218U);
    EXPECT_LE(array->rows.size(), 44U);
    EXPECT_TRUE(std::all_of(array->rows.begin(), array->rows.end(), [&](const Row& r) { return is_valid(model, r); }));
    EXPECT_EQ(tuples_of(array->rows, 2), tuples_of(brute_force_valid(model), 2));
}

TEST(CoveringArray, the_constrained_volume_model_has_954_feasible_triples) {
    const CoveringModel model = create_volume(3);
    const Result<CoveringArray> array = cover(model);
    ASSERT_TRUE(array.has_value());
    EXPECT_EQ(array->feasible_tuples, 954U);
    EXPECT_LE(array->rows.size(), 178U);
    EXPECT_EQ(tuples_of(array->rows, 3), tuples_of(brute_force_valid(model), 3));
}

TEST(CoveringArray, lists_exactly_the_valid_rows) {
    const CoveringModel model = create_volume(2);
    const Result<std::vector<Row>> rows = all_valid_rows(model, 1000);
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->size(), 880U);
    EXPECT_EQ(*rows, brute_force_valid(model));
    EXPECT_EQ(all_valid_rows(model, 879).error().kind, ErrorKind::limit);
}

// Random models with random rules of all kinds, each compared with enumeration.
CoveringModel random_model(Random& random) {
    CoveringModel model;
    const std::size_t n = 3 + random.below(3);
    for (std::size_t p = 0; p < n; ++p) {
        model.levels.push_back(1 + static_cast<int>(random.below(4)));
    }
    const auto condition = [&] {
        Condition c;
        c.parameter = random.below(n);
        for (int value = 0; value < model.levels[c.parameter]; ++value) {
            if (random.chance(0.5)) {
                c.values.push_back(value);
            }
        }
        return c;
    };
    const std::size_t rules = random.below(5);
    for (std::size_t i = 0; i < rules; ++i) {
        if (random.chance(0.5)) {
            model.rules.push_back({{condition(), condition()}, {condition()}});
        } else {
            model.forbidden.push_back({condition(), condition(), condition()});
        }
    }
    model.strength = 1 + random.below(3);
    return model;
}

TEST(CoveringArray, random_constrained_models_agree_with_enumeration) {
    Random random(11, "models");
    int unsatisfiable = 0;
    for (int i = 0; i < 300; ++i) {
        const CoveringModel model = random_model(random);
        const std::vector<Row> valid = brute_force_valid(model);
        const Result<CoveringArray> array = cover(model, {.seed = 5, .steps = 50'000, .candidates = 5});
        ASSERT_EQ(array.has_value(), !valid.empty());
        if (!array) {
            ++unsatisfiable;
            EXPECT_EQ(array.error().kind, ErrorKind::usage);
            continue;
        }
        const std::size_t strength = std::min(model.strength, model.levels.size());
        EXPECT_EQ(tuples_of(array->rows, strength), tuples_of(valid, strength)) << "model " << i;
        EXPECT_EQ(array->feasible_tuples, tuples_of(valid, strength).size());
        EXPECT_LE(array->rows.size(), valid.size());
    }
    EXPECT_LT(unsatisfiable, 150);
}

TEST(CoveringArray, verification_finds_missing_tuples_and_invalid_rows) {
    const CoveringModel model = create_volume(2);
    std::vector<Row> rows = cover(model)->rows;
    EXPECT_EQ(verify(model, rows)->uncovered_tuples, 0U);
    rows.pop_back();
    EXPECT_GT(verify(model, rows)->uncovered_tuples, 0U);
    rows.push_back({0, 3, 0, 0, 0, 0});  // FAT on the largest volume
    rows.push_back({0, 0, 0});
    EXPECT_EQ(verify(model, rows)->invalid_rows, (std::vector<std::size_t>{rows.size() - 2, rows.size() - 1}));
}

TEST(CoveringArray, the_same_seed_gives_the_same_rows) {
    const CoveringModel model = create_volume(2);
    EXPECT_EQ(cover(model, {.seed = 3})->rows, cover(model, {.seed = 3})->rows);
    EXPECT_NE(cover(model, {.seed = 3})->rows, cover(model, {.seed = 4})->rows);
}

TEST(CoveringArray, seed_rows_come_first_and_keep_what_they_set) {
    CoveringModel model = create_volume(2);
    model.seed_rows = {{1, 1, 1, 1, 1, 1}, {any_value, any_value, any_value, 2, any_value, 0}};
    const Result<CoveringArray> array = cover(model);
    ASSERT_TRUE(array.has_value());
    EXPECT_EQ(array->rows[0], model.seed_rows[0]);
    EXPECT_EQ(array->rows[1][3], 2);
    EXPECT_EQ(array->rows[1][5], 0);
    EXPECT_EQ(verify(model, array->rows)->uncovered_tuples, 0U);
    EXPECT_TRUE(verify(model, array->rows)->invalid_rows.empty());
}

TEST(CoveringArray, a_seed_row_against_the_rules_is_an_error) {
    CoveringModel model = create_volume(2);
    model.seed_rows = {{0, 3, 0, 0, 0, 1}};
    EXPECT_EQ(cover(model).error().kind, ErrorKind::usage);
}

TEST(CoveringArray, a_sub_model_is_covered_at_its_own_strength) {
    CoveringModel model = uniform({{3, 6}});
    model.sub_models = {{{0, 2, 4}, 3}};
    const Result<CoveringArray> array = cover(model);
    ASSERT_TRUE(array.has_value());
    std::set<std::tuple<int, int, int>> triples;
    for (const Row& row : array->rows) {
        triples.insert({row[0], row[2], row[4]});
    }
    EXPECT_EQ(triples.size(), 27U);
    EXPECT_EQ(tuples_of(array->rows, 2).size(), count_tuples(model.levels, 2));
    EXPECT_LE(array->rows.size(), 30U);
}

TEST(CoveringArray, weights_steer_values_that_coverage_leaves_open) {
    CoveringModel model = uniform({{12, 2}, {2, 1}});
    model.weights = {{}, {}, {1.0, 1000.0}};
    const Result<CoveringArray> array = cover(model);
    ASSERT_TRUE(array.has_value());
    EXPECT_EQ(array->rows.size(), 144U);
    const auto heavy = std::count_if(array->rows.begin(), array->rows.end(), [](const Row& r) { return r[2] == 1; });
    EXPECT_GT(heavy, 100);
}

TEST(CoveringArray, the_strength_may_exceed_the_parameters_and_then_means_the_full_product) {
    CoveringModel model = uniform({{3, 1}, {2, 1}}, 5);
    model.seed_rows = {{2, 1}};
    const Result<CoveringArray> array = cover(model);
    ASSERT_TRUE(array.has_value());
    EXPECT_EQ(array->rows.size(), 6U);
    EXPECT_EQ(array->rows.front(), (Row{2, 1}));
}

TEST(CoveringArray, many_values_and_many_forbidden_pairs_still_work) {
    CoveringModel model = uniform({{70, 1}, {40, 1}, {6, 1}, {9, 1}});
    Random random(2, "forbidden");
    for (int i = 0; i < 600; ++i) {
        model.forbidden.push_back(
            {{0, {static_cast<int>(random.below(70))}}, {1, {static_cast<int>(random.below(40))}}});
    }
    const Result<CoveringArray> array = cover(model, {.steps = 2'000'000});
    ASSERT_TRUE(array.has_value());
    EXPECT_EQ(verify(model, array->rows)->uncovered_tuples, 0U);
    EXPECT_TRUE(verify(model, array->rows)->invalid_rows.empty());
}

TEST(CoveringArray, tells_which_partial_rows_can_be_completed) {
    const CoveringModel model = create_volume(2);
    EXPECT_TRUE(is_feasible(model, {any_value, 3, any_value, any_value, any_value, 1}));
    EXPECT_FALSE(is_feasible(model, {any_value, 3, any_value, 0, any_value, any_value}));
    EXPECT_FALSE(is_feasible(model, {any_value, 4, any_value, any_value, any_value, any_value}));
    EXPECT_FALSE(is_feasible(model, {any_value}));
    const std::optional<Row> row = complete(model, {any_value, any_value, any_value, any_value, 7, 0});
    EXPECT_FALSE(row.has_value());  // NTFS needs small clusters to compress, the others never do
}

TEST(CoveringArray, malformed_models_are_errors_not_crashes) {
    EXPECT_EQ(cover({}).error().kind, ErrorKind::usage);
    EXPECT_EQ(cover(uniform({{0, 2}})).error().kind, ErrorKind::usage);
    EXPECT_EQ(cover(uniform({{2, 4}}, 0)).error().kind, ErrorKind::usage);
    CoveringModel model = uniform({{2, 4}});
    model.forbidden = {{{9, {0}}}};
    EXPECT_EQ(cover(model).error().kind, ErrorKind::usage);
    model.forbidden = {{{1, {2}}}};
    EXPECT_EQ(cover(model).error().kind, ErrorKind::usage);
    model.forbidden = {{{1, {0}}}, {{1, {1}}}};
    EXPECT_EQ(cover(model).error().kind, ErrorKind::usage);
    model.forbidden = {{}};
    EXPECT_EQ(cover(model).error().kind, ErrorKind::usage);
    EXPECT_EQ(cover(uniform({{1000, 5}}, 3)).error().kind, ErrorKind::limit);
    EXPECT_EQ(cover(uniform({{1000, 3}}, 3)).error().kind, ErrorKind::limit);
}

TEST(CoveringArray, counts_saturate_instead_of_wrapping) {
    EXPECT_EQ(full_product({5, 4, 2, 3, 8, 2}), 1920U);
    EXPECT_EQ(full_product(std::vector<int>(100, 10)), ~std::uint64_t{0});
    EXPECT_EQ(count_tuples({5, 5, 3, 4}, 2), 107U);
    EXPECT_EQ(count_tuples({5, 4, 2, 3, 8, 2}, 3), 1088U);
    EXPECT_EQ(lower_bound({2, 7, 3, 9}, 2), 63U);
}

}  // namespace
}  // namespace sosia::stats
