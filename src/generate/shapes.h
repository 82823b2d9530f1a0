// The JSON Schemas of a model's answers, in the subset that every provider's strict mode takes: every member required,
// none besides, no free-form mappings.
#pragma once
#include <boost/json/object.hpp>
#include <span>
#include <string>

namespace sosia::generate {

boost::json::object personas_shape();
boost::json::object scenarios_shape(std::span<const std::string> tools, std::span<const std::string> kinds);
boost::json::object variants_shape(std::span<const std::string> kinds);

}  // namespace sosia::generate
