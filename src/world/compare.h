// Equality, comparisons and differences of JSON values.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::world {

// Numbers by value (1 equals 1.0), objects whatever the order of their members.
bool same_json(const boost::json::value& a, const boost::json::value& b);

// The value that "/a/0/b", or a member's name without a slash, leads to; "" is the whole. Null: there is none.
const boost::json::value* value_at(const boost::json::value& whole, std::string_view pointer);
// The place to write to, objects on the way made where they are missing; "-" as the last step appends to a list.
// Null: the way leads through something that is neither object nor list.
boost::json::value* make_at(boost::json::value& whole, std::string_view pointer);
// Takes the value away, order of the others kept; false: was not there.
bool remove_at(boost::json::value& whole, std::string_view pointer);

// One test of one value, as written: a plain value is equality; a mapping of operators
//   equals, not, less, at_most, more, at_least, within: [low, high], one_of: [...], contains, matches, exists
// holds when all of them do.
class Comparison {
  public:
    // A regular expression that does not compile, or a bound of the wrong type, is a usage error.
    static Result<Comparison> make(const boost::json::value& written);
    bool holds(const boost::json::value* found) const;  // null: there is no such value
    std::string text() const;                           // "at least 10"

  private:
    struct Test;
    std::vector<std::shared_ptr<const Test>> tests_;
};

// Is this mapping a comparison rather than a value to be equal to?
bool is_comparison(const boost::json::value& written);

// One place in which two values differ, as text; "nothing" where there is none.
struct Difference {
    std::string at;  // "/cabin"
    std::string expected;
    std::string found;
};

// `subset`: members that `expected` does not name do not count. A null pointer is a value that is not there.
std::vector<Difference> compare_json(const boost::json::value* expected, const boost::json::value* found,
                                     const std::string& prefix, bool subset = false);

// What must become of `found` to be `expected`, a line each: "/cabin: expected "economy", found "business"". `prefix`
// stands before the pointer.
std::vector<std::string> differences(const boost::json::value* expected, const boost::json::value* found,
                                     const std::string& prefix, bool subset = false);

}  // namespace sosia::world
