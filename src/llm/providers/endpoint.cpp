#include "llm/providers/endpoint.h"

#include <utility>

#include "domain/json_text.h"

namespace sosia::llm {

net::HttpRequest post_json(const Endpoint& endpoint, std::string url, boost::json::object body) {
    for (const auto& [key, value] : endpoint.parameters) {
        body[key] = value;
    }
    net::HttpRequest out{
        .method = "POST", .url = std::move(url), .headers = endpoint.headers, .body = json_text(std::move(body))};
    out.headers.add("Content-Type", "application/json");
    return out;
}

bool LeftOut::note(std::string_view name, std::string_view refused_param, std::string_view message) {
    const bool meant = refused_param == name || (refused_param.empty() && message.find(name) != std::string_view::npos);
    return meant && names_.emplace(name).second;
}

}  // namespace sosia::llm
