// Values as YAML text that reads back letter for letter.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "domain/suite.h"

namespace sosia::spec {

// A plain or quoted scalar on one line.
std::string yaml_scalar(std::string_view text);

// A persona file. `comments` come first, one line each, with "# " in front (line breaks become spaces).
std::string persona_yaml(const Persona& persona, const std::vector<std::string>& comments);

// A scenario file: its happy path with context, truth, expectation, pivots and documents; edge cases, world events and
// expected end states are not written.
std::string scenario_yaml(const Scenario& scenario, const std::vector<std::string>& comments);

// Any mapping as a YAML file for people: one key a line, small mappings and lists on one line.
std::string yaml_text(const boost::json::object& mapping, const std::vector<std::string>& comments);

}  // namespace sosia::spec
