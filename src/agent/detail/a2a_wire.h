// The Agent2Agent protocol over JSON-RPC, revisions 1.0 and 0.3: agent cards, messages, tasks and their events.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/agent.h"

namespace sosia::agent::detail {

enum class A2aVersion { v1_0, v0_3 };

// Where an agent card says that its agent is to be reached by JSON-RPC.
struct A2aCard {
    std::string url;
    A2aVersion version = A2aVersion::v1_0;
    std::string tenant;
    bool streams = false;
};

// The first interface of revision 1, else one of 0.3. The error is a sentence.
std::expected<A2aCard, std::string> read_agent_card(std::string_view body);

// What a conversation remembers between two turns.
struct A2aThread {
    std::string context_id;
    std::string task_id;                                   // of a task that waits for input; "" begin a new one
    std::set<std::pair<std::string, std::string>> told{};  // artifacts (id, text) of earlier turns
};

std::string a2a_send(const A2aCard& card, const A2aThread& thread, const Request& request, bool stream);
std::string a2a_get_task(const A2aCard& card, const std::string& task_id);

// The answers to one message, put together: a message, or a task and its updates.
class A2aTurn {
  public:
    // A whole JSON-RPC answer, or one event of a stream. False when it is none; error() then says why.
    bool take(std::string_view body);

    // The agent waits for the user, or the task is over.
    bool done() const;
    // The same, and of a stream nothing more is to come: a task at its beginning may be as an earlier turn left it.
    bool decided() const { return done() && (has_message_ || updated_ || !error_.empty()); }
    const std::string& error() const { return error_; }
    const std::string& task_id() const { return task_id_; }
    // The reply, which needs a text; remembers context and task. The error is a sentence.
    std::expected<Reply, std::string> reply(A2aThread& thread) const;

  private:
    struct Artifact {
        std::string id;
        std::string text;
    };

    void take_result(const boost::json::object& result);
    void take_message(const boost::json::object& message);
    void take_task(const boost::json::object& task);
    void take_status(const boost::json::object& status);
    void take_artifact(const boost::json::value& artifact, bool append);
    void keep_ids(const boost::json::object& from, std::string_view task_key);
    void keep_tools(const boost::json::object& from);
    bool complain(std::string what);

    std::string error_;
    std::string context_id_;
    std::string task_id_;
    std::string state_;    // "completed", "input-required", ...; "" no task
    std::string message_;  // text of a message, or of the task's status
    bool has_message_ = false;
    bool updated_ = false;  // by a change of status
    std::vector<Artifact> artifacts_;
    std::vector<ToolCall> tools_;
};

}  // namespace sosia::agent::detail
