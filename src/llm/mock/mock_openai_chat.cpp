// Chat Completions as OpenAI's own client expects them.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/mock/mock_exchange.h"
#include "llm/mock/mock_openai.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

std::string_view finish_name(Finish finish) {
    switch (finish) {
        case Finish::length:
            return "length";
        case Finish::tool_calls:
            return "tool_calls";
        case Finish::content_filter:
            return "content_filter";
        default:
            return "stop";
    }
}

Role role_of(std::string_view name) {
    return name == "assistant"                       ? Role::assistant
           : name == "tool" || name == "function"    ? Role::tool
           : name == "system" || name == "developer" ? Role::system
                                                     : Role::user;
}

json::object usage_json(const Usage& usage) {
    return {{"prompt_tokens", usage.input},
            {"completion_tokens", usage.output},
            {"total_tokens", usage.input + usage.output},
            {"prompt_tokens_details", json::object{{"cached_tokens", usage.cached_input}, {"audio_tokens", 0}}},
            {"completion_tokens_details", json::object{{"reasoning_tokens", 0}}}};
}

json::array calls_json(const MockReply& reply, bool with_index) {
    json::array out;
    for (std::size_t i = 0; i < reply.calls.size(); ++i) {
        const ToolCall& call = reply.calls[i];
        json::object entry{{"id", call.id},
                           {"type", "function"},
                           {"function", json::object{{"name", call.name},
                                                     {"arguments", with_index ? "" : json_text(call.arguments)}}}};
        if (with_index) {
            entry["index"] = i;
        }
        out.emplace_back(std::move(entry));
    }
    return out;
}

class ChatProtocol final : public MockProtocol {
  public:
    std::expected<MockQuestion, std::string> read(std::string_view path, const json::object& body) const override {
        MockQuestion out{.model = std::string(text_in(body, "model")), .stream = flag_in(body, "stream")};
        if (out.model.empty() && path.find("/deployments/") == std::string_view::npos) {
            return std::unexpected("you must provide a model parameter");
        }
        const json::array* messages = array_in(body, "messages");
        if (messages == nullptr || messages->empty()) {
            return std::unexpected("Missing required parameter: 'messages'.");
        }
        for (const json::value& value : *messages) {
            const json::object* message = value.if_object();
            if (message == nullptr || text_in(*message, "role").empty()) {
                return std::unexpected("Missing required parameter: 'messages[].role'.");
            }
            out.messages.push_back({.role = role_of(text_in(*message, "role")),
                                    .text = content_text(member(*message, "content")),
                                    .call_id = std::string(text_in(*message, "tool_call_id"))});
        }
        read_tools(body, out);
        if (const json::object* format = object_in(body, "response_format")) {
            const json::object* shape = object_in(*format, "json_schema");
            const json::object* schema = shape == nullptr ? nullptr : object_in(*shape, "schema");
            if (schema != nullptr) {
                out.shape = JsonShape{std::string(text_in(*shape, "name")), *schema};
            } else if (text_in(*format, "type") == "json_object") {
                out.shape = JsonShape{"object", json::object{{"type", "object"}}};
            }
        }
        const json::object* options = object_in(body, "stream_options");
        out.usage_in_stream = options != nullptr && flag_in(*options, "include_usage");
        out.max_tokens = static_cast<int>(std::min<std::int64_t>(
            1 << 20, integer_in(body, "max_completion_tokens").value_or(count_in(body, "max_tokens"))));
        return out;
    }

    std::string whole(const MockQuestion& question, const MockReply& reply) const override {
        json::object message{{"role", "assistant"}, {"content", reply.text}, {"refusal", nullptr}};
        if (!reply.calls.empty()) {
            message["tool_calls"] = calls_json(reply, false);
            if (reply.text.empty()) {
                message["content"] = nullptr;
            }
        }
        json::object choice{{"index", 0},
                            {"message", std::move(message)},
                            {"logprobs", nullptr},
                            {"finish_reason", finish_name(reply.finish)}};
        return json_text(json::object{{"id", "chatcmpl-" + reply.id},
                                      {"object", "chat.completion"},
                                      {"created", reply.created},
                                      {"model", question.model},
                                      {"choices", json::array{std::move(choice)}},
                                      {"usage", usage_json(reply.usage)},
                                      {"system_fingerprint", "fp_mock"}});
    }

    std::vector<std::string> events(const MockQuestion& question, const MockReply& reply) const override {
        std::vector<std::string> out;
        const auto add = [&](json::object delta, json::value finish) {
            json::object choice{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish)}};
            out.push_back(sse(chunk(question, reply, json::array{std::move(choice)})));
        };
        add({{"role", "assistant"}, {"content", reply.calls.empty() ? json::value("") : json::value(nullptr)}},
            nullptr);
        for (const std::string& piece : pieces_of(reply.text)) {
            add({{"content", piece}}, nullptr);
        }
        if (!reply.calls.empty()) {
            add({{"tool_calls", calls_json(reply, true)}}, nullptr);
        }
        for (std::size_t i = 0; i < reply.calls.size(); ++i) {
            for (const std::string& piece : pieces_of(json_text(reply.calls[i].arguments))) {
                add({{"tool_calls",
                      json::array{json::object{{"index", i}, {"function", json::object{{"arguments", piece}}}}}}},
                    nullptr);
            }
        }
        add({}, json::string(finish_name(reply.finish)));
        if (question.usage_in_stream) {
            json::object last = chunk(question, reply, {});
            last["usage"] = usage_json(reply.usage);
            out.push_back(sse(last));
        }
        out.emplace_back("data: [DONE]\n\n");
        return out;
    }

    int status(FailureKind kind) const override { return openai_status(kind); }
    std::string refusal(const MockRefusal& refusal) const override { return openai_refusal(refusal); }
    std::string refusal_event(const MockRefusal& refusal) const override {
        return fmt::format("data: {}\n\n", openai_refusal(refusal));
    }
    void add_limits(net::Headers& headers, std::int64_t limit, std::int64_t remaining, std::int64_t) const override {
        openai_limits(headers, limit, remaining);
    }

  private:
    static json::object chunk(const MockQuestion& question, const MockReply& reply, json::array choices) {
        return {{"id", "chatcmpl-" + reply.id}, {"object", "chat.completion.chunk"}, {"created", reply.created},
                {"model", question.model},      {"system_fingerprint", "fp_mock"},   {"choices", std::move(choices)}};
    }

    static void read_tools(const json::object& body, MockQuestion& out) {
        const json::array* tools = array_in(body, "tools");
        for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
            const json::object* tool = (*tools)[i].if_object();
            const json::object* function = tool == nullptr ? nullptr : object_in(*tool, "function");
            if (function != nullptr) {
                const json::object* parameters = object_in(*function, "parameters");
                out.tools.push_back({std::string(text_in(*function, "name")),
                                     std::string(text_in(*function, "description")),
                                     parameters == nullptr ? json::object{} : *parameters});
            }
        }
        const json::object* choice = object_in(body, "tool_choice");
        const json::object* function = choice == nullptr ? nullptr : object_in(*choice, "function");
        out.forced_tool = function != nullptr                          ? std::string(text_in(*function, "name"))
                          : text_in(body, "tool_choice") == "required" ? "*"
                                                                       : "";
    }
};

}  // namespace

int openai_status(FailureKind kind) {
    switch (kind) {
        case FailureKind::authentication:
            return 401;
        case FailureKind::quota:
        case FailureKind::rate_limited:
            return 429;
        case FailureKind::overloaded:
            return 503;
        case FailureKind::unreachable:
            return 500;
        default:
            return 400;
    }
}

std::string openai_refusal(const MockRefusal& refusal) {
    std::string_view type = "invalid_request_error";
    json::value code = nullptr;
    switch (refusal.kind) {
        case FailureKind::authentication:
            code = "invalid_api_key";
            break;
        case FailureKind::quota:
            type = "insufficient_quota";
            code = "insufficient_quota";
            break;
        case FailureKind::rate_limited:
            type = "requests";
            code = "rate_limit_exceeded";
            break;
        case FailureKind::context_length:
            code = "context_length_exceeded";
            break;
        case FailureKind::content_filter:
            code = "content_filter";
            break;
        case FailureKind::overloaded:
        case FailureKind::unreachable:
            type = "server_error";
            break;
        default:
            break;
    }
    return json_text(json::object{
        {"error",
         json::object{{"message", refusal.message}, {"type", type}, {"param", nullptr}, {"code", std::move(code)}}}});
}

void openai_limits(net::Headers& headers, std::int64_t limit, std::int64_t remaining) {
    constexpr std::int64_t tokens = 1000;  // per request, so that both run out together
    const auto used = limit - remaining;
    const std::string reset = fmt::format("{}ms", limit == 0 ? 0 : used * 60'000 / limit);
    headers.add("x-ratelimit-limit-requests", std::to_string(limit));
    headers.add("x-ratelimit-remaining-requests", std::to_string(remaining));
    headers.add("x-ratelimit-reset-requests", reset);
    headers.add("x-ratelimit-limit-tokens", std::to_string(limit * tokens));
    headers.add("x-ratelimit-remaining-tokens", std::to_string(remaining * tokens));
    headers.add("x-ratelimit-reset-tokens", reset);
}

const MockProtocol& openai_chat_protocol() {
    static const ChatProtocol protocol;
    return protocol;
}

}  // namespace sosia::llm::mock
