// A domain of tau-bench (collections, tool schemas, tasks) as the files of a suite.
#pragma once
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace sosia::world {

struct TauBenchDomain {
    std::string name;                      // of the world and the suite
    std::string directory;                 // where its files lie: the world reads the data from there
    std::vector<std::string> collections;  // file names without ".json"
    boost::json::value users;         // the documents of `users`, for the personas' facts; null when there are none
    boost::json::value tools;         // tools.json
    boost::json::value trajectories;  // each names its task
    std::string script;               // Lua with a function per tool; "" writes one that refuses every call
};

// File (relative to the suite's folder) -> text. One scenario and one persona per task.
Result<std::map<std::string, std::string>> import_tau_bench(const TauBenchDomain& domain);

}  // namespace sosia::world
