// What the checks found. Each check that applies leaves exactly one CheckResult: passed, or its first failure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"
#include "domain/persona.h"

namespace sosia::scoring {

struct Finding {
    int turn = 0;
    std::string detail;
    std::string quote;
    bool gates = true;  // false: the evidence is circumstantial, a warning
};

class Findings {
  public:
    // Declares that the check applies and reports what it found: nothing means passed, else the earliest turn counts.
    // Warnings count only where nothing worse was found; the result then does not gate.
    void report(std::string name, const std::vector<Finding>& found, std::string_view category = {});

    std::vector<CheckResult> take() { return std::move(results_); }

  private:
    std::vector<CheckResult> results_;
};

}  // namespace sosia::scoring
