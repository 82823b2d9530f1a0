// JSON as text in which numbers look as people write them: 49.5 and 189.0, not 4.95E1 and 1.89E2.
#pragma once
#include <boost/json/value.hpp>
#include <string>

namespace sosia {

// Valid JSON; a number with a fraction stays one, so that reading it back gives an equal value. Magnitudes below 1e-6
// and from 1e15 on keep their exponent.
std::string plain_json(const boost::json::value& value);

}  // namespace sosia
