// The user's `request:` template: a JSON value whose strings may hold {{placeholders}}.
#pragma once
#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "agent/detail/text_template.h"
#include "base/error.h"

namespace sosia::agent::detail {

class RequestTemplate {
  public:
    // Without a template the default wire form is written.
    static Result<RequestTemplate> parse(const boost::json::value* request);
    std::string render(const Request& request) const;
    // Every request carries the whole history, so the agent need not remember.
    bool carries_history() const { return carries_history_; }

    struct Node;

  private:
    std::shared_ptr<const Node> root_;  // empty: the default wire form
    bool carries_history_ = true;
};

// {"conversation": id, "turn": n, "messages": [...], "context": {...}}
std::string default_request(const Request& request);

}  // namespace sosia::agent::detail
