// A stored run as `sosia serve` shows it.
#pragma once
#include <atomic>
#include <string>

#include "cli/context.h"

namespace sosia::cli {

// schemas/output/served.schema.json, "Opened". From transcripts when `whole` or when there are few; otherwise from what
// the store keeps of every conversation beside its transcript, which takes a fraction of a second for 100,000. Prints
// nothing; may be called on any thread. An error when `stop` was set meanwhile.
Result<std::string> served_run(const Context& context, const storage::RunInfo& run, storage::RunReader& reader,
                               bool whole, const std::atomic<bool>& stop);

}  // namespace sosia::cli
