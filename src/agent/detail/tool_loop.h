// Sosia's own tool loop: an agent that answers with tool calls gets their results and is asked again, until it says
// something or has asked too often.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "agent/detail/args.h"
#include "llm/chat_model.h"

namespace sosia::agent::detail {

// A call as the agent wrote it.
struct WantedCall {
    std::string id;
    std::string name;
    boost::json::value arguments;  // an object, unless the agent wrote something else
};

// `tool_steps`: how often an agent may ask for tools in one turn; 0: it is offered none.
int tool_steps_arg(Args& args);

// One turn's messages, which begin with the history and grow by what the tools answer.
class ToolLoop {
  public:
    // The request outlives the loop.
    ToolLoop(const Request& request, int most_steps);

    // History: calls that the world served stand before the text that the agent said after them.
    const std::vector<llm::Message>& messages() const { return messages_; }
    std::vector<llm::Message>& messages() { return messages_; }
    // Empty without a world, and when no steps are allowed.
    const std::vector<ToolOffer>& offers() const;
    std::vector<llm::Tool> tools() const;
    bool serves(std::string_view tool) const;
    // Any of the calls is the world's.
    bool serves_any(const std::vector<WantedCall>& calls) const;

    // Serves the calls, unknown ones too: the agent is told. False when it has asked as often as it may.
    boost::asio::awaitable<bool> serve(std::string text, std::vector<WantedCall> calls);
    int steps() const { return steps_; }
    // Ends the sentence "POST http://... ".
    std::string too_many() const;

  private:
    ToolHost* host_;
    int most_steps_;
    int steps_ = 0;
    std::vector<llm::Message> messages_;
};

}  // namespace sosia::agent::detail
