// YAML text -> nodes with places. Nothing in a hostile file makes this slow, large or deep.
#pragma once
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "spec/yaml_node.h"

namespace sosia::spec {

struct YamlLimits {
    std::size_t bytes = std::size_t{1} << 20;  // of the file
    std::size_t nodes = 250'000;               // after aliases have been expanded
    std::size_t depth = 64;
};

struct YamlProblem {
    Place place;
    std::string message;
    std::string hint;
};

// The documents of a file, usually one; none when it holds only comments. The first problem ends the reading: what
// follows a syntax error cannot be trusted.
std::expected<std::vector<Node>, YamlProblem> read_yaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace sosia::spec
