// Headers every request to an agent carries, under the ones the user configured.
#pragma once
#include "agent/detail/excerpt.h"
#include "agent/detail/text_template.h"
#include "net/http.h"

namespace sosia::agent::detail {

class RequestHeaders {
  public:
    // Values may hold placeholders. A configured header replaces the one of the same name that we would send.
    static Result<RequestHeaders> make(const net::Headers& configured, std::string_view accept);
    net::Headers render(const Request& request, bool with_body) const;
    const Redactor& redactor() const { return redactor_; }

  private:
    struct Entry {
        std::string name;
        TextTemplate value;
    };
    std::vector<Entry> configured_;
    bool content_type_ = true;  // not configured: ours is sent
    bool accept_ = true;
    bool traceparent_ = true;
    bool conversation_ = true;
    std::string accept_value_;
    Redactor redactor_;
};

}  // namespace sosia::agent::detail
