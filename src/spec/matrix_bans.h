// What may not meet: compatibility, probes, tags and rules, all as bans over three parameters (persona, situation,
// adversary). A situation is a scenario in one of its edge cases, or on its happy path.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "stats/covering_array.h"

namespace sosia::spec {

struct Situation {
    const Scenario* scenario = nullptr;
    const EdgeCase* edge_case = nullptr;
};

std::vector<Situation> situations_of(const Suite& suite);  // by scenario, the happy path first

using Levels = std::vector<char>;  // by index, does the ban name it?

// Drops every cell whose persona, situation and adversary are all named. An empty list names all.
struct Ban {
    std::array<Levels, 3> named;
    std::string cause;  // "the scenarios' personas", "rule 2", ...
};

std::vector<Ban> bans_of(const Suite& suite, const std::vector<Situation>& situations);

// A cell as indices into personas, situations, adversaries.
using CellIndex = std::array<std::uint32_t, 3>;

// Answers quickly whether a cell may run.
class Pruning {
  public:
    Pruning(std::array<std::size_t, 3> sizes, const std::vector<Ban>& bans);
    bool allows(const CellIndex& cell) const;
    // Which ban drops the cell first; nullptr when none does.
    const Ban* why(const CellIndex& cell) const;

  private:
    static bool names(const Ban& ban, const CellIndex& cell);

    std::array<std::size_t, 3> sizes_;
    const std::vector<Ban>& bans_;
    std::array<std::vector<char>, 3> pairs_;  // banned pairs without parameter 0, 1, 2
    std::vector<const Ban*> triples_;         // bans that need all three
};

// The same bans for the covering array.
stats::CoveringModel covering_model(std::array<std::size_t, 3> sizes, const std::vector<Ban>& bans, int strength);

}  // namespace sosia::spec
