// The agent under test behind one interface. One Agent per run; one Session per conversation.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/tool_host.h"
#include "base/error.h"
#include "domain/conversation.h"

namespace sosia::agent {

// What a failed exchange means for the conversation; docs/agents.md lists which wire fact gives which kind.
enum class FailureKind {
    unreachable,    // refused, reset, DNS, TLS, process died, 408, 429, 5xx, other 4xx, body too large: infrastructure,
                    // outcome invalid
    timeout,        // no complete reply within the turn's time: infrastructure, outcome invalid
    invalid_reply,  // a 2xx reply that is no answer: empty, not JSON, wrong type, bad UTF-8, HTML: the agent's fault,
                    // outcome failed
    cancelled,
};

struct Failure {
    FailureKind kind = FailureKind::unreachable;
    std::string message;  // one sentence; never contains a secret
    bool may_retry =
        false;        // trying again could help (already tried as often as the limits allow when a Session reports it)
    int retries = 0;  // requests sent again before giving up
};

struct Message {
    Role role = Role::user;
    std::string text;
    std::vector<ToolCall> calls{};  // of an agent's message: what the world served it before it said this
};

struct Request {
    std::string_view conversation;                 // id
    int turn = 1;                                  // number of the user turn, 1-based
    std::span<const Message> messages;             // whole history, the newest user message last
    const boost::json::object* context = nullptr;  // scenario context; never null
    std::string_view traceparent;                  // W3C trace context, "00-<32 hex>-<16 hex>-01"
    ToolHost* tools = nullptr;                     // of the conversation's world; null: the scenario has none
};

struct Reply {
    std::string text;
    std::vector<ToolCall> tools;
    bool ended = false;
    boost::json::object metadata;
    int retries = 0;  // requests sent again before this answer
};

using Exchange = std::expected<Reply, Failure>;

class Session {
  public:
    virtual ~Session() = default;
    // One turn. Obeys the turn time-out, retries and rate limit that the Agent was made with.
    virtual boost::asio::awaitable<Exchange> send(Request request) = 0;
    virtual boost::asio::awaitable<void> close() { co_return; }
};

struct Traits {
    bool stateless = false;   // keeps nothing between requests: a conversation can be continued after a crash
    std::string description;  // "POST http://127.0.0.1:8080/chat", for plan, progress and errors
};

class Agent {
  public:
    virtual ~Agent() = default;
    virtual const Traits& traits() const = 0;
    // Starts whatever the agent needs (process, connection) and waits until it is ready.
    virtual boost::asio::awaitable<Result<void>> start() { co_return Result<void>{}; }
    virtual boost::asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) = 0;
    // Ends whatever is in flight, waiting included: from now on every start() and send() ends soon, as cancelled.
    virtual void cancel() {}
    // Stops what start() started. Called exactly once, also after failures.
    virtual boost::asio::awaitable<void> stop() { co_return; }
};

}  // namespace sosia::agent
