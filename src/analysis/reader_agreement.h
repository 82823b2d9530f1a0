// How far a model reads the agent's text as the rules do, act by act.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "analysis/summary.h"

namespace sosia::analysis {

class ReaderCounter {
  public:
    void add(const Conversation& conversation);
    // Nothing where no model read.
    std::optional<ReaderStats> stats() const;

  private:
    void add(const TurnReading& reading);

    std::uint64_t turns_ = 0;
    std::uint64_t fell_back_ = 0;
    std::uint64_t same_ = 0;
    std::map<std::string, ActAgreement> acts_;
    std::set<std::string> faults_;
};

}  // namespace sosia::analysis
