// Values that are valid for a JSON Schema, the same ones for the same seed.
#pragma once
#include <boost/json/value.hpp>

#include "base/random.h"

namespace sosia::llm::mock {

// Knows type, enum, const, properties, required, items, minItems, minimum, maximum, minLength, anyOf, oneOf, allOf and
// $ref into the same schema; the rest is ignored. Optional properties are filled in too. `text` is used for strings
// that may be anything.
boost::json::value example_of(const boost::json::value& schema, Random& random, std::string_view text);

}  // namespace sosia::llm::mock
