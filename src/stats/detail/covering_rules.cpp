#include "stats/detail/covering_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace sosia::stats::detail {
namespace {

using Mask = std::vector<std::uint64_t>;

std::size_t words_for(const std::vector<int>& levels) {
    const int most = levels.empty() ? 1 : *std::max_element(levels.begin(), levels.end());
    return (static_cast<std::size_t>(most) + 63) / 64;
}

bool test(const Mask& mask, int value) {
    const auto bit = static_cast<std::size_t>(value);
    return (mask[bit / 64] >> (bit % 64) & 1U) != 0;
}

Result<Mask> mask_of(const std::vector<int>& levels, const Condition& condition) {
    if (condition.parameter >= levels.size()) {
        return fail(ErrorKind::usage,
                    fmt::format("a rule names parameter {}, but there are {}", condition.parameter, levels.size()));
    }
    Mask mask(words_for(levels), 0);
    for (const int value : condition.values) {
        if (value < 0 || value >= levels[condition.parameter]) {
            return fail(ErrorKind::usage, fmt::format("a rule gives parameter {} the value {}, but it has {} values",
                                                      condition.parameter, value, levels[condition.parameter]));
        }
        const auto bit = static_cast<std::size_t>(value);
        mask[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    return mask;
}

Mask complement(const Mask& mask, int level) {
    Mask out(mask.size(), 0);
    for (int value = 0; value < level; ++value) {
        if (!test(mask, value)) {
            const auto bit = static_cast<std::size_t>(value);
            out[bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
    }
    return out;
}

// Two conditions on one parameter hold together where their masks meet.
void add_literal(Clause& clause, std::size_t parameter, const Mask& mask) {
    for (Literal& literal : clause) {
        if (literal.parameter == parameter) {
            for (std::size_t w = 0; w < mask.size(); ++w) {
                literal.values[w] &= mask[w];
            }
            return;
        }
    }
    clause.push_back({parameter, mask});
}

Result<Clause> conjunction(const std::vector<int>& levels, const std::vector<Condition>& conditions) {
    Clause clause;
    for (const Condition& condition : conditions) {
        Result<Mask> mask = mask_of(levels, condition);
        if (!mask) {
            return std::unexpected(mask.error());
        }
        add_literal(clause, condition.parameter, *mask);
    }
    return clause;
}

}  // namespace

Domains::Domains(const std::vector<int>& levels) : words_(words_for(levels)), bits_(words_ * levels.size(), 0) {
    for (std::size_t p = 0; p < levels.size(); ++p) {
        for (int value = 0; value < levels[p]; ++value) {
            const auto bit = static_cast<std::size_t>(value);
            bits_[p * words_ + bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
    }
}

bool Domains::has(std::size_t parameter, int value) const {
    const auto bit = static_cast<std::size_t>(value);
    return (bits_[parameter * words_ + bit / 64] >> (bit % 64) & 1U) != 0;
}

int Domains::size(std::size_t parameter) const {
    int n = 0;
    for (std::size_t w = 0; w < words_; ++w) {
        n += std::popcount(bits_[parameter * words_ + w]);
    }
    return n;
}

int Domains::first(std::size_t parameter) const {
    for (std::size_t w = 0; w < words_; ++w) {
        if (const std::uint64_t word = bits_[parameter * words_ + w]; word != 0) {
            return static_cast<int>(w * 64) + std::countr_zero(word);
        }
    }
    return any_value;
}

void Domains::only(std::size_t parameter, int value) {
    const auto bit = static_cast<std::size_t>(value);
    for (std::size_t w = 0; w < words_; ++w) {
        bits_[parameter * words_ + w] = w == bit / 64 ? std::uint64_t{1} << (bit % 64) : 0;
    }
}

bool Domains::within(std::size_t parameter, const Mask& values) const {
    for (std::size_t w = 0; w < words_; ++w) {
        if ((bits_[parameter * words_ + w] & ~values[w]) != 0) {
            return false;
        }
    }
    return true;
}

bool Domains::meets(std::size_t parameter, const Mask& values) const {
    for (std::size_t w = 0; w < words_; ++w) {
        if ((bits_[parameter * words_ + w] & values[w]) != 0) {
            return true;
        }
    }
    return false;
}

void Domains::take_away(std::size_t parameter, const Mask& values) {
    for (std::size_t w = 0; w < words_; ++w) {
        bits_[parameter * words_ + w] &= ~values[w];
    }
}

bool has_shape(const std::vector<int>& levels, const Row& row, bool may_be_partial) {
    if (row.size() != levels.size()) {
        return false;
    }
    for (std::size_t p = 0; p < row.size(); ++p) {
        if (row[p] >= levels[p] || (row[p] < 0 && !(may_be_partial && row[p] == any_value))) {
            return false;
        }
    }
    return true;
}

Result<RowRules> RowRules::compile(const CoveringModel& model) {
    RowRules rules(model.levels);
    rules.by_parameter_.resize(model.levels.size());
    rules.by_value_.resize(model.levels.size());
    for (std::size_t p = 0; p < model.levels.size(); ++p) {
        rules.by_value_[p].resize(static_cast<std::size_t>(model.levels[p]));
    }
    for (const auto& conditions : model.forbidden) {
        Result<Clause> clause = conjunction(model.levels, conditions);
        if (!clause) {
            return std::unexpected(clause.error());
        }
        rules.add(std::move(*clause));
    }
    for (const Implication& rule : model.rules) {
        const Result<Clause> when = conjunction(model.levels, rule.when);
        if (!when) {
            return std::unexpected(when.error());
        }
        for (const Condition& then : rule.then) {
            const Result<Mask> mask = mask_of(model.levels, then);
            if (!mask) {
                return std::unexpected(mask.error());
            }
            Clause clause = *when;
            add_literal(clause, then.parameter, complement(*mask, model.levels[then.parameter]));
            rules.add(std::move(clause));
        }
    }
    rules.start_ = rules.first_conclusions();
    return rules;
}

void RowRules::add(Clause clause) {
    const auto never = [](const Literal& l) {
        return std::all_of(l.values.begin(), l.values.end(), [](auto w) { return w == 0; });
    };
    if (std::any_of(clause.begin(), clause.end(), never)) {
        return;  // cannot be met, so forbids nothing
    }
    const std::size_t index = clauses_.size();
    for (const Literal& literal : clause) {
        by_parameter_[literal.parameter].push_back(index);
        for (int value = 0; value < levels_[literal.parameter]; ++value) {
            if (test(literal.values, value)) {
                by_value_[literal.parameter][static_cast<std::size_t>(value)].push_back(index);
            }
        }
    }
    clauses_.push_back(std::move(clause));
}

bool RowRules::allows_value(const Row& row, std::size_t parameter) const {
    const auto& indices = by_value_[parameter][static_cast<std::size_t>(row[parameter])];
    return std::none_of(indices.begin(), indices.end(), [&](std::size_t index) {
        const Clause& clause = clauses_[index];
        return std::all_of(clause.begin(), clause.end(),
                           [&](const Literal& l) { return test(l.values, row[l.parameter]); });
    });
}

bool RowRules::allows(const Row& row) const {
    return std::none_of(clauses_.begin(), clauses_.end(), [&](const Clause& clause) {
        return std::all_of(clause.begin(), clause.end(),
                           [&](const Literal& l) { return test(l.values, row[l.parameter]); });
    });
}

std::optional<Domains> RowRules::first_conclusions() const {
    Domains domains(levels_);
    std::vector<std::size_t> changed;
    for (const Clause& clause : clauses_) {
        if (!apply(domains, clause, changed)) {
            return std::nullopt;
        }
    }
    if (!propagate(domains, std::move(changed))) {
        return std::nullopt;
    }
    return domains;
}

bool RowRules::fix(Domains& domains, std::size_t parameter, int value) const {
    if (!domains.has(parameter, value)) {
        return false;
    }
    if (domains.size(parameter) == 1) {
        return true;
    }
    domains.only(parameter, value);
    return propagate(domains, {parameter});
}

// A clause whose literals are all certain is broken; one with a single open literal forbids that literal's values.
bool RowRules::apply(Domains& domains, const Clause& clause, std::vector<std::size_t>& changed) const {
    const Literal* open = nullptr;
    for (const Literal& literal : clause) {
        if (domains.within(literal.parameter, literal.values)) {
            continue;
        }
        if (open != nullptr || !domains.meets(literal.parameter, literal.values)) {
            return true;
        }
        open = &literal;
    }
    if (open == nullptr) {
        return false;
    }
    domains.take_away(open->parameter, open->values);
    if (std::find(changed.begin(), changed.end(), open->parameter) == changed.end()) {
        changed.push_back(open->parameter);
    }
    return true;
}

bool RowRules::propagate(Domains& domains, std::vector<std::size_t> changed) const {
    while (!changed.empty()) {
        const std::size_t p = changed.back();
        changed.pop_back();
        const bool fixed = domains.size(p) == 1;
        const auto& indices = fixed ? by_value_[p][static_cast<std::size_t>(domains.first(p))] : by_parameter_[p];
        for (const std::size_t index : indices) {
            if (!apply(domains, clauses_[index], changed)) {
                return false;
            }
        }
    }
    return true;
}

// Depth-first search over the parameter with the fewest values left.
bool RowRules::search(Domains& domains, const Row* preferred, Random& random) const {
    std::size_t best = levels_.size();
    int fewest = 0;
    for (std::size_t p = 0; p < levels_.size(); ++p) {
        const int n = domains.size(p);
        if (n > 1 && (best == levels_.size() || n < fewest)) {
            best = p;
            fewest = n;
        }
    }
    if (best == levels_.size()) {
        return true;
    }
    const auto try_value = [&](int value) {
        Domains next = domains;
        if (!domains.has(best, value) || !fix(next, best, value) || !search(next, preferred, random)) {
            return false;
        }
        domains = std::move(next);
        return true;
    };
    const int wanted = preferred != nullptr ? (*preferred)[best] : any_value;
    if (wanted != any_value && try_value(wanted)) {
        return true;
    }
    const int level = levels_[best];
    const int offset = static_cast<int>(random.below(static_cast<std::size_t>(level)));
    for (int i = 0; i < level; ++i) {
        const int value = (offset + i) % level;
        if (value != wanted && try_value(value)) {
            return true;
        }
    }
    return false;
}

std::optional<Row> RowRules::complete(const Row& partial, const Row* preferred, Random& random) const {
    std::optional<Domains> domains = start_;
    if (!domains) {
        return std::nullopt;
    }
    for (std::size_t p = 0; p < partial.size(); ++p) {
        if (partial[p] != any_value && !fix(*domains, p, partial[p])) {
            return std::nullopt;
        }
    }
    if (!search(*domains, preferred, random)) {
        return std::nullopt;
    }
    Row row(partial.size());
    for (std::size_t p = 0; p < row.size(); ++p) {
        row[p] = domains->first(p);
    }
    return row;
}

}  // namespace sosia::stats::detail
