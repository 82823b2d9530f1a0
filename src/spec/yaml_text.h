// The text under the YAML: is it text at all, and which column does a person see? Room-internal.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "spec/yaml_node.h"
#include "spec/yaml_read.h"

namespace sosia::spec {

// Too large, not UTF-8, not text.
std::optional<YamlProblem> refuse_bytes(std::string_view text, const YamlLimits& limits);

// yaml-cpp counts bytes; people count characters. The text outlives it.
class ColumnFixer {
  public:
    explicit ColumnFixer(std::string_view text);

    void fix(Node& node) const;
    void fix(Place& place) const;

  private:
    bool ascii_ = true;
    std::vector<std::string_view> lines_;
};

}  // namespace sosia::spec
