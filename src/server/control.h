// Stopping and starting runs from the browser. Only runs of the suites the server was started on, and only where it was
// started on any.
#pragma once
#include <boost/json/array.hpp>
#include <string>
#include <vector>

#include "storage/store.h"

namespace sosia::server {

// Called on the server's thread.
class Controls {
  public:
    virtual ~Controls() = default;
    // What may be done with a run now: "stop", "again", "resume".
    virtual std::vector<std::string> actions(const storage::RunInfo& run) = 0;
    // One of the above; an error says why not.
    virtual Result<void> act(const storage::RunInfo& run, const std::string& action) = 0;
    // The suites served, as schemas/output/served.schema.json describes them.
    virtual boost::json::array suites() = 0;
    // Starts a run of the whole suite with this number in suites().
    virtual Result<void> start(std::size_t suite) = 0;
};

}  // namespace sosia::server
