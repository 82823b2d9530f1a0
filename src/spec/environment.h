// ${NAME} and ${NAME:-default} in scalars.
#pragma once
#include <string>
#include <vector>

#include "spec/diagnostics.h"
#include "spec/load.h"
#include "spec/yaml_node.h"

namespace sosia::spec {

// Replaces ${NAME} by the variable's value in every scalar (not in keys); "$${" stands for a literal "${". A variable
// that is not set and has no default is an error. Values that could be secrets are added to `secrets`.
void replace_environment(Node& node, const SourceFile& file, const Environment& environment, Diagnostics& diagnostics,
                         std::vector<std::string>& secrets);

}  // namespace sosia::spec
