// Checks that users write in their scorecard: a regular expression, a JSON pointer expression, or a command.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "scoring/transcript.h"

namespace sosia::scoring {

class CustomChecks {
  public:
    // Commands run in `directory`. Both outlive the object.
    CustomChecks(const Scorecard& scorecard, const std::string& directory);
    ~CustomChecks();

    // Runs every custom check and appends its result. A check that cannot be evaluated (a broken expression that came
    // past the loader, a command that cannot be run or takes too long) fails with that reason. Blocks while commands
    // run.
    void run(const Transcript& transcript, std::vector<CheckResult>& results) const;

  private:
    struct Prepared;
    std::vector<Prepared> checks_;
    const std::string& directory_;
};

}  // namespace sosia::scoring
