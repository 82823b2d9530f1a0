// What is left to do of a run that was begun before.
#pragma once
#include "cli/rehearsal.h"
#include "execution/run.h"

namespace sosia::cli {

// What an earlier attempt did not finish, with the exchanges it got to; what it finished goes into `summary`.
Result<execution::Work> remaining_work(const Rehearsal& r, storage::RunReader& reader, bool stateless,
                                       analysis::SummaryBuilder& summary);

}  // namespace sosia::cli
