// One provider's way of writing a request and reading an answer. Knows nothing of connections, limits or retries.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "llm/answer_draft.h"
#include "llm/chat_model.h"
#include "net/http.h"

namespace sosia::llm {

// Takes the events of one streamed answer.
class EventReader {
  public:
    virtual ~EventReader() = default;
    // One event. Returns true when nothing more is to come.
    virtual std::expected<bool, Failure> take(std::string_view type, const boost::json::object& event) = 0;
    virtual const AnswerDraft& draft() const = 0;
    virtual AnswerDraft take_draft() = 0;
};

class Wire {
  public:
    virtual ~Wire() = default;
    // Method, URL, headers and body. The size and time limits are the caller's.
    virtual net::HttpRequest request(const ChatRequest& request) const = 0;
    // A whole, not streamed answer.
    virtual ChatResult read(const boost::json::value& body) const = 0;
    virtual std::unique_ptr<EventReader> events() const = 0;
    // A provider or model that refuses an optional member of the request: leaves it out from now on. True when the next
    // request differs.
    virtual bool give_in(std::string_view refused_param, std::string_view message) = 0;
};

}  // namespace sosia::llm
