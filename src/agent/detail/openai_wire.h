// The OpenAI-compatible chat-completions wire: what a turn looks like, what an answer says.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "agent/agent.h"
#include "net/sse.h"

namespace sosia::agent::detail {

struct OpenAiShape {
    std::string model;
    std::string system;         // first message, when not empty
    bool send_context = false;  // scenario context as a second system message
    bool stream = false;
    boost::json::object parameters;  // temperature and whatever else the user wants in the body
};

std::string openai_request(const OpenAiShape& shape, const Request& request);
// A whole, not streamed answer. The error is a sentence.
std::expected<Reply, std::string> read_openai_reply(std::string_view body);

// Puts a streamed answer together. Copes with a server that answers in one piece although asked to stream.
class OpenAiStream {
  public:
    explicit OpenAiStream(std::size_t max_bytes);
    void feed(std::string_view bytes);
    bool done() const { return done_; }  // [DONE] was seen
    std::expected<Reply, std::string> finish() const;

  private:
    struct Call {
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
