#include "stats/detail/covering_anneal.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sosia::stats::detail {
namespace {

class Annealer {
  public:
    Annealer(const AnnealInput& in, Random random) : in_(in), random_(random) {}

    // True when every tuple is covered again within `steps`; `rows` then holds the repaired rows.
    bool repair(std::vector<Row>& rows, std::uint64_t steps);
    std::uint64_t used() const { return used_; }

  private:
    bool frozen(std::size_t row, std::size_t parameter) const {
        return row < in_.seed_rows.size() && in_.seed_rows[row][parameter] != any_value;
    }
    void step(std::vector<Row>& rows);
    std::size_t nearly_matching_row(const std::vector<Row>& rows, const std::vector<Cell>& cells);
    void try_change(Row& row, const std::vector<Cell>& change);
    void try_repaired_row(std::vector<Row>& rows, std::size_t index, const std::vector<Cell>& cells);
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
    try_change(rows[index], change);
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
        in_.tuples.each_with(cell.parameter, row[cell.parameter], row, [this](std::uint32_t t) { coverage_->remove(t); });
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

}  // namespace

std::vector<Row> remove_rows(const AnnealInput& in, std::vector<Row> rows, std::uint64_t steps, Random random) {
    return rows;
}

}  // namespace sosia::stats::detail
