// The dotted names under which rules, filters, weights and gates know a cell's properties.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/suite.h"
#include "spec/fields.h"

namespace sosia::spec {

// The values under a dotted name; several for tags and probes, none when the part is absent or says nothing about it.
// The happy path's edge case is "".
std::vector<std::string> cell_traits(const CellParts& parts, std::string_view name);

// Does the cell have one of `values` under `name`?
bool cell_has(const CellParts& parts, std::string_view name, const std::vector<std::string>& values);

// Does `filter` (of a scenario's personas or adversaries) match? Names may leave out "persona." or "adversary.".
bool matches(const Compatibility::Filter& filter, const Persona& persona);
bool matches(const Compatibility::Filter& filter, const Adversary& adversary);
bool fits(const Compatibility& compatibility, const Persona& persona);
bool fits(const Compatibility& compatibility, const Adversary& adversary);  // an id in the list may be a family's name

bool is_trait_name(std::string_view name);

// Reports a name that no cell can have ("persona.mood" may be an axis of somebody's own and is not reported here).
void check_trait_name(std::string_view name, Place place, const Binding& binding);

}  // namespace sosia::spec
