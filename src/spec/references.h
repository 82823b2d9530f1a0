// What only shows when all files are known: ids used twice, names of nothing, combinations that cannot meet.
#pragma once
#include <vector>

#include "spec/file_set.h"

namespace sosia::spec {

// Where a definition stands.
struct Origin {
    const SourceFile* file = nullptr;
    Node node;
};

struct References {
    const Suite& suite;
    const SourceFile& suite_file;
    const Node& suite_node;
    std::vector<Origin> personas;     // as suite.personas
    std::vector<Origin> scenarios;    // as suite.scenarios
    std::vector<Origin> worlds;       // as suite.worlds
    std::vector<Origin> adversaries;  // as suite.adversaries; file nullptr: ready ones
    bool personas_complete = true;    // false: some file could not be read, so an unknown name may be in it
    bool scenarios_complete = true;
    bool adversaries_complete = true;
};

// Gives every scenario its world, and reports names of worlds, collections and tools that there are none of
// (world_references.cpp).
void resolve_worlds(Suite& suite, const References& all, Diagnostics& diagnostics);

void check_references(const References& all, Diagnostics& diagnostics);

}  // namespace sosia::spec
