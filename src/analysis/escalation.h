// Was a person brought in when one was needed, and only then? (mission D5, in both directions)
#pragma once
#include "analysis/tally.h"
#include "domain/suite.h"

namespace sosia::analysis {

class EscalationCounter {
  public:
    // `edge_case` says whether the case must or must not end with a person; null when the suite no longer has it.
    void add(const Conversation& conversation, const EdgeCase* edge_case);
    EscalationStats stats() const;

  private:
    EscalationStats counts_;
    Tally needed_;
    Tally not_needed_;
};

}  // namespace sosia::analysis
