#include "llm/providers/anthropic.h"

#include <boost/json/array.hpp>
#include <map>
#include <utility>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/provider_error.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

json::object text_block(std::string_view text) {
    return {{"type", "text"}, {"text", text}};
}

// What the model thought before a call goes back with the call, or the provider refuses the conversation.
void add_thoughts(json::array& content, const std::vector<ToolCall>& calls) {
    if (calls.empty() || calls.front().signature.empty()) {
        return;
    }
    const auto thoughts = parse_json(calls.front().signature);
    const json::array* blocks = thoughts ? thoughts->if_array() : nullptr;
    if (blocks != nullptr) {
        content.insert(content.end(), blocks->begin(), blocks->end());
    }
}

json::array content_of(const Message& message) {
    json::array content;
    if (message.role == Role::tool) {
        content.emplace_back(
            json::object{{"type", "tool_result"}, {"tool_use_id", message.call_id}, {"content", message.text}});
        return content;
    }
    add_thoughts(content, message.calls);
    if (!message.text.empty()) {  // an empty text is refused
        content.emplace_back(text_block(message.text));
    }
    for (const ToolCall& call : message.calls) {
        content.emplace_back(
            json::object{{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", call.arguments}});
    }
    return content;
}

// Results of tools are the user's, all those of one turn in one message.
void add_message(json::array& messages, const Message& message) {
    json::array content = content_of(message);
    if (content.empty()) {
        return;
    }
    const std::string_view role = message.role == Role::assistant ? "assistant" : "user";
    if (messages.empty() && role == "assistant") {
        messages.emplace_back(json::object{{"role", "user"}, {"content", "(The conversation begins.)"}});
    }
    if (!messages.empty() && text_in(messages.back().get_object(), "role") == role) {
        json::value& last = messages.back().get_object()["content"];
        if (json::array* blocks = last.if_array()) {
            blocks->insert(blocks->end(), content.begin(), content.end());
            return;
        }
    }
    messages.emplace_back(json::object{{"role", role}, {"content", std::move(content)}});
}

Finish finish_of(std::string_view reason) {
    if (reason == "end_turn" || reason == "stop_sequence") {
        return Finish::stop;
    }
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") {
        return Finish::length;
    }
    if (reason == "tool_use") {
        return Finish::tool_calls;
    }
    return reason == "refusal" ? Finish::content_filter : Finish::other;
}

// The provider counts what it read from or wrote to its cache apart from the rest.
void take_usage(const json::object& from, Usage& usage) {
    const json::object* counts = object_in(from, "usage");
    if (counts == nullptr) {
        return;
    }
    if (integer_in(*counts, "input_tokens")) {
        usage.cached_input = count_in(*counts, "cache_read_input_tokens");
        usage.input =
            count_in(*counts, "input_tokens") + usage.cached_input + count_in(*counts, "cache_creation_input_tokens");
    }
    if (integer_in(*counts, "output_tokens")) {
        usage.output = count_in(*counts, "output_tokens");
    }
}

bool is_thought(std::string_view type) {
    return type == "thinking" || type == "redacted_thinking";
}

// Blocks of an answer, whole ones or the beginnings that a stream announces.
class Blocks {
  public:
    std::expected<void, Failure> begin(std::size_t index, const json::object& block) {
        const std::string_view type = text_in(block, "type");
        if (!draft.may_hold(index)) {
            return std::unexpected(malformed("too many blocks"));
        }
        if (type == "text") {
            draft.text += text_in(block, "text");
        } else if (type == "tool_use") {
            AnswerDraft::Call& call = draft.calls[index];
            call.id = text_in(block, "id");
            call.name = text_in(block, "name");
            const json::object* input = object_in(block, "input");
            call.arguments = input == nullptr || input->empty() ? "" : json_text(*input);
        } else if (is_thought(type)) {
            thoughts_[index] = block;
        }
        return {};
    }

    std::expected<void, Failure> grow(std::size_t index, const json::object& delta) {
        const std::string_view type = text_in(delta, "type");
        if (type == "text_delta") {
            draft.text += text_in(delta, "text");
        } else if (type == "input_json_delta") {
            const auto call = draft.calls.find(index);
            if (call == draft.calls.end()) {
                return std::unexpected(malformed("arguments came before their call"));
            }
            call->second.arguments += text_in(delta, "partial_json");
        } else if (type == "thinking_delta") {
            append(index, "thinking", text_in(delta, "thinking"));
        } else if (type == "signature_delta") {
            append(index, "signature", text_in(delta, "signature"));
        }
        return {};
    }

    AnswerDraft take() {
        if (!draft.calls.empty() && !thoughts_.empty()) {
            json::array blocks;
            for (auto& [index, block] : thoughts_) {
                blocks.emplace_back(std::move(block));
            }
            draft.calls.begin()->second.signature = json_text(blocks);
        }
        return std::exchange(draft, {});
    }

    AnswerDraft draft;

  private:
    void append(std::size_t index, std::string_view name, std::string_view text) {
        const auto block = thoughts_.find(index);
        if (block != thoughts_.end()) {
            block->second[name] = std::string(text_in(block->second, name)) + std::string(text);
        }
    }

    std::map<std::size_t, json::object> thoughts_;
};

class MessageEvents final : public EventReader {
  public:
    std::expected<bool, Failure> take(std::string_view type, const json::object& event) override {
        const std::string_view named = text_in(event, "type");
        type = named.empty() ? type : named;
        if (type == "error") {
            return std::unexpected(failure_in_stream(event));
        }
        if (type == "message_start") {
            if (const json::object* message = object_in(event, "message")) {
                blocks_.draft.model = text_in(*message, "model");
                take_usage(*message, blocks_.draft.usage);
            }
        } else if (type == "message_delta") {
            take_usage(event, blocks_.draft.usage);
            take_end(event);
        } else if (type == "content_block_start" || type == "content_block_delta") {
            const auto taken = take_block(type, event);
            if (!taken) {
                return std::unexpected(taken.error());
            }
        }
        return type == "message_stop";
    }
    const AnswerDraft& draft() const override { return blocks_.draft; }
    AnswerDraft take_draft() override { return blocks_.take(); }

  private:
    void take_end(const json::object& event) {
        const json::object* delta = object_in(event, "delta");
        const std::string_view reason = delta == nullptr ? std::string_view{} : text_in(*delta, "stop_reason");
        if (!reason.empty()) {
            blocks_.draft.finish = finish_of(reason);
            blocks_.draft.finished = true;
        }
    }

    std::expected<void, Failure> take_block(std::string_view type, const json::object& event) {
        const auto index = static_cast<std::size_t>(count_in(event, "index"));
        const bool begins = type == "content_block_start";
        const json::object* piece = object_in(event, begins ? "content_block" : "delta");
        if (piece == nullptr) {
            return std::unexpected(malformed("an event has no block"));
        }
        return begins ? blocks_.begin(index, *piece) : blocks_.grow(index, *piece);
    }

    Blocks blocks_;
};

class AnthropicWire final : public Wire {
  public:
    explicit AnthropicWire(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    net::HttpRequest request(const ChatRequest& request) const override {
        json::array messages;
        std::string system;
        for (const Message& message : request.messages) {
            if (message.role == Role::system) {
                system += (system.empty() ? "" : "\n\n") + message.text;
            } else {
                add_message(messages, message);
            }
        }
        json::object body{{"model", endpoint_.model}, {"max_tokens", request.sampling.max_tokens}};
        if (!system.empty()) {
            body["system"] = system;
        }
        body["messages"] = std::move(messages);
        add_options(body, request);
        return post_json(endpoint_, endpoint_.url, std::move(body));
    }

    ChatResult read(const json::value& body) const override {
        const json::object* message = body.if_object();
        const json::array* content = message == nullptr ? nullptr : array_in(*message, "content");
        if (message != nullptr && text_in(*message, "type") == "error") {
            return std::unexpected(failure_in_stream(body));
        }
        if (content == nullptr) {
            return std::unexpected(malformed("there is no content: " + excerpt(json_text(body))));
        }
        Blocks blocks;
        for (std::size_t i = 0; i < content->size(); ++i) {
            const json::object* block = (*content)[i].if_object();
            const auto taken = block == nullptr ? std::expected<void, Failure>{} : blocks.begin(i, *block);
            if (!taken) {
                return std::unexpected(taken.error());
            }
        }
        blocks.draft.model = text_in(*message, "model");
        blocks.draft.finish = finish_of(text_in(*message, "stop_reason"));
        take_usage(*message, blocks.draft.usage);
        return blocks.take().answer();
    }

    std::unique_ptr<EventReader> events() const override { return std::make_unique<MessageEvents>(); }

    bool give_in(std::string_view, std::string_view message) override {
        const bool temperature = left_out_.note("temperature", "", message);
        const bool top_p = left_out_.note("top_p", "", message);
        return temperature || top_p;
    }

  private:
    void add_options(json::object& body, const ChatRequest& request) const {
        json::array tools;
        for (const Tool& tool : request.tools) {
            json::object schema = tool.parameters;
            if (schema.empty()) {
                schema = json::object{{"type", "object"}, {"properties", json::object{}}};
            }
            tools.emplace_back(json::object{
                {"name", tool.name}, {"description", tool.description}, {"input_schema", std::move(schema)}});
        }
        if (!tools.empty()) {
            body["tools"] = std::move(tools);
        }
        if (request.shape) {
            body["output_config"] =
                json::object{{"format", json::object{{"type", "json_schema"}, {"schema", request.shape->schema}}}};
        }
        if (request.sampling.temperature && !left_out_.has("temperature")) {
            body["temperature"] = *request.sampling.temperature;
        }
        if (request.sampling.top_p && !left_out_.has("top_p")) {
            body["top_p"] = *request.sampling.top_p;
        }
        if (request.stream) {
            body["stream"] = true;
        }
    }

    Endpoint endpoint_;
    LeftOut left_out_;
};

}  // namespace

std::unique_ptr<Wire> make_anthropic_wire(Endpoint endpoint) {
    return std::make_unique<AnthropicWire>(std::move(endpoint));
}

}  // namespace sosia::llm
