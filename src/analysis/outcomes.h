// What came out of a run, cell by cell and without transcripts: what comparisons, baselines and the gate work on.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::analysis {

// Everything that shaped the conversations on Sosia's side, as name -> hash or value: "persona sandra", "scenario
// refund", "adversary skeptic", "scorecard", "seed", "turns", "user", "judge", "sosia". The agent is not among them: it
// is what a comparison is about.
using Pins = std::map<std::string, std::string>;

Pins pins_of(const Suite& suite, std::string_view sosia_version);

// One conversation.
struct RunOutcome {
    int repetition = 0;
    Outcome outcome = Outcome::invalid;
    std::string conversation;                // id; "" when only a baseline knows it
    std::optional<double> score;             // 1 to 5
    std::vector<std::string> failed_checks;  // gating ones
    std::uint64_t transcript = 0;            // of what was said and done (record_scores.h); 0 when nobody read it
    std::vector<double> criteria;            // in the order of Outcomes::criteria; empty when nobody read them
};

struct CellOutcomes {
    Cell cell;  // repetition 0
    std::vector<RunOutcome> runs;
};

struct Outcomes {
    std::string name;    // of the baseline; "" for a run
    std::string run;     // id
    std::string suite;   // name
    std::string set_at;  // when the baseline was set; "" for a run
    std::string agent;   // how it was reached
    std::string agent_version;
    Pins pins;
    std::vector<std::string> criteria;
    std::vector<CellOutcomes> cells;  // in plan order

    // "baseline main" or "run r123"
    std::string title() const;
    std::uint64_t conversations() const;
};

// Adds conversations in plan order; repetitions of a cell may follow each other or not.
class OutcomesBuilder {
  public:
    explicit OutcomesBuilder(Outcomes start) : outcomes_(std::move(start)) {}
    void add(const Cell& cell, RunOutcome run);
    Outcomes finish() { return std::move(outcomes_); }

  private:
    Outcomes outcomes_;
    std::map<std::string, std::size_t> index_;  // cell -> place in outcomes_.cells
};

// Parts both sides name and that differ, as "persona sandra", ...; a part that only one side has is no difference when
// it is a persona, scenario or adversary (its cells are just not in both).
std::vector<std::string> differing_pins(const Pins& a, const Pins& b);

}  // namespace sosia::analysis
