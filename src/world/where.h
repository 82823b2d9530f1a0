// Which documents: comparisons of members.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "world/compare.h"
#include "world/documents.h"

namespace sosia::world {

class Where {
  public:
    // {"status": "open", "/total": {"at_least": 10}}: member or JSON pointer -> value or comparison; all must hold.
    static Result<Where> make(const boost::json::object& written);
    bool holds(const boost::json::value& document) const;

  private:
    std::vector<std::pair<std::string, Comparison>> tests_;
};

struct Found {
    std::string id;
    const boost::json::value* document = nullptr;
};

// At most `most` documents of the collection, in its order. They stay valid until the next write.
std::vector<Found> select(const Documents& documents, std::string_view collection, const Where& where,
                          std::size_t most = static_cast<std::size_t>(-1));

}  // namespace sosia::world
