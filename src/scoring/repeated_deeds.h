// tools.repeated: what was done once is done again, with the same arguments.
#pragma once
#include "scoring/findings.h"
#include "scoring/transcript.h"

namespace sosia::scoring {

// Looks at calls that the agent reports, of tools that the case expects and whose name says that they do something
// ("issue_refund", not "lookup_order"). Calls that a world served are judged by what became of the world.
void check_repeated_deeds(const Transcript& t, Findings& out);

// "issue_refund", "fileDispute": words of the name say that the tool does something that counts twice when done twice.
bool is_deed(std::string_view tool);

}  // namespace sosia::scoring
