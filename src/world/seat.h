// One conversation in its world: calls are served, faults put in their way, events happen, everything is logged.
#pragma once
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"
#include "world/tools.h"

namespace sosia::world {

class Seat {
  public:
    // `documents` lie over the base (Toolbox::begin).
    static Result<std::unique_ptr<Seat>> make(std::shared_ptr<const Toolbox> toolbox,
                                              const boost::json::object& documents, std::uint64_t seed,
                                              std::string conversation, std::vector<WorldEvent> events = {});

    // Serves a call and logs it. After close(), or after a tool that ends the conversation, it is refused.
    Answer call(std::string_view tool, const boost::json::value& arguments);
    // So many agent turns are over: lets time pass and runs the events that are due.
    void turns_over(int turns);
    // The calls since the last time.
    std::vector<ToolCall> take_calls();
    // Serves the calls of an earlier attempt again, so that a resumed conversation finds its world as it was.
    void serve_again(const std::vector<ToolCall>& calls);
    void close() { closed_ = true; }
    bool closed() const { return closed_; }

    WorldRecord record() const;
    const Toolbox& toolbox() const { return *toolbox_; }
    State& state() { return state_; }

  private:
    Seat(std::shared_ptr<const Toolbox> toolbox, State state, std::uint64_t seed);

    const WorldFault* fault_for(std::string_view tool);
    Answer serve(const WorldFault* fault, std::string_view tool, const boost::json::value& arguments);

    std::shared_ptr<const Toolbox> toolbox_;
    State state_;
    Random faults_;
    std::vector<ToolCall> log_;
    std::vector<WorldEvent> events_;
    std::uint64_t calls_ = 0;
    std::vector<int> matched_;  // per fault rule: calls that it was for
    bool closed_ = false;
};

std::string_view to_string(WorldFault::Kind kind);
std::string_view to_string(Answer::Kind kind);  // "" for answered

}  // namespace sosia::world
