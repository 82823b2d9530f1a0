// What every report says about a run besides its summary.
#pragma once
#include <cstdint>
#include <string>

#include "analysis/summary.h"
#include "domain/suite.h"

namespace sosia::report {

struct RunMeta {
    std::string id;
    std::string suite;
    std::string suite_hash;
    std::string agent;  // how it was reached
    std::string agent_version;
    std::uint64_t seed = 0;
    std::uint64_t cells = 0;
    std::int64_t started_ms = 0;  // unix milliseconds
    std::int64_t duration_ms = 0;
    std::string stopped;  // why the run ended early; empty when it ran to its end
};

// run.json: what ran, hashes, counts, slices, findings, metrics, gate.
boost::json::object run_json(const RunMeta& meta, const analysis::Summary& summary, const Suite& suite);

}  // namespace sosia::report
