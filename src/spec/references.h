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
    std::vector<Origin> adversaries;  // as suite.adversaries; file nullptr: ready ones
    bool personas_complete = true;    // false: some file could not be read, so an unknown name may be in it
    bool scenarios_complete = true;
    bool adversaries_complete = true;
};

void check_references(const References& all, Diagnostics& diagnostics);

}  // namespace sosia::spec
