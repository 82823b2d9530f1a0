// Full-text search over a stored run. Private to the server room.
#pragma once
#include <atomic>
#include <boost/json/array.hpp>
#include <string>

#include "storage/store.h"

namespace sosia::server {

// The first 500 turns that contain `text` (ASCII letters in any case), as the application's search shows them: id,
// turn, role, before, match, after. Ends early when `stop` is set.
Result<boost::json::array> search_records(storage::RunReader& reader, const std::string& run, const std::string& text,
                                          const std::atomic<bool>& stop);

}  // namespace sosia::server
