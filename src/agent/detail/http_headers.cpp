#include "agent/detail/http_headers.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace sosia::agent::detail {

Result<RequestHeaders> RequestHeaders::make(const net::Headers& configured, std::string_view accept) {
    RequestHeaders headers;
    headers.accept_value_ = accept;
    for (const net::Header& header : configured) {
        auto value = TextTemplate::parse(header.value, fmt::format("agent.headers.{}", header.name));
        if (!value) {
            return std::unexpected(std::move(value.error()));
        }
        headers.configured_.push_back({header.name, std::move(*value)});
        headers.redactor_.add(header.value);
    }
    headers.content_type_ = !configured.contains("content-type");
    headers.accept_ = !configured.contains("accept");
    headers.traceparent_ = !configured.contains("traceparent");
    headers.conversation_ = !configured.contains("x-conversation-id");
    return headers;
}

net::Headers RequestHeaders::render(const Request& request, bool with_body) const {
    net::Headers headers;
    if (with_body && content_type_) {
        headers.add("Content-Type", "application/json");
    }
    if (accept_) {
        headers.add("Accept", accept_value_);
    }
    if (traceparent_ && !request.traceparent.empty()) {
        headers.add("traceparent", request.traceparent);
    }
    if (conversation_) {
        headers.add("X-Conversation-Id", request.conversation);
    }
    for (const Entry& entry : configured_) {
        // A line break inside a filled-in text would end the header.
        headers.add(entry.name, replace_all(replace_all(entry.value.render(request), "\r", " "), "\n", " "));
    }
    return headers;
}

}  // namespace sosia::agent::detail
