// Pieces of what an agent sent, safe to show.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sosia::agent::detail {

// The first 200 bytes in quotes; control characters and bytes that are no UTF-8 are escaped. "nothing" when empty.
std::string excerpt(std::string_view bytes);

// The URL without user information, query and fragment, which may hold a secret.
std::string public_url(std::string_view url);

// Takes configured secrets out of messages: an agent may send back what it was sent.
class Redactor {
  public:
    // Remembers a header's value, and the token in "Bearer <token>". Short values are no secrets.
    void add(std::string_view value);
    std::string clean(std::string text) const;

  private:
    std::vector<std::string> secrets_;
};

}  // namespace sosia::agent::detail
