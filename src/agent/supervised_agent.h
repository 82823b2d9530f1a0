// An agent whose process Sosia starts, waits for and stops.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "agent/make_agent.h"

namespace sosia::agent {

struct Supervision {
    std::string url;    // the agent's own: its port tells when it is ready, unless `start` says otherwise
    std::string ready;  // "" the port accepts connections
    std::vector<std::string> environment;  // added to the configured one
    std::string log_file;
};

// `inner` as it is when the spec has no `start`; otherwise it also runs that command between start() and stop(), and
// its failures say when the process has died.
Result<std::unique_ptr<Agent>> supervised(const Setup& setup, std::unique_ptr<Agent> inner, Supervision supervision);

}  // namespace sosia::agent
