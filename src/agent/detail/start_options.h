// How the spec wants its processes started: command, folder, environment.
#pragma once
#include <string>
#include <vector>

#include "agent/make_agent.h"
#include "agent/process.h"

namespace sosia::agent::detail {

Result<ProcessOptions> start_options(const Setup& setup, std::string command,
                                     const std::vector<std::string>& environment = {});

}  // namespace sosia::agent::detail
