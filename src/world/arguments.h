// Arguments against a tool's JSON Schema, before the tool sees them.
#pragma once
#include <boost/json/object.hpp>
#include <memory>
#include <string>

#include "base/error.h"

namespace sosia::world {

class ArgumentCheck {
  public:
    // A schema that is none is a usage error.
    static Result<ArgumentCheck> make(const boost::json::object& schema);
    // "" or one sentence that says what is wrong, and where.
    std::string complaint(const boost::json::value& arguments) const;

  private:
    struct Judge;
    std::shared_ptr<const Judge> judge_;
};

}  // namespace sosia::world
