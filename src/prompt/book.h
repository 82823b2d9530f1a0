// The prompts by name ("user-direction", "judge"): shipped ones, of which a suite may replace any.
#pragma once
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::prompt {

// As shipped: name -> mustache text.
const std::map<std::string, std::string, std::less<>>& shipped();

class Book {
  public:
    // `own` replaces shipped prompts of the same name. A name that nothing asks for and a text that is no mustache are
    // usage errors.
    static Result<Book> create(const std::map<std::string, std::string>& own = {});
    ~Book();
    Book(Book&&) noexcept;
    Book& operator=(Book&&) noexcept;

    // The prompt with its holes filled: text, numbers and booleans as they are, objects and lists as sections. Nothing
    // is escaped: a prompt is no HTML, and what is quoted in one is made safe by whoever gives it. `name` must exist.
    std::string render(std::string_view name, const boost::json::object& values) const;

    // Of the texts of all prompts whose names begin with `prefix`: what runs pin.
    std::string hash(std::string_view prefix) const;

  private:
    struct Impl;
    explicit Book(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::prompt
