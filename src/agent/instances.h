// One agent process per worker (`instances: per-worker`): several copies of an agent that are used as one.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "agent/make_agent.h"
#include "agent/supervised_agent.h"

namespace sosia::agent {

// Which copy is being made. Copy number n listens on the configured port plus n, and is told so by the environment
// variables PORT and SOSIA_WORKER.
struct Instance {
    int number = 0;
    int of = 1;

    std::string url_of(const std::string& url) const;
    Supervision supervision(const Setup& setup, std::string url) const;
};

// `make` gets a Setup whose rate limit is the copy's share.
using MakeInstance = std::function<Result<std::unique_ptr<Agent>>(const Setup&, const Instance&)>;

// The one agent, or, when the spec wants one per worker and has a process to start, as many as conversations run at
// once, at most `agent.workers` (8).
Result<std::unique_ptr<Agent>> make_instances(const Setup& setup, const MakeInstance& make);

}  // namespace sosia::agent
