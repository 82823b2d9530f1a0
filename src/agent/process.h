// Processes of agents; those of tools are started the same way.
#pragma once
#include "net/process.h"

namespace sosia::agent {

using net::Process;
using net::ProcessOptions;

}  // namespace sosia::agent
