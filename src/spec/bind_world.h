// Parts of bind_world that stand in files of their own. Private to bind_world*.cpp.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/world.h"
#include "spec/fields.h"

namespace sosia::spec {

// The bytes of a file that a world names, relative to the world's own file; problems are reported at `node`.
std::optional<std::string> read_world_file(const Node& node, const Binding& binding);

std::vector<WorldTool> bind_world_tools(const Fields& world);

}  // namespace sosia::spec
