// The OpenAI-compatible chat-completions wire: what a turn looks like, what an answer says.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/agent.h"
#include "agent/detail/tool_loop.h"
#include "net/sse.h"

namespace sosia::agent::detail {

struct OpenAiShape {
    std::string model;
    std::string system;         // first message, when not empty
    bool send_context = false;  // scenario context as a second system message
    bool stream = false;
    boost::json::object parameters;  // temperature and whatever else the user wants in the body
};

// An answer as it came: it may lack a text, and its tool calls may be meant to be served.
struct OpenAiAnswer {
    Reply reply;
    std::vector<std::string> call_ids;  // of reply.tools, one for each; "" where there was none
    bool stops_for_tools = false;       // finish_reason says so

    std::vector<WantedCall> calls() const;
};

std::string openai_request(const OpenAiShape& shape, const Request& request, const ToolLoop& loop);
// A whole, not streamed answer. The error is a sentence.
std::expected<OpenAiAnswer, std::string> read_openai_answer(std::string_view body);
// The answer as what the user is told, which needs a text. `body` is quoted in the error.
std::expected<Reply, std::string> reply_of(OpenAiAnswer answer, std::string_view body);
std::expected<Reply, std::string> read_openai_reply(std::string_view body);

// Puts a streamed answer together. Copes with a server that answers in one piece although asked to stream.
class OpenAiStream {
  public:
    explicit OpenAiStream(std::size_t max_bytes);
    void feed(std::string_view bytes);
    bool done() const { return done_; }  // [DONE] was seen
    std::expected<OpenAiAnswer, std::string> answer() const;
    std::expected<Reply, std::string> finish() const;
    std::string_view beginning() const { return whole_; }

  private:
    struct Call {
        std::string id;
        std::string name;
        std::string arguments;
    };

    bool take_event(std::string_view data);
    void take_chunk(const boost::json::value& chunk);
    void take_delta(const boost::json::object& delta);
    void take_calls(const boost::json::value& calls);
    void complain(std::string what);

    net::SseParser events_;
    std::string whole_;  // the body as it is when it is no stream; else its beginning, for messages
    bool decided_ = false;
    bool streamed_ = false;
    bool done_ = false;
    std::string error_;
    std::string text_;
    std::map<std::size_t, Call> calls_;
    boost::json::object metadata_;
    bool finished_ = false;  // a finish_reason was seen
};

}  // namespace sosia::agent::detail
