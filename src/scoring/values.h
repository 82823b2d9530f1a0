// Does a text contain a value, however it is written?
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "user/reader.h"

namespace sosia::scoring {

// Lower-case letters and digits alone: "A-10 023" and "a10023" are the same.
std::string squeeze(std::string_view text);

// Letters, digits, and what is above ASCII, lower case: two texts that differ in punctuation alone are the same text.
std::string gist(std::string_view text);

// All text inside a JSON value: strings as they are, numbers as written, joined by spaces.
std::string flatten(const boost::json::value& value);

// The sentence of `text` around `at`, without outer spaces. Sentences end at . ! ? before a space and at line ends.
std::string_view sentence_at(std::string_view text, std::size_t at);

// What a finding quotes: trimmed, on one line, shortened.
std::string quote_of(std::string_view text, std::size_t begin, std::size_t end);
std::string quote_of(std::string_view text);

// Same kind and same value: amounts and lengths as numbers, dates by month and day.
bool same_value(const user::Claim& a, const user::Claim& b);

// A value to look for, made ready once: "March 14" is also found as 2026-03-14, "A-10023" as a10023, "49.00" as $49.
class Wanted {
  public:
    Wanted(std::string value, const user::Reader& reader, std::string_view language);

    const std::string& text() const { return value_; }
    // Where `text` contains it, or npos.
    std::size_t in(std::string_view text, const user::Reader& reader, std::string_view language) const;

  private:
    std::string value_;
    std::string squeezed_;             // identifiers only, else ""
    std::vector<user::Claim> claims_;  // one date or amount, else none
};

// An order number, an e-mail, a phone number: something that is right or wrong as a whole.
bool is_identifier(std::string_view value);

}  // namespace sosia::scoring
