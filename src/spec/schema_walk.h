// A walk over a JSON Schema (the subset used in schemas/) that says what is wrong in words, all of it, with places.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "spec/yaml_node.h"

namespace sosia::spec {

struct SchemaProblem {
    Place place;
    std::string message;
    std::string hint;
    bool oversized = false;  // a list longer than anybody writes: what follows from it is not worth computing
};

inline constexpr std::size_t most_schema_problems = 150;

// Beside the standard keywords, "x-expected" in a schema is what a message says was expected.
std::vector<SchemaProblem> walk_schema(const Node& node, const boost::json::object& root);

// The sub-schemas that apply to `node` after $ref, allOf and anyOf.
std::vector<const boost::json::object*> applicable(const Node& node, const boost::json::object& schema,
                                                   const boost::json::object& root);

// "the text "abc"", "the number 3", "a list": what a message says was found.
std::string found(const Node& node);

}  // namespace sosia::spec
