// What a turn's conversation looks like to a model, and what its failures mean for the conversation.
#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "agent/agent.h"
#include "agent/detail/excerpt.h"
#include "agent/detail/tool_loop.h"
#include "llm/chat_model.h"

namespace sosia::agent::detail {

struct ModelShape {
    std::string system;
    bool send_context = false;  // the scenario's context joins the system prompt
    llm::Sampling sampling;
    int tool_steps = 0;
    bool stream = false;
};

// The request of one step. Every provider wants the user to speak first, so a conversation that the agent opens begins
// with a stage direction.
llm::ChatRequest chat_request(const ModelShape& shape, const Request& request, const ToolLoop& loop);

// The words of a model that has none left, or of its provider.
Failure failure_of(const llm::Failure& failure, const std::string& description, const Redactor& redactor);

// What the answers of one turn add up to; goes into the reply's metadata.
class TurnCost {
  public:
    void add(const llm::ChatAnswer& answer);
    boost::json::object metadata(int tool_steps) const;

  private:
    llm::Usage usage_;
    std::optional<double> cost_usd_;
    std::string model_;
    int answers_ = 0;
};

}  // namespace sosia::agent::detail
