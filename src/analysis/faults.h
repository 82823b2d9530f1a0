// Counts which faults of their worlds conversations met, and how they came out. Private to the analysis room.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/tally.h"

namespace sosia::analysis {

class FaultCounter {
  public:
    // `cell`: the cell without its repetition.
    void add(const Conversation& conversation, const std::string& cell, std::uint64_t ordinal);
    std::vector<FaultStats> stats() const;

  private:
    using Name = std::pair<std::string, std::string>;  // kind, tool ("" any)
    struct Met {
        std::uint64_t calls = 0;
        std::map<std::string, Tally> cells;
        std::map<std::uint64_t, std::string> conversations;  // the first by ordinal
    };

    FaultStats stats_of(const Name& name, const Met& met) const;

    std::map<Name, Met> met_;
    std::map<std::string, Tally> in_worlds_;  // by cell: all conversations that had a world
};

}  // namespace sosia::analysis
