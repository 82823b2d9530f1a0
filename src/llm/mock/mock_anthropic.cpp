// The Messages API as Anthropic's own client expects it.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/clock.h"
#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/mock/mock_exchange.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

std::string_view finish_name(Finish finish) {
    switch (finish) {
        case Finish::length:
            return "max_tokens";
        case Finish::tool_calls:
            return "tool_use";
        case Finish::content_filter:
            return "refusal";
        default:
            return "end_turn";
    }
}

// The provider counts cached tokens apart.
json::object usage_json(const Usage& usage, std::int64_t output) {
    return {{"input_tokens", usage.input - usage.cached_input},
            {"cache_creation_input_tokens", 0},
            {"cache_read_input_tokens", usage.cached_input},
            {"output_tokens", output},
            {"service_tier", "standard"}};
}

json::object message_json(const MockQuestion& question, const MockReply& reply, json::array content,
                          json::value stop_reason, std::int64_t output) {
    return {{"id", "msg_" + reply.id},       {"type", "message"},
            {"role", "assistant"},           {"model", question.model},
            {"content", std::move(content)}, {"stop_reason", std::move(stop_reason)},
            {"stop_sequence", nullptr},      {"usage", usage_json(reply.usage, output)}};
}

// A list of blocks becomes messages: results of tools stand alone.
void read_blocks(const json::object& from, Role role, MockQuestion& out) {
    const json::array* blocks = array_in(from, "content");
    for (std::size_t i = 0; blocks != nullptr && i < blocks->size(); ++i) {
        const json::object* block = (*blocks)[i].if_object();
        if (block != nullptr && text_in(*block, "type") == "tool_result") {
            out.messages.push_back({.role = Role::tool,
                                    .text = content_text(member(*block, "content")),
                                    .call_id = std::string(text_in(*block, "tool_use_id"))});
        }
    }
    std::string text = content_text(member(from, "content"));
    const bool only_results = text.empty() && !out.messages.empty() && out.messages.back().role == Role::tool;
    if (!only_results) {
        out.messages.push_back({.role = role, .text = std::move(text)});
    }
}

class AnthropicProtocol final : public MockProtocol {
  public:
    std::expected<MockQuestion, std::string> read(std::string_view, const json::object& body) const override {
        MockQuestion out{.model = std::string(text_in(body, "model")), .stream = flag_in(body, "stream")};
        const json::array* messages = array_in(body, "messages");
        if (out.model.empty() || messages == nullptr || messages->empty()) {
            return std::unexpected("messages: at least one message is required");
        }
        out.max_tokens = static_cast<int>(std::min<std::int64_t>(1 << 20, count_in(body, "max_tokens")));
        if (out.max_tokens == 0) {
            return std::unexpected("max_tokens: Field required");
        }
        if (const std::string system = content_text(member(body, "system")); !system.empty()) {
            out.messages.push_back({.role = Role::system, .text = system});
        }
        for (const json::value& value : *messages) {
            const json::object* message = value.if_object();
            const std::string_view role = message == nullptr ? std::string_view{} : text_in(*message, "role");
            if (role != "user" && role != "assistant" && role != "system") {
                return std::unexpected("messages: Unexpected role");
            }
            read_blocks(*message,
                        role == "user"        ? Role::user
                        : role == "assistant" ? Role::assistant
                                              : Role::system,
                        out);
        }
        read_tools(body, out);
        const json::object* config = object_in(body, "output_config");
        const json::object* format = config == nullptr ? nullptr : object_in(*config, "format");
        if (const json::object* schema = format == nullptr ? nullptr : object_in(*format, "schema")) {
            out.shape = JsonShape{"answer", *schema};
        }
        return out;
    }

    std::string whole(const MockQuestion& question, const MockReply& reply) const override {
        json::array content;
        if (!reply.text.empty()) {
            content.emplace_back(json::object{{"type", "text"}, {"text", reply.text}, {"citations", nullptr}});
        }
        for (const ToolCall& call : reply.calls) {
            content.emplace_back(json::object{
                {"type", "tool_use"}, {"id", "tool" + call.id}, {"name", call.name}, {"input", call.arguments}});
        }
        return json_text(message_json(question, reply, std::move(content), json::string(finish_name(reply.finish)),
                                      reply.usage.output));
    }

    std::vector<std::string> events(const MockQuestion& question, const MockReply& reply) const override {
        std::vector<std::string> out;
        const auto add = [&out](const char* type, json::object event) {
            event["type"] = type;
            out.push_back(sse(type, event));
        };
        add("message_start", {{"message", message_json(question, reply, {}, nullptr, 1)}});
        add("ping", {});
        std::size_t index = 0;
        if (!reply.text.empty()) {
            add("content_block_start",
                {{"index", index},
                 {"content_block", json::object{{"type", "text"}, {"text", ""}, {"citations", nullptr}}}});
            for (const std::string& piece : pieces_of(reply.text)) {
                add("content_block_delta",
                    {{"index", index}, {"delta", json::object{{"type", "text_delta"}, {"text", piece}}}});
            }
            add("content_block_stop", {{"index", index++}});
        }
        for (const ToolCall& call : reply.calls) {
            add("content_block_start", {{"index", index},
                                        {"content_block", json::object{{"type", "tool_use"},
                                                                       {"id", "tool" + call.id},
                                                                       {"name", call.name},
                                                                       {"input", json::object{}}}}});
            for (const std::string& piece : pieces_of(json_text(call.arguments))) {
                add("content_block_delta",
                    {{"index", index}, {"delta", json::object{{"type", "input_json_delta"}, {"partial_json", piece}}}});
            }
            add("content_block_stop", {{"index", index++}});
        }
        add("message_delta",
            {{"delta", json::object{{"stop_reason", finish_name(reply.finish)}, {"stop_sequence", nullptr}}},
             {"usage", json::object{{"output_tokens", reply.usage.output}}}});
        add("message_stop", {});
        return out;
    }

    int status(FailureKind kind) const override {
        switch (kind) {
            case FailureKind::authentication:
                return 401;
            case FailureKind::rate_limited:
                return 429;
            case FailureKind::overloaded:
                return 529;
            case FailureKind::unreachable:
                return 500;
            default:
                return 400;  // no money left and too long a prompt included
        }
    }

    std::string refusal(const MockRefusal& refusal) const override { return json_text(error_json(refusal)); }
    std::string refusal_event(const MockRefusal& refusal) const override { return sse("error", error_json(refusal)); }

    void add_limits(net::Headers& headers, std::int64_t limit, std::int64_t remaining,
                    std::int64_t now_unix_ms) const override {
        const std::int64_t until_full = limit == 0 ? 0 : (limit - remaining) * 60'000 / limit;
        headers.add("anthropic-ratelimit-requests-limit", std::to_string(limit));
        headers.add("anthropic-ratelimit-requests-remaining", std::to_string(remaining));
        headers.add("anthropic-ratelimit-requests-reset", iso8601(now_unix_ms + until_full));
        headers.add("request-id", "req_mock");
    }

  private:
    static json::object error_json(const MockRefusal& refusal) {
        std::string_view type = "invalid_request_error";
        switch (refusal.kind) {
            case FailureKind::authentication:
                type = "authentication_error";
                break;
            case FailureKind::rate_limited:
                type = "rate_limit_error";
                break;
            case FailureKind::overloaded:
                type = "overloaded_error";
                break;
            case FailureKind::unreachable:
                type = "api_error";
                break;
            default:
                break;
        }
        return {{"type", "error"},
                {"error", json::object{{"type", type}, {"message", refusal.message}}},
                {"request_id", "req_mock"}};
    }

    static void read_tools(const json::object& body, MockQuestion& out) {
        const json::array* tools = array_in(body, "tools");
        for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
            const json::object* tool = (*tools)[i].if_object();
            const json::object* schema = tool == nullptr ? nullptr : object_in(*tool, "input_schema");
            if (schema != nullptr) {
                out.tools.push_back(
                    {std::string(text_in(*tool, "name")), std::string(text_in(*tool, "description")), *schema});
            }
        }
        const json::object* choice = object_in(body, "tool_choice");
        const std::string_view type = choice == nullptr ? std::string_view{} : text_in(*choice, "type");
        out.forced_tool = type == "tool" ? std::string(text_in(*choice, "name")) : type == "any" ? "*" : "";
    }
};

}  // namespace

const MockProtocol& anthropic_protocol() {
    static const AnthropicProtocol protocol;
    return protocol;
}

}  // namespace sosia::llm::mock
