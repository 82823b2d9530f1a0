// Where a provider's requests go and what they carry besides the conversation.
#pragma once
#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <string_view>

#include "net/http.h"

namespace sosia::llm {

struct Endpoint {
    std::string url;                 // of the whole call, or the part before the model where the URL names it
    net::Headers headers;            // with the key: never shown
    std::string model;               // as the provider knows it
    boost::json::object parameters;  // more members of the body; they win over ours
};

// POST with JSON. `parameters` are set last.
net::HttpRequest post_json(const Endpoint& endpoint, std::string url, boost::json::object body);

// Optional members of a request that this server or model does not take. Found out by being refused.
class LeftOut {
  public:
    // Leaves `name` out from now on when the refusal is about it. True when that is news.
    bool note(std::string_view name, std::string_view refused_param, std::string_view message);
    bool has(std::string_view name) const { return names_.contains(name); }

  private:
    std::set<std::string, std::less<>> names_;
};

}  // namespace sosia::llm
