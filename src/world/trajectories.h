// Recorded conversations of a tau-bench domain, played again in a world: does every tool answer what it answered then,
// and does every conversation get the reward that it got?
#pragma once
#include <boost/json/value.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/world.h"
#include "world/tools.h"

namespace sosia::world {

struct RecordedCall {
    std::string tool;
    boost::json::value arguments;
    std::string result;
};

struct Trajectory {
    int task = 0;
    int trial = 0;
    double reward = 0;
    bool stopped = false;  // by the user; without, only a tool that ends it makes the conversation whole
    std::vector<RecordedCall> calls;
    std::vector<std::string> replies;  // what the agent told the user
    std::vector<GoldAction> actions;
    std::vector<std::string> outputs;
};

// The benchmark's file: a list of {task_id, trial, reward, info.task {actions, outputs}, traj}.
Result<std::vector<Trajectory>> read_trajectories(const boost::json::value& file);

struct PlayedCall {
    enum class Sameness {
        same,     // byte by byte
        renamed,  // the same once the members of the recorded answer are renamed
        other,
    };
    Sameness sameness = Sameness::same;
    std::string answer;  // as the world gives it; empty when it is the recorded one
};

struct Played {
    std::vector<PlayedCall> calls;  // as the trajectory's
    double reward = 0;              // 1: it came to its end, the state is the expected one, every output was told
    std::vector<std::string> differences;  // of the end state
};

using Renames = std::map<std::string, std::string>;  // member's name in the recording -> now

// Plays one trajectory on a fresh world.
Result<Played> play(const std::shared_ptr<const Toolbox>& toolbox, const Trajectory& trajectory,
                    const Renames& renames);

}  // namespace sosia::world
