#include "stats/detail/covering_tuples.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sosia::stats::detail {
namespace {

constexpr std::uint64_t most_tuples = 20'000'000;
constexpr std::uint64_t most_sets = 2'000'000;

using Parameters = std::vector<std::uint32_t>;

// Next subset of the same size in lexicographic order; false after the last.
bool next_subset(std::vector<std::size_t>& chosen, std::size_t n) {
    for (std::size_t i = chosen.size(); i-- > 0;) {
        if (chosen[i] + (chosen.size() - i) < n) {
            ++chosen[i];
            for (std::size_t j = i + 1; j < chosen.size(); ++j) {
                chosen[j] = chosen[j - 1] + 1;
            }
            return true;
        }
    }
    return false;
}

// Calls use(subset) for every `strength`-subset of `from` until it returns false.
template <class Use>
void each_subset(const Parameters& from, std::size_t strength, Use use) {
    std::vector<std::size_t> chosen(std::min(strength, from.size()));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        chosen[i] = i;
    }
    Parameters subset(chosen.size());
    do {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            subset[i] = from[chosen[i]];
        }
        if (!use(subset)) {
            return;
        }
    } while (next_subset(chosen, from.size()));
}

Result<Parameters> parameters_of(const SubModel& sub, std::size_t n) {
    std::set<std::uint32_t> chosen;
    for (const std::size_t p : sub.parameters) {
        if (p >= n) {
            return fail(ErrorKind::usage, fmt::format("a sub-model names parameter {}, but there are {}", p, n));
        }
        chosen.insert(static_cast<std::uint32_t>(p));
    }
    return Parameters(chosen.begin(), chosen.end());
}

Result<void> check_shape(const CoveringModel& model) {
    if (model.levels.empty()) {
        return fail(ErrorKind::usage, "the model has no parameters");
    }
    for (std::size_t p = 0; p < model.levels.size(); ++p) {
        if (model.levels[p] < 1) {
            return fail(ErrorKind::usage, fmt::format("parameter {} has no values", p));
        }
    }
    const auto too_weak = [](const SubModel& sub) { return sub.strength < 1 || sub.parameters.empty(); };
    if (model.strength < 1 || std::any_of(model.sub_models.begin(), model.sub_models.end(), too_weak)) {
        return fail(ErrorKind::usage, "a strength must be at least 1 and a sub-model needs parameters");
    }
    return {};
}

}  // namespace

Result<TupleTable> TupleTable::make(const CoveringModel& model) {
    if (const Result<void> shape = check_shape(model); !shape) {
        return std::unexpected(shape.error());
    }
    TupleTable table;
    table.levels_ = model.levels;
    std::vector<std::pair<Parameters, std::size_t>> groups;
    groups.emplace_back(Parameters(model.levels.size()), model.strength);
    for (std::size_t p = 0; p < model.levels.size(); ++p) {
        groups.front().first[p] = static_cast<std::uint32_t>(p);
    }
    for (const SubModel& sub : model.sub_models) {
        Result<Parameters> parameters = parameters_of(sub, model.levels.size());
        if (!parameters) {
            return std::unexpected(parameters.error());
        }
        groups.emplace_back(std::move(*parameters), sub.strength);
    }
    std::set<Parameters> seen;  // only needed where groups overlap
    for (const auto& [parameters, strength] : groups) {
        each_subset(parameters, strength, [&](const Parameters& subset) {
            if (groups.size() == 1 || seen.insert(subset).second) {
                table.add_set(subset);
            }
            return table.size_ <= most_tuples && table.sets_.size() <= most_sets;
        });
    }
    if (table.size_ > most_tuples || table.sets_.size() > most_sets) {
        return fail(ErrorKind::limit, fmt::format("the model has more than {} combinations to cover", most_tuples),
                    "use a lower strength, fewer values, or a sample");
    }
    table.index_touches();
    return table;
}

void TupleTable::add_set(const Parameters& parameters) {
    ParameterSet set;
    set.parameters = parameters;
    set.strides.resize(parameters.size());
    std::uint64_t count = 1;
    for (std::size_t i = parameters.size(); i-- > 0;) {
        set.strides[i] = static_cast<std::uint32_t>(count);
        count *= static_cast<std::uint64_t>(levels_[parameters[i]]);
        if (count > most_tuples) {
            size_ = most_tuples + 1;  // reported by make
            return;
        }
    }
    set.first = static_cast<std::uint32_t>(size_);
    set.count = static_cast<std::uint32_t>(count);
    size_ += count;
    sets_.push_back(std::move(set));
}

void TupleTable::index_touches() {
    touches_.resize(levels_.size());
    for (const ParameterSet& set : sets_) {
        for (std::size_t i = 0; i < set.parameters.size(); ++i) {
            const auto begin = static_cast<std::uint32_t>(others_.size());
            for (std::size_t j = 0; j < set.parameters.size(); ++j) {
                if (j != i) {
                    others_.push_back({set.parameters[j], set.strides[j]});
                }
            }
            touches_[set.parameters[i]].push_back(
                {set.first, set.strides[i], begin, static_cast<std::uint32_t>(others_.size())});
        }
    }
}

std::vector<Cell> TupleTable::cells(std::size_t tuple) const {
    const auto after = std::upper_bound(sets_.begin(), sets_.end(), tuple,
                                        [](std::size_t t, const ParameterSet& set) { return t < set.first; });
    const ParameterSet& set = *std::prev(after);
    std::size_t rest = tuple - set.first;
    std::vector<Cell> out(set.parameters.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = {set.parameters[i], static_cast<int>(rest / set.strides[i])};
        rest %= set.strides[i];
    }
    return out;
}

std::vector<bool> feasible_tuples(const TupleTable& tuples, const RowRules& rules, std::uint64_t seed) {
    std::vector<bool> feasible(tuples.size(), rules.none());
    if (rules.none()) {
        return feasible;
    }
    Random random(seed, "covering.feasible");
    Row partial(tuples.levels().size(), any_value);
    for (std::size_t tuple = 0; tuple < tuples.size(); ++tuple) {
        if (feasible[tuple]) {
            continue;  // a row found earlier contains it
        }
        const std::vector<Cell> cells = tuples.cells(tuple);
        std::fill(partial.begin(), partial.end(), any_value);
        for (const Cell& cell : cells) {
            partial[cell.parameter] = cell.value;
        }
        if (const std::optional<Row> row = rules.complete(partial, nullptr, random)) {
            tuples.each_of(*row, [&](std::uint32_t t) { feasible[t] = true; });
        }
    }
    return feasible;
}

Coverage::Coverage(const TupleTable& tuples, const std::vector<bool>& feasible)
    : counts_(tuples.size(), 0), place_(tuples.size(), impossible) {
    for (std::size_t tuple = 0; tuple < tuples.size(); ++tuple) {
        if (feasible[tuple]) {
            place_[tuple] = static_cast<std::uint32_t>(open_.size());
            open_.push_back(static_cast<std::uint32_t>(tuple));
        }
    }
}

void Coverage::close(std::uint32_t tuple) {
    const std::uint32_t place = place_[tuple];
    if (place == impossible) {
        return;
    }
    const std::uint32_t last = open_.back();
    open_[place] = last;
    place_[last] = place;
    open_.pop_back();
    place_[tuple] = closed;
}

void Coverage::reopen(std::uint32_t tuple) {
    if (place_[tuple] == impossible) {
        return;
    }
    place_[tuple] = static_cast<std::uint32_t>(open_.size());
    open_.push_back(tuple);
}

void Coverage::add_row(const TupleTable& tuples, const Row& row) {
    tuples.each_of(row, [this](std::uint32_t tuple) { add(tuple); });
}

void Coverage::remove_row(const TupleTable& tuples, const Row& row) {
    tuples.each_of(row, [this](std::uint32_t tuple) { remove(tuple); });
}

}  // namespace sosia::stats::detail
