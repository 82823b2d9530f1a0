#include "stats/covering_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "base/random.h"
#include "stats/detail/covering_anneal.h"
#include "stats/detail/covering_constructions.h"
#include "stats/detail/covering_greedy.h"
#include "stats/detail/covering_rules.h"
#include "stats/detail/covering_tuples.h"

namespace sosia::stats {
namespace {

using namespace detail;

constexpr std::size_t most_rows = 1'000'000;
constexpr std::uint64_t saturated = std::numeric_limits<std::uint64_t>::max();

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    return b != 0 && a > saturated / b ? saturated : a * b;
}
std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    return a > saturated - b ? saturated : a + b;
}

// A model with everything derived from it that the steps below share.
class Generator {
  public:
    Generator(const CoveringModel& model, const CoveringEffort& effort, TupleTable tuples, RowRules rules)
        : model_(model),
          effort_(effort),
          tuples_(std::move(tuples)),
          rules_(std::move(rules)),
          feasible_(feasible_tuples(tuples_, rules_, effort.seed)),
          bound_(largest_set()) {}

    Result<CoveringArray> run();

  private:
    std::size_t largest_set() const;
    std::size_t candidates() const;
    bool plain() const { return rules_.none() && model_.seed_rows.empty() && model_.sub_models.empty(); }
    Result<std::vector<Row>> greedy();
    std::vector<Row> completed(std::vector<Row> partial);
    std::vector<std::vector<Row>> constructions();
    std::optional<std::vector<Row>> shortest_cyclic(std::size_t below);
    CoveringArray finished(std::vector<Row> rows) const;

    const CoveringModel& model_;
    const CoveringEffort& effort_;
    TupleTable tuples_;
    RowRules rules_;
    std::vector<bool> feasible_;
    std::size_t bound_;
};

// The feasible tuples of one set of parameters need a row each.
std::size_t Generator::largest_set() const {
    std::size_t most = 1;
    for (const ParameterSet& set : tuples_.sets()) {
        const auto begin = feasible_.begin() + set.first;
        most = std::max(most, static_cast<std::size_t>(std::count(begin, begin + set.count, true)));
    }
    return most;
}

// As many candidates per row as half of the effort allows.
std::size_t Generator::candidates() const {
    double row_cost = 1;
    for (std::size_t p = 0; p < model_.levels.size(); ++p) {
        row_cost += 0.5 * static_cast<double>(tuples_.touched(p)) * model_.levels[p];
    }
    const double rows = 1.5 * static_cast<double>(bound_) + 10;
    const double allowed = 0.5 * static_cast<double>(effort_.steps) / (row_cost * rows);
    const double least = bound_ > 50'000 ? 1.0 : 2.0;
    return static_cast<std::size_t>(
        std::clamp(allowed, least, std::max(static_cast<double>(effort_.candidates), least)));
}

Result<std::vector<Row>> Generator::greedy() {
    Coverage coverage(tuples_, feasible_);
    GreedyRows builder(tuples_, rules_, model_, Random(effort_.seed, "covering.greedy"));
    std::vector<Row> rows;
    for (std::size_t i = 0; i < model_.seed_rows.size(); ++i) {
        const std::optional<Row> row = builder.best_row(coverage, model_.seed_rows[i], candidates());
        if (!row) {
            return fail(ErrorKind::usage, fmt::format("seed row {} contradicts the rules", i));
        }
        coverage.add_row(tuples_, *row);
        rows.push_back(*row);
    }
    builder.finish(coverage, rows, candidates(), most_rows);
    if (!coverage.open().empty()) {
        return fail(ErrorKind::limit, fmt::format("covering the model takes more than {} rows", most_rows),
                    "use a sample");
    }
    return rows;
}

// Fills free cells where they help most, drops rows that add nothing, and covers the rest.
std::vector<Row> Generator::completed(std::vector<Row> partial) {
    const auto free_cells = [](const Row& row) { return std::count(row.begin(), row.end(), any_value); };
    std::sort(partial.begin(), partial.end(), [&](const Row& a, const Row& b) {
        const auto [free_a, free_b] = std::pair(free_cells(a), free_cells(b));
        return free_a != free_b ? free_a < free_b : a < b;
    });
    Coverage coverage(tuples_, feasible_);
    GreedyRows builder(tuples_, rules_, model_, Random(effort_.seed, "covering.complete"));
    std::vector<Row> rows;
    for (const Row& given : partial) {
        const std::optional<Row> row = builder.best_row(coverage, given, free_cells(given) == 0 ? 1 : 4);
        if (row && builder.gain(coverage, *row) > 0) {
            coverage.add_row(tuples_, *row);
            rows.push_back(*row);
        }
    }
    builder.finish(coverage, rows, candidates(), most_rows);
    return rows;
}

std::optional<std::vector<Row>> Generator::shortest_cyclic(std::size_t below) {
    const int v = *std::max_element(model_.levels.begin(), model_.levels.end());
    const std::size_t k = model_.levels.size();
    const auto rows_of = [v](std::size_t length) { return length * static_cast<std::size_t>(v - 1) + 1; };
    if (v < 3 || rows_of(k) >= below) {
        return std::nullopt;
    }
    const std::size_t shortest = std::max(k, static_cast<std::size_t>(v) + 2);
    for (std::size_t length = shortest; rows_of(length) < below; ++length) {
        auto rows = cyclic_pairs(v, length, 60'000, Random(effort_.seed, "covering.cyclic").derive(length));
        if (rows) {
            for (Row& row : *rows) {
                row.resize(k);
                for (std::size_t p = 0; p < k; ++p) {
                    row[p] = row[p] < model_.levels[p] ? row[p] : any_value;
                }
            }
            return rows;
        }
    }
    return std::nullopt;
}

std::vector<std::vector<Row>> Generator::constructions() {
    std::vector<std::vector<Row>> out;
    if (!plain()) {
        return out;
    }
    if (auto rows = orthogonal_array(model_.levels, model_.strength, std::min<std::size_t>(2 * bound_, 200'000))) {
        out.push_back(completed(std::move(*rows)));
    }
    const int most = *std::max_element(model_.levels.begin(), model_.levels.end());
    if (most == 2 && model_.strength == 2) {
        std::vector<Row> rows = binary_pairs(model_.levels.size());
        for (Row& row : rows) {
            for (std::size_t p = 0; p < row.size(); ++p) {
                row[p] = std::min(row[p], model_.levels[p] - 1);
            }
        }
        out.push_back(completed(std::move(rows)));
    }
    return out;
}

CoveringArray Generator::finished(std::vector<Row> rows) const {
    Coverage coverage(tuples_, feasible_);
    for (const Row& row : rows) {
        coverage.add_row(tuples_, row);
    }
    CoveringArray array;
    array.feasible_tuples = static_cast<std::uint64_t>(std::count(feasible_.begin(), feasible_.end(), true));
    array.covered_tuples = array.feasible_tuples - coverage.open().size();
    array.rows = std::move(rows);
    return array;
}

Result<CoveringArray> Generator::run() {
    Result<std::vector<Row>> rows = greedy();
    if (!rows) {
        return std::unexpected(rows.error());
    }
    const auto take_if_shorter = [&](std::vector<Row> other) {
        if (other.size() < rows->size()) {
            *rows = std::move(other);
        }
    };
    for (std::vector<Row>& other : constructions()) {
        take_if_shorter(std::move(other));
    }
    if (plain() && model_.strength == 2) {
        if (auto cyclic = shortest_cyclic(rows->size())) {
            take_if_shorter(completed(std::move(*cyclic)));
        }
    }
    const AnnealInput input{tuples_, rules_, feasible_, model_.seed_rows, bound_};
    return finished(remove_rows(input, std::move(*rows), effort_.steps, Random(effort_.seed, "covering.anneal")));
}

Result<void> check_seed_rows(const CoveringModel& model) {
    for (std::size_t i = 0; i < model.seed_rows.size(); ++i) {
        if (!has_shape(model.levels, model.seed_rows[i], true)) {
            return fail(ErrorKind::usage, fmt::format("seed row {} does not fit the parameters", i));
        }
    }
    for (std::size_t p = 0; p < model.weights.size(); ++p) {
        const bool fits =
            p < model.levels.size() &&
            (model.weights[p].empty() || model.weights[p].size() == static_cast<std::size_t>(model.levels[p]));
        if (!fits) {
            return fail(ErrorKind::usage, fmt::format("the weights of parameter {} do not fit its values", p));
        }
    }
    return {};
}

Result<void> check_levels(const std::vector<int>& levels) {
    if (levels.empty() || std::any_of(levels.begin(), levels.end(), [](int level) { return level < 1; })) {
        return fail(ErrorKind::usage, "a model needs parameters, each with at least one value");
    }
    return {};
}

// Nothing to choose: every valid row, seeds first.
Result<CoveringArray> everything(const CoveringModel& model) {
    Result<std::vector<Row>> all = all_valid_rows(model, most_rows);
    if (!all) {
        return std::unexpected(all.error());
    }
    CoveringArray array;
    array.feasible_tuples = array.covered_tuples = all->size();
    std::vector<bool> used(all->size(), false);
    for (std::size_t i = 0; i < model.seed_rows.size(); ++i) {
        const std::optional<Row> row = complete(model, model.seed_rows[i]);
        if (!row) {
            return fail(ErrorKind::usage, fmt::format("seed row {} contradicts the rules", i));
        }
        const auto at = static_cast<std::size_t>(std::lower_bound(all->begin(), all->end(), *row) - all->begin());
        used[at] = true;
        array.rows.push_back(*row);
    }
    for (std::size_t i = 0; i < all->size(); ++i) {
        if (!used[i]) {
            array.rows.push_back((*all)[i]);
        }
    }
    return array;
}

// Depth first in the order of the parameters; false when there are more than `limit` rows.
bool enumerate(const CoveringModel& model, const RowRules& rules, const Domains& domains, Row& row, std::size_t p,
               std::size_t limit, std::vector<Row>& out) {
    if (p == row.size()) {
        out.push_back(row);
        return out.size() <= limit;
    }
    for (int value = 0; value < model.levels[p]; ++value) {
        Domains next = domains;
        if (rules.fix(next, p, value)) {
            row[p] = value;
            if (!enumerate(model, rules, next, row, p + 1, limit, out)) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

Result<CoveringArray> cover(const CoveringModel& model, const CoveringEffort& effort) {
    if (const Result<void> levels = check_levels(model.levels); !levels) {
        return std::unexpected(levels.error());
    }
    if (const Result<void> seeds = check_seed_rows(model); !seeds) {
        return std::unexpected(seeds.error());
    }
    Result<RowRules> rules = RowRules::compile(model);
    if (!rules) {
        return std::unexpected(rules.error());
    }
    Random random(effort.seed, "covering.any");
    if (!rules->complete(Row(model.levels.size(), any_value), nullptr, random)) {
        return fail(ErrorKind::usage, "the rules contradict each other: no combination is allowed");
    }
    if (model.strength >= model.levels.size()) {
        return everything(model);
    }
    Result<TupleTable> tuples = TupleTable::make(model);
    if (!tuples) {
        return std::unexpected(tuples.error());
    }
    return Generator(model, effort, std::move(*tuples), std::move(*rules)).run();
}

bool is_feasible(const CoveringModel& model, const Row& partial) {
    return complete(model, partial).has_value();
}

std::optional<Row> complete(const CoveringModel& model, const Row& partial) {
    if (!check_levels(model.levels) || !has_shape(model.levels, partial, true)) {
        return std::nullopt;
    }
    const Result<RowRules> rules = RowRules::compile(model);
    if (!rules) {
        return std::nullopt;
    }
    Random random(0, "covering.complete_one");
    return rules->complete(partial, nullptr, random);
}

Result<CoveringCheck> verify(const CoveringModel& model, const std::vector<Row>& rows) {
    if (const Result<void> levels = check_levels(model.levels); !levels) {
        return std::unexpected(levels.error());
    }
    const Result<RowRules> rules = RowRules::compile(model);
    if (!rules) {
        return std::unexpected(rules.error());
    }
    const Result<TupleTable> tuples = TupleTable::make(model);
    if (!tuples) {
        return std::unexpected(tuples.error());
    }
    const std::vector<bool> feasible = feasible_tuples(*tuples, *rules, 0);
    Coverage coverage(*tuples, feasible);
    CoveringCheck check;
    check.feasible_tuples = static_cast<std::uint64_t>(std::count(feasible.begin(), feasible.end(), true));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!has_shape(model.levels, rows[i], false) || !rules->allows(rows[i])) {
            check.invalid_rows.push_back(i);
        } else {
            coverage.add_row(*tuples, rows[i]);
        }
    }
    check.uncovered_tuples = coverage.open().size();
    return check;
}

Result<std::vector<Row>> all_valid_rows(const CoveringModel& model, std::size_t limit) {
    if (const Result<void> levels = check_levels(model.levels); !levels) {
        return std::unexpected(levels.error());
    }
    const Result<RowRules> rules = RowRules::compile(model);
    if (!rules) {
        return std::unexpected(rules.error());
    }
    std::vector<Row> rows;
    Row row(model.levels.size(), 0);
    if (rules->start() && !enumerate(model, *rules, *rules->start(), row, 0, limit, rows)) {
        return fail(ErrorKind::limit, fmt::format("there are more than {} valid combinations", limit),
                    "cover fewer of them, or take a sample");
    }
    return rows;
}

std::uint64_t full_product(const std::vector<int>& levels) {
    std::uint64_t product = 1;
    for (const int level : levels) {
        product = times(product, static_cast<std::uint64_t>(std::max(level, 0)));
    }
    return product;
}

// Elementary symmetric polynomial of the level counts.
std::uint64_t count_tuples(const std::vector<int>& levels, std::size_t strength) {
    const std::size_t t = std::min(strength, levels.size());
    std::vector<std::uint64_t> sums(t + 1, 0);
    sums[0] = 1;
    for (const int level : levels) {
        for (std::size_t i = t; i > 0; --i) {
            sums[i] = plus(sums[i], times(sums[i - 1], static_cast<std::uint64_t>(std::max(level, 0))));
        }
    }
    return sums[t];
}

std::uint64_t lower_bound(const std::vector<int>& levels, std::size_t strength) {
    std::vector<int> sorted = levels;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    sorted.resize(std::min(strength, sorted.size()));
    return full_product(sorted);
}

}  // namespace sosia::stats
