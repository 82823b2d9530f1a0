#include "stats/detail/covering_anneal.h"

#include <algorithm>
#include <cmath>

namespace sosia::stats::detail {
namespace {

class Annealer {
  public:
    Annealer(const AnnealInput& in, Random random) : in_(in), random_(random) {}

    // True when every tuple is covered again within `steps`; `rows` then holds the repaired rows.
    bool repair(std::vector<Row>& rows, std::uint64_t steps);
    std::uint64_t used() const { return used_; }
    void spend(std::uint64_t steps) { used_ += steps; }

  private:
    bool frozen(std::size_t row, std::size_t parameter) const {
        return row < in_.seed_rows.size() && in_.seed_rows[row][parameter] != any_value;
    }
    void step(std::vector<Row>& rows);
    std::size_t nearly_matching_row(const std::vector<Row>& rows, const std::vector<Cell>& cells);
    void try_change(Row& row, const std::vector<Cell>& change);
    bool keep_rules(const Row& row, std::size_t index, const std::vector<Cell>& cells, std::vector<Cell>& change);
    void apply(Row& row, const std::vector<Cell>& change);
    bool accept(std::size_t open_before);

    const AnnealInput& in_;
    Random random_;
    Coverage* coverage_ = nullptr;
    double temperature_ = 0;
    std::uint64_t used_ = 0;
};

bool Annealer::repair(std::vector<Row>& rows, std::uint64_t steps) {
    Coverage coverage(in_.tuples, in_.feasible);
    for (const Row& row : rows) {
        coverage.add_row(in_.tuples, row);
    }
    coverage_ = &coverage;
    const std::uint64_t begin = used_;
    const std::uint64_t end = used_ + steps;
    while (!coverage.open().empty() && used_ < end) {
        const double done = static_cast<double>(used_ - begin) / static_cast<double>(steps);
        temperature_ = 0.45 * (1.0 - done) + 0.12 * done;
        step(rows);
    }
    coverage_ = nullptr;
    return coverage.open().empty();
}

// Aims at one open tuple: gives it to a row that lacks only one of its values.
void Annealer::step(std::vector<Row>& rows) {
    const auto open = coverage_->open();
    const std::vector<Cell> cells = in_.tuples.cells(open[random_.below(open.size())]);
    const std::size_t index = nearly_matching_row(rows, cells);
    std::vector<Cell> change;
    for (const Cell& cell : cells) {
        if (rows[index][cell.parameter] != cell.value) {
            if (frozen(index, cell.parameter)) {
                used_ += 1;
                return;
            }
            change.push_back(cell);
        }
    }
    if (!in_.rules.none() && !keep_rules(rows[index], index, cells, change)) {
        return;
    }
    try_change(rows[index], change);
}

// Extends `change` so that the row stays valid, altering as few other cells as the solver finds; false when impossible.
bool Annealer::keep_rules(const Row& row, std::size_t index, const std::vector<Cell>& cells,
                          std::vector<Cell>& change) {
    Row target = row;
    for (const Cell& cell : change) {
        target[cell.parameter] = cell.value;
    }
    used_ += change.size();
    if (std::all_of(change.begin(), change.end(),
                    [&](const Cell& c) { return in_.rules.allows_value(target, c.parameter); })) {
        return true;
    }
    Row fixed(row.size(), any_value);
    for (std::size_t p = 0; p < row.size(); ++p) {
        fixed[p] = frozen(index, p) ? row[p] : any_value;
    }
    for (const Cell& cell : cells) {
        fixed[cell.parameter] = cell.value;
    }
    used_ += row.size() * row.size();
    const std::optional<Row> repaired = in_.rules.complete(fixed, &row, random_);
    change.clear();
    for (std::size_t p = 0; repaired && p < row.size(); ++p) {
        if ((*repaired)[p] != row[p]) {
            change.push_back({p, (*repaired)[p]});
        }
    }
    return repaired.has_value();
}

std::size_t Annealer::nearly_matching_row(const std::vector<Row>& rows, const std::vector<Cell>& cells) {
    const std::size_t offset = random_.below(rows.size());
    const std::size_t tries = std::min<std::size_t>(rows.size(), 64);
    for (std::size_t i = 0; i < tries; ++i) {
        const std::size_t index = offset + i < rows.size() ? offset + i : offset + i - rows.size();
        std::size_t missing = 0;
        for (const Cell& cell : cells) {
            missing += rows[index][cell.parameter] != cell.value ? 1U : 0U;
        }
        if (missing <= 1) {
            return index;
        }
    }
    return offset;
}

bool Annealer::accept(std::size_t open_before) {
    const std::size_t after = coverage_->open().size();
    return after <= open_before || random_.chance(std::exp(-static_cast<double>(after - open_before) / temperature_));
}

void Annealer::apply(Row& row, const std::vector<Cell>& change) {
    for (const Cell& cell : change) {
        in_.tuples.each_with(cell.parameter, row[cell.parameter], row,
                             [this](std::uint32_t t) { coverage_->remove(t); });
        row[cell.parameter] = cell.value;
        in_.tuples.each_with(cell.parameter, cell.value, row, [this](std::uint32_t t) { coverage_->add(t); });
        used_ += 2 * in_.tuples.touched(cell.parameter);
    }
}

void Annealer::try_change(Row& row, const std::vector<Cell>& change) {
    std::vector<Cell> back;
    for (const Cell& cell : change) {
        back.push_back({cell.parameter, row[cell.parameter]});
    }
    const std::size_t before = coverage_->open().size();
    apply(row, change);
    if (!accept(before)) {
        apply(row, back);
    }
}

// The row whose loss opens the fewest tuples; seed rows stay. rows.size() when there is none.
std::size_t least_needed(const AnnealInput& in, const std::vector<Row>& rows, Random& random) {
    Coverage coverage(in.tuples, in.feasible);
    for (const Row& row : rows) {
        coverage.add_row(in.tuples, row);
    }
    std::size_t best = rows.size();
    double least = 0;
    for (std::size_t r = in.seed_rows.size(); r < rows.size(); ++r) {
        std::size_t alone = 0;
        in.tuples.each_of(rows[r], [&](std::uint32_t t) { alone += coverage.count(t) == 1 ? 1U : 0U; });
        const double loss = static_cast<double>(alone) + random.uniform();  // ties, and some variety between attempts
        if (best == rows.size() || loss < least) {
            best = r;
            least = loss;
        }
    }
    return best;
}

}  // namespace

std::vector<Row> remove_rows(const AnnealInput& in, std::vector<Row> rows, std::uint64_t steps, Random random) {
    Annealer annealer(in, random.derive("moves"));
    while (rows.size() > in.lower_bound && annealer.used() < steps) {
        const std::size_t victim = least_needed(in, rows, random);
        annealer.spend(2 *
                       (in.tuples.size() / 4 + rows.size() * in.tuples.sets().size()));  // both countings of the rows
        if (victim == rows.size()) {
            break;
        }
        std::vector<Row> fewer = rows;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(victim));
        const std::uint64_t left = steps - std::min(steps, annealer.used());
        if (fewer.empty() || !annealer.repair(fewer, std::max(left / 3, std::min(left, steps / 10)))) {
            continue;
        }
        rows = std::move(fewer);
    }
    return rows;
}

}  // namespace sosia::stats::detail
