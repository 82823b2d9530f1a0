// The rules of a covering-array model, compiled to clauses "these conditions never hold together", and a solver for
// them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.h"
#include "stats/covering_array.h"

namespace sosia::stats::detail {

// Which values each parameter may still take.
class Domains {
  public:
    explicit Domains(const std::vector<int>& levels);
    bool has(std::size_t parameter, int value) const;
    int size(std::size_t parameter) const;
    int first(std::size_t parameter) const;  // smallest value left; the domain must not be empty
    void only(std::size_t parameter, int value);
    bool within(std::size_t parameter, const std::vector<std::uint64_t>& values) const;
    bool meets(std::size_t parameter, const std::vector<std::uint64_t>& values) const;
    void take_away(std::size_t parameter, const std::vector<std::uint64_t>& values);

  private:
    std::size_t words_;
    std::vector<std::uint64_t> bits_;
};

struct Literal {
    std::size_t parameter = 0;
    std::vector<std::uint64_t> values;  // bit mask
};
using Clause = std::vector<Literal>;  // no row may satisfy every literal

class RowRules {
  public:
    static Result<RowRules> compile(const CoveringModel& model);

    bool none() const { return clauses_.empty(); }
    bool allows(const Row& row) const;  // whole rows only
    bool allows_value(const Row& row,
                      std::size_t parameter) const;  // looks only at clauses that this value takes part in

    // Domains after the clauses on single parameters; nullopt when the rules contradict each other at once.
    const std::optional<Domains>& start() const { return start_; }
    // Sets the parameter and draws all direct conclusions; false when a clause can no longer be kept.
    bool fix(Domains& domains, std::size_t parameter, int value) const;

    // A valid row containing `partial`; free parameters take the value of `preferred` where they can, otherwise a
    // random one.
    std::optional<Row> complete(const Row& partial, const Row* preferred, Random& random) const;

  private:
    explicit RowRules(std::vector<int> levels) : levels_(std::move(levels)) {}
    void add(Clause clause);
    std::optional<Domains> first_conclusions() const;
    bool propagate(Domains& domains, std::vector<std::size_t> changed) const;
    bool apply(Domains& domains, const Clause& clause, std::vector<std::size_t>& changed) const;
    bool search(Domains& domains, const Row* preferred, Random& random) const;

    std::vector<int> levels_;
    std::vector<Clause> clauses_;
    std::vector<std::vector<std::size_t>> by_parameter_;           // clauses that mention the parameter
    std::vector<std::vector<std::vector<std::size_t>>> by_value_;  // clauses that the value takes part in
    std::optional<Domains> start_;
};

// Shape and range of a partial row: right length, every value free or below its level count.
bool has_shape(const std::vector<int>& levels, const Row& row, bool may_be_partial);

}  // namespace sosia::stats::detail
