// The tools of a conversation's world, for agents whose tool loop Sosia runs. Whoever runs the conversation implements
// it (simulation/seat_host.h); agents only know this side.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"

namespace sosia::agent {

// A tool as the agent is told of it. What it points to lives as long as the conversation.
struct ToolOffer {
    std::string_view name;
    std::string_view description;
    const boost::json::object* parameters = nullptr;  // JSON Schema of the arguments; never null
};

class ToolHost {
  public:
    virtual ~ToolHost() = default;
    virtual const std::vector<ToolOffer>& offers() const = 0;
    // Serves and records the call, and waits where the tool is another server's. The answer is what a model reads: a
    // refused, wrong or unknown call is answered with what is wrong.
    virtual boost::asio::awaitable<std::string> call(std::string name, boost::json::value arguments) = 0;
    // The answer of an earlier call as a model read it then.
    virtual std::string answer_of(const ToolCall& call) const = 0;
};

}  // namespace sosia::agent
