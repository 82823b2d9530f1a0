// The combinations a covering array has to contain, numbered 0 .. size()-1, and how often each is covered.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "stats/covering_array.h"
#include "stats/detail/covering_rules.h"

namespace sosia::stats::detail {

// One set of parameters whose value combinations all have to occur.
struct ParameterSet {
    std::vector<std::uint32_t> parameters;
    std::vector<std::uint32_t> strides;
    std::uint32_t first = 0;  // number of its first tuple
    std::uint32_t count = 0;
};

struct Cell {
    std::size_t parameter = 0;
    int value = 0;
};

class TupleTable {
  public:
    static Result<TupleTable> make(const CoveringModel& model);

    std::size_t size() const { return size_; }
    const std::vector<int>& levels() const { return levels_; }
    std::span<const ParameterSet> sets() const { return sets_; }
    std::vector<Cell> cells(std::size_t tuple) const;
    // Cost of changing one cell, in tuples touched.
    std::size_t touched(std::size_t parameter) const { return touches_[parameter].size(); }

    // Calls use(tuple) for every tuple that holds `value` of `parameter` and otherwise only values that `row` has set.
    template <class Use>
    void each_with(std::size_t parameter, int value, const Row& row, Use use) const {
        for (const Touch& touch : touches_[parameter]) {
            std::uint32_t tuple = touch.first + touch.stride * static_cast<std::uint32_t>(value);
            bool whole = true;
            for (std::uint32_t i = touch.others_begin; i < touch.others_end; ++i) {
                const int other = row[others_[i].parameter];
                whole = whole && other >= 0;
                tuple += others_[i].stride * static_cast<std::uint32_t>(other);
            }
            if (whole) {
                use(tuple);
            }
        }
    }

    // Calls use(tuple) for every tuple of a whole row.
    template <class Use>
    void each_of(const Row& row, Use use) const {
        for (const ParameterSet& set : sets_) {
            std::uint32_t tuple = set.first;
            for (std::size_t i = 0; i < set.parameters.size(); ++i) {
                tuple += set.strides[i] * static_cast<std::uint32_t>(row[set.parameters[i]]);
            }
            use(tuple);
        }
    }

  private:
    struct Other {
        std::uint32_t parameter;
        std::uint32_t stride;
    };
    struct Touch {  // a set seen from one of its parameters
        std::uint32_t first;
        std::uint32_t stride;
        std::uint32_t others_begin;
        std::uint32_t others_end;
    };
    void add_set(const std::vector<std::uint32_t>& parameters);
    void index_touches();

    std::vector<int> levels_;
    std::size_t size_ = 0;
    std::vector<ParameterSet> sets_;
    std::vector<std::vector<Touch>> touches_;
    std::vector<Other> others_;
};

// Which tuples some valid row contains.
std::vector<bool> feasible_tuples(const TupleTable& tuples, const RowRules& rules, std::uint64_t seed);

// Cover counts of a growing or changing set of rows, with the list of feasible tuples still open.
class Coverage {
  public:
    Coverage(const TupleTable& tuples, const std::vector<bool>& feasible);

    bool is_open(std::size_t tuple) const { return place_[tuple] < impossible; }  // feasible and in no row yet
    std::uint32_t count(std::size_t tuple) const { return counts_[tuple]; }
    std::span<const std::uint32_t> open() const { return open_; }

    void add(std::uint32_t tuple) {
        if (counts_[tuple]++ == 0) {
            close(tuple);
        }
    }
    void remove(std::uint32_t tuple) {
        if (--counts_[tuple] == 0) {
            reopen(tuple);
        }
    }
    void add_row(const TupleTable& tuples, const Row& row);
    void remove_row(const TupleTable& tuples, const Row& row);

  private:
    static constexpr std::uint32_t closed = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t impossible = closed - 1;
    void close(std::uint32_t tuple);
    void reopen(std::uint32_t tuple);

    std::vector<std::uint32_t> counts_;
    std::vector<std::uint32_t> place_;  // where in open_, or closed, or impossible
    std::vector<std::uint32_t> open_;
};

}  // namespace sosia::stats::detail
