// Checks that users write in their scorecard: a regular expression, a JSON pointer expression, or a command.
#pragma once
#include "domain/suite.h"
#include "scoring/transcript.h"

namespace sosia::scoring {

// Runs every custom check of the scorecard and appends its result. A command that cannot be run or takes too long fails with
// that reason. Blocks while commands run: callers with an event loop use a thread for suites that have any.
void run_custom_checks(const Scorecard& scorecard, const std::string& directory, const Transcript& t, std::vector<CheckResult>& results);

bool has_commands(const Scorecard& scorecard);

}  // namespace sosia::scoring
