// yaml-cpp's events as nodes, with aliases expanded and counted. Room-internal: read_yaml() is what everybody calls.
#pragma once
#include <yaml-cpp/mark.h>

#include <string>
#include <string_view>
#include <vector>

#include "spec/yaml_node.h"
#include "spec/yaml_read.h"

namespace sosia::spec {

// Thrown to leave yaml-cpp from within its callbacks.
struct YamlStop {
    YAML::Mark mark;
    std::string message;
    std::string hint;
};

// One node per document; columns count bytes. Throws YamlStop, and whatever yaml-cpp throws.
std::vector<Node> yaml_trees(std::string_view text, const YamlLimits& limits);

}  // namespace sosia::spec
