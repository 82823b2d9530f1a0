// The file --score-cache names: judge scores of earlier runs.
#pragma once
#include <memory>
#include <string>

#include "cli/context.h"
#include "scoring/score_cache.h"

namespace sosia::cli {

void add_score_cache_option(CLI::App& command, std::string& path);

// Null for no path. A file that is not there yet is an empty cache.
Result<std::unique_ptr<scoring::ScoreCache>> open_score_cache(const std::string& path);

// Writes what the run added, to a new file that takes the old one's place.
Result<void> save_score_cache(const std::string& path, const scoring::ScoreCache* cache);

}  // namespace sosia::cli
