// Stored runs of Sosia's own, judged and scored once more.
#pragma once
#include <string>
#include <vector>

#include "cli/context.h"
#include "domain/conversation.h"

namespace sosia::cli {

// The finished conversations of `run` in plan order, as they were before anybody judged them: scored anew by the rules
// of `suite`, whose people and scenarios they must be of. Those that stay invalid are among them.
Result<std::vector<Conversation>> unjudged(storage::RunReader& reader, const std::string& run, const Suite& suite);

// Their parts in the suite; null members where it has none of that name.
CellParts parts_in(const Suite& suite, const Cell& cell);

}  // namespace sosia::cli
