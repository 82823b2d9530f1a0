// What a provider's refusal means, for whoever has to decide what to do next.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "llm/chat_model.h"
#include "net/http.h"

namespace sosia::llm {

// The words of an error body, wherever the provider puts them; all may be empty.
struct ErrorWords {
    std::string kind;     // "insufficient_quota", "overloaded_error", "RESOURCE_EXHAUSTED"
    std::string code;     // "context_length_exceeded"
    std::string message;  // for people
    std::string param;    // what the provider did not like
    std::optional<std::chrono::milliseconds> retry_after = {};
};

ErrorWords error_words(const boost::json::value& body);

// Any answer that is not 2xx.
Failure failure_of(const net::HttpResponse& response, std::int64_t now_unix_ms);
// An error event inside a stream that began well.
Failure failure_in_stream(const boost::json::value& event);
// No answer at all.
Failure failure_of(const net::HttpError& error, std::chrono::milliseconds timeout);

// Whether the same request may succeed later.
bool may_pass(FailureKind kind);
std::string_view to_string(FailureKind kind);

}  // namespace sosia::llm
