// One question to the mock and its answer, whatever the protocol they travel in.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/chat_model.h"
#include "net/http.h"

namespace sosia::llm::mock {

struct MockQuestion {
    std::string model;
    std::vector<Message> messages;
    std::vector<Tool> tools;
    std::string forced_tool;  // the caller insists on this one; "*": on any
    std::optional<JsonShape> shape;
    bool stream = false;
    bool usage_in_stream = true;
    int max_tokens = 0;  // 0: no limit
};

struct MockReply {
    std::string id;  // 24 hex digits, the same for the same question
    std::string text;
    std::vector<ToolCall> calls;
    Usage usage;
    Finish finish = Finish::stop;
    std::int64_t created = 0;  // unix seconds
};

// What a provider says when it refuses.
struct MockRefusal {
    FailureKind kind = FailureKind::bad_request;
    std::string message;
};

// How one protocol is written. The error of `read` is a sentence for the caller.
class MockProtocol {
  public:
    virtual ~MockProtocol() = default;
    virtual std::expected<MockQuestion, std::string> read(std::string_view path,
                                                          const boost::json::object& body) const = 0;
    virtual std::string whole(const MockQuestion& question, const MockReply& reply) const = 0;
    // The stream's events as they are written, one string each.
    virtual std::vector<std::string> events(const MockQuestion& question, const MockReply& reply) const = 0;
    virtual int status(FailureKind kind) const = 0;
    virtual std::string refusal(const MockRefusal& refusal) const = 0;
    // A refusal in the middle of a stream.
    virtual std::string refusal_event(const MockRefusal& refusal) const = 0;
    virtual void add_limits(net::Headers& headers, std::int64_t limit, std::int64_t remaining,
                            std::int64_t now_unix_ms) const = 0;
};

const MockProtocol& openai_chat_protocol();
const MockProtocol& openai_responses_protocol();
const MockProtocol& anthropic_protocol();
const MockProtocol& gemini_protocol();

// The words of a message's content: a text, or a list of parts with texts.
std::string content_text(const boost::json::value* content);
// `text` in pieces as a model would stream it, cut between characters.
std::vector<std::string> pieces_of(std::string_view text);
// Server-sent events: "data: ...", or "event: type" before it.
std::string sse(const boost::json::value& data);
std::string sse(std::string_view type, const boost::json::value& data);

}  // namespace sosia::llm::mock
