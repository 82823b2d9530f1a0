// One conversation in its world: calls are served, faults put in their way, events happen, everything is logged.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"
#include "world/remote_tools.h"
#include "world/tools.h"

namespace sosia::world {

class Seat : public std::enable_shared_from_this<Seat> {
  public:
    // `documents` lie over the base (Toolbox::begin).
    static Result<std::unique_ptr<Seat>> make(std::shared_ptr<const Toolbox> toolbox,
                                              const boost::json::object& documents, std::uint64_t seed,
                                              std::string conversation, std::vector<WorldEvent> events = {});

    // Another place in the same world: one state, calls and faults of its own. Events go by the turns of the first.
    std::unique_ptr<Seat> join(std::uint64_t seed, std::string conversation);

    // Serves a call and logs it. After close(), or after a tool that ends the conversation, it is refused.
    Answer call(std::string_view tool, const boost::json::value& arguments);
    // The same, also for the tools of servers that are not Sosia's. A seat that is waited for like this is kept by a
    // shared_ptr.
    boost::asio::awaitable<Answer> serve(std::string tool, boost::json::value arguments);
    void add_remote(std::shared_ptr<RemoteTools> tools) { remotes_.push_back(std::move(tools)); }
    // Why a server of the world cannot be had: what is asked of its tools is answered with this.
    void lacks(std::string why) { trouble_ = std::move(why); }
    const std::string& trouble() const { return trouble_; }  // "": all are there
    // Whether a tool of this name is the world's: its calls are served here, whatever an agent reports.
    bool knows(std::string_view tool) const;
    // Those that agents may see.
    std::vector<const WorldTool*> offered() const;
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
    State& state() { return *state_; }

  private:
    Seat(std::shared_ptr<const Toolbox> toolbox, std::shared_ptr<State> state, std::uint64_t seed,
         std::string conversation);

    const WorldFault* fault_for(std::string_view tool);
    Answer perform(const WorldFault* fault, std::string_view tool, const boost::json::value& arguments);
    boost::asio::awaitable<Answer> perform_remote(const WorldFault* fault, std::shared_ptr<RemoteTools> remote,
                                                  std::string tool, boost::json::value arguments);
    std::shared_ptr<RemoteTools> remote_with(std::string_view tool) const;
    Answer spoiled(Answer answer, const WorldFault& fault);
    void log(std::string_view tool, const boost::json::value& arguments, const Answer& answer);

    std::shared_ptr<const Toolbox> toolbox_;
    std::shared_ptr<State> state_;
    std::string conversation_;
    Random faults_;
    std::vector<std::shared_ptr<RemoteTools>> remotes_;
    std::string trouble_;
    std::vector<ToolCall> log_;
    std::vector<WorldEvent> events_;
    std::uint64_t calls_ = 0;
    std::vector<int> matched_;  // per fault rule: calls that it was for
    bool closed_ = false;
};

std::string_view to_string(WorldFault::Kind kind);
std::string_view to_string(Answer::Kind kind);  // "" for answered

}  // namespace sosia::world
