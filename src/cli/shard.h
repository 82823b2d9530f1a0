// --shard 2/5: the second fifth of a plan's cells, for machines that share a run (sosia merge puts it together again).
#pragma once
#include <cstdint>
#include <string>

#include "base/error.h"
#include "spec/matrix.h"

namespace sosia::cli {

struct Shard {
    std::uint64_t index = 1;  // 1-based
    std::uint64_t of = 1;
};

// "2/5"; the number must be between 1 and the number of shards.
Result<Shard> parse_shard(const std::string& text);

// Keeps every n-th cell with all its repetitions: shards are disjoint, together complete, and equally heavy.
Result<void> keep_shard(const Shard& shard, spec::Plan& plan);

}  // namespace sosia::cli
