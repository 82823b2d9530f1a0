// Reads a mapping's members into C++ values. What the schema has already refused (wrong types) is passed over in
// silence, so that one mistake is reported once; what the schema cannot know (units, ids) is reported here.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/diagnostics.h"
#include "spec/yaml_node.h"

namespace sosia::spec {

struct Binding {
    const SourceFile& file;
    Diagnostics& diagnostics;

    void error(Place place, std::string message, std::string hint = {}) const {
        diagnostics.error(file, place, std::move(message), std::move(hint));
    }
    void warning(Place place, std::string message, std::string hint = {}) const {
        diagnostics.warning(file, place, std::move(message), std::move(hint));
    }
};

class Fields {
  public:
    Fields(const Node& map, const Binding& binding) : map_(map), binding_(binding) {}

    const Node& node() const { return map_; }
    const Binding& binding() const { return binding_; }
    bool has(std::string_view key) const { return map_.find(key) != nullptr; }
    const Node* find(std::string_view key) const { return map_.find(key); }
    Place place(std::string_view key) const;  // of the value; of the mapping when absent
    Place key_place(std::string_view key) const;

    std::string text(std::string_view key, std::string_view fallback = "") const;
    std::optional<std::string> maybe_text(std::string_view key) const;
    std::vector<std::string> texts(std::string_view key) const;  // text or list of texts
    std::optional<bool> boolean(std::string_view key) const;
    std::optional<int> integer(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    std::optional<double> duration_ms(std::string_view key) const;  // reports bad units
    std::optional<double> share(std::string_view key) const;        // reports what is not within 0 to 1
    std::map<std::string, std::string> text_map(std::string_view key) const;

  private:
    const Node& map_;
    const Binding& binding_;
};

// A scalar's letters; block scalars lose their last line break. "" for anything else.
std::string text_of(const Node& node);
std::vector<std::string> texts_of(const Node& node);
std::optional<double> share_of(const Node& node, const Binding& binding);

// Any value as name -> text: nested names joined with ".", lists of scalars with "; ", lists of mappings numbered
// from 1.
void flatten(const Node& node, const std::string& name, std::map<std::string, std::string>& out);

// Lower case, "_" and " " as "-": the spelling enumerations are compared in.
std::string hyphenated(std::string_view text);

// The id of a persona, scenario ...: the `id` key, or `fallback` when there is none. Reports ids that could not be
// written in a cell's name.
std::string bind_id(const Fields& fields, std::string_view fallback);

}  // namespace sosia::spec
