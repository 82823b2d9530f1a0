// A LangGraph server's wire: what a run is given, and what its final state says.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "agent/agent.h"
#include "agent/detail/reply_shape.h"
#include "agent/detail/request_template.h"
#include "net/sse.h"

namespace sosia::agent::detail {

struct LangGraphShape {
    std::string assistant;
    std::optional<RequestTemplate> input;  // nothing: {"messages": [the newest user message]}
    ReplyShape reply;                      // with a text pointer: looked for in the final state
    bool send_context = false;             // the scenario's context as config.configurable.context
    bool stream = false;
};

// The body of a run. After an interrupt the user's message resumes the graph.
std::string langgraph_run(const LangGraphShape& shape, const Request& request, bool resume);

// "/threads" answered; the error is a sentence.
std::expected<std::string, std::string> read_thread_id(std::string_view body);

struct LangGraphAnswer {
    Reply reply;
    bool interrupted = false;  // the graph waits for the user's answer
};

// The final state of a run. What the graph said counts from the last human message on.
std::expected<LangGraphAnswer, std::string> read_langgraph_state(const LangGraphShape& shape, std::string_view body);

// Keeps the last state of a streamed run.
class LangGraphStream {
  public:
    explicit LangGraphStream(std::size_t max_bytes);
    bool feed(std::string_view bytes) { return events_.feed(bytes); }
    // The last state as JSON, or why there is none.
    std::expected<std::string, std::string> state() const;

  private:
    bool take(const net::SseEvent& event);

    net::SseParser events_;
    std::string state_;
    std::string error_;
};

}  // namespace sosia::agent::detail
