// Which adversaries a suite means: ready ones by id or family, its own by file or in place.
#pragma once
#include <vector>

#include "spec/items.h"

namespace sosia::spec {

struct NamedAdversaries {
    std::vector<Adversary> adversaries;    // in the order named, each once
    std::vector<const SourceFile*> files;  // where each is written; nullptr: ready ones
    std::vector<Place> places;
    bool complete = true;
};

// `source` is the value of sosia.yaml's `adversaries`. A name is first a ready adversary's id, then a family (all its
// ready adversaries), then a file, folder or glob; "all" means every ready one, { family: x } every ready one of family
// x.
NamedAdversaries load_adversaries(const Node& source, const SourceFile& suite_file, FileSet& files);

}  // namespace sosia::spec
