// Writing to a peer that is gone must be an error, not the end of the program.
#pragma once

namespace sosia::net {

// Ignores SIGPIPE in the whole process: TLS and pipes to processes raise it. Started processes get the default back.
void ignore_broken_pipes();

}  // namespace sosia::net
