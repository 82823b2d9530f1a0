// A chat model behind one required operation: messages in, text or tool calls out. Providers differ in what they offer;
// `Traits` says so, and whoever calls asks it instead of knowing names.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace sosia::llm {

enum class Role : std::uint8_t { system, user, assistant, tool };

struct ToolCall {
    std::string id;
    std::string name;
    boost::json::object arguments;
    std::string signature = {};  // opaque; goes back to the provider as it came (Gemini wants it)

    bool operator==(const ToolCall&) const = default;
};

struct Message {
    Role role = Role::user;
    std::string text;
    std::vector<ToolCall> calls;  // of an assistant message
    std::string call_id;          // of a tool message: which call it answers

    bool operator==(const Message&) const = default;
};

struct Tool {
    std::string name;
    std::string description;
    boost::json::object parameters;  // JSON Schema of the arguments
};

// The shape the answer's text must have.
struct JsonShape {
    std::string name;  // [a-z_]+, providers want one
    boost::json::object schema;
};

struct Sampling {
    std::optional<double> temperature;
    std::optional<double> top_p;
    std::optional<std::uint64_t> seed;
    int max_tokens = 1024;
};

struct ChatRequest {
    std::vector<Message> messages;
    std::vector<Tool> tools;
    std::optional<JsonShape> shape;
    Sampling sampling;
    bool stream = false;
    int repetition = 0;  // keeps the cached answers of repeated questions apart; not sent
};

// Tokens of one call. `input` includes `cached_input`; `output` includes hidden reasoning.
struct Usage {
    std::int64_t input = 0;
    std::int64_t cached_input = 0;
    std::int64_t output = 0;

    bool operator==(const Usage&) const = default;
};

enum class Finish : std::uint8_t { stop, length, tool_calls, content_filter, other };

struct ChatAnswer {
    std::string text;
    std::vector<ToolCall> calls;
    Usage usage;
    Finish finish = Finish::stop;
    std::string model;                // as the provider named it
    std::int64_t first_token_us = 0;  // equals duration_us when the answer was not streamed
    std::int64_t duration_us = 0;
    std::optional<double> cost_usd;  // nothing where no price is known
    bool cached = false;             // came from the store of answers, cost nothing
};

enum class FailureKind : std::uint8_t {
    authentication,
    quota,  // money or plan is used up: trying again is useless
    rate_limited,
    overloaded,
    context_length,
    content_filter,
    bad_request,
    malformed,  // an answer that breaks the provider's own format
    unreachable,
    timeout,
    cancelled,
    not_cached,  // --replay met a request that has no stored answer
    over_budget,
};

struct Failure {
    FailureKind kind = FailureKind::malformed;
    std::string message;  // one line, without secrets
    int status = 0;       // HTTP status, 0 where there was none
    std::optional<std::chrono::milliseconds> retry_after;
};

struct Traits {
    std::string name;  // provider/model, as the user wrote it
    bool tools = true;
    bool json_schema = true;
    bool seed = false;
    bool streams = true;
};

using ChatResult = std::expected<ChatAnswer, Failure>;

class ChatModel {
  public:
    virtual ~ChatModel() = default;
    virtual const Traits& traits() const = 0;
    // Never throws for what a provider does. Cancelling the coroutine ends it with `cancelled`.
    virtual boost::asio::awaitable<ChatResult> complete(ChatRequest request) = 0;
};

}  // namespace sosia::llm
