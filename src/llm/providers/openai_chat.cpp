#include "llm/providers/openai_chat.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/provider_error.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

std::string_view role_name(Role role) {
    switch (role) {
        case Role::system:
            return "system";
        case Role::user:
            return "user";
        case Role::assistant:
            return "assistant";
        case Role::tool:
            return "tool";
    }
    return "user";
}

json::array calls_of(const std::vector<ToolCall>& calls) {
    json::array out;
    for (const ToolCall& call : calls) {
        out.emplace_back(
            json::object{{"id", call.id},
                         {"type", "function"},
                         {"function", json::object{{"name", call.name}, {"arguments", json_text(call.arguments)}}}});
    }
    return out;
}

json::object message_of(const Message& message) {
    json::object out{{"role", role_name(message.role)}, {"content", message.text}};
    if (!message.calls.empty()) {
        out["tool_calls"] = calls_of(message.calls);
        if (message.text.empty()) {
            out["content"] = nullptr;
        }
    }
    if (message.role == Role::tool) {
        out["tool_call_id"] = message.call_id;
    }
    return out;
}

Finish finish_of(std::string_view reason) {
    if (reason == "stop") {
        return Finish::stop;
    }
    if (reason == "length") {
        return Finish::length;
    }
    if (reason == "tool_calls" || reason == "function_call") {
        return Finish::tool_calls;
    }
    return reason == "content_filter" ? Finish::content_filter : Finish::other;
}

void take_usage(const json::object& from, Usage& usage) {
    const json::object* counts = object_in(from, "usage");
    if (counts == nullptr) {
        return;
    }
    usage.input = count_in(*counts, "prompt_tokens");
    usage.output = count_in(*counts, "completion_tokens");
    if (const json::object* details = object_in(*counts, "prompt_tokens_details")) {
        usage.cached_input = std::min(usage.input, count_in(*details, "cached_tokens"));
    }
}

// A text, or a list of parts of which the texts count.
void append_content(std::string& out, const json::object& message, std::string_view name) {
    out += text_in(message, name);
    const json::array* parts = array_in(message, name);
    for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
        if (const json::object* part = (*parts)[i].if_object()) {
            out += text_in(*part, "text");
        }
    }
}

// Arguments are a JSON text; some servers send the object itself.
void append_arguments(std::string& out, const json::object& function) {
    if (const json::object* object = object_in(function, "arguments")) {
        out += json_text(*object);
    } else {
        out += text_in(function, "arguments");
    }
}

std::expected<void, Failure> take_calls(const json::object& message, AnswerDraft& draft) {
    const json::array* calls = array_in(message, "tool_calls");
    for (std::size_t i = 0; calls != nullptr && i < calls->size(); ++i) {
        const json::object* piece = (*calls)[i].if_object();
        const json::object* function = piece == nullptr ? nullptr : object_in(*piece, "function");
        if (function == nullptr) {
            continue;
        }
        const auto index = static_cast<std::size_t>(
            std::max<std::int64_t>(0, integer_in(*piece, "index").value_or(static_cast<std::int64_t>(i))));
        if (!draft.may_hold(index)) {
            return std::unexpected(malformed("too many tool calls"));
        }
        AnswerDraft::Call& call = draft.calls[index];
        if (call.id.empty()) {
            call.id = text_in(*piece, "id");
        }
        if (call.name.empty()) {
            call.name = text_in(*function, "name");
        }
        append_arguments(call.arguments, *function);
    }
    return {};
}

// The message of a whole answer and the delta of a streamed one have the same members.
std::expected<void, Failure> take_choice(const json::object& choice, std::string_view name, AnswerDraft& draft) {
    if (const std::string_view reason = text_in(choice, "finish_reason"); !reason.empty()) {
        draft.finish = finish_of(reason);
        draft.finished = true;
    }
    const json::object* message = object_in(choice, name);
    if (message == nullptr) {
        return {};
    }
    append_content(draft.text, *message, "content");
    append_content(draft.refusal, *message, "refusal");
    return take_calls(*message, draft);
}

const json::object* first_choice(const json::object& body) {
    const json::array* choices = array_in(body, "choices");
    return choices == nullptr || choices->empty() ? nullptr : choices->front().if_object();
}

class ChatEvents final : public EventReader {
  public:
    std::expected<bool, Failure> take(std::string_view, const json::object& event) override {
        const json::value* error = member(event, "error");
        if (error != nullptr && !error->is_null()) {
            return std::unexpected(failure_in_stream(event));
        }
        if (draft_.model.empty()) {
            draft_.model = text_in(event, "model");
        }
        take_usage(event, draft_.usage);
        if (const json::object* choice = first_choice(event)) {  // the last chunk has usage and no choice
            const auto taken = take_choice(*choice, "delta", draft_);
            if (!taken) {
                return std::unexpected(taken.error());
            }
        }
        return false;  // [DONE] ends it
    }
    const AnswerDraft& draft() const override { return draft_; }
    AnswerDraft take_draft() override { return std::exchange(draft_, {}); }

  private:
    AnswerDraft draft_;
};

class ChatWire final : public Wire {
  public:
    ChatWire(Endpoint endpoint, ChatDialect dialect) : endpoint_(std::move(endpoint)), dialect_(dialect) {}

    net::HttpRequest request(const ChatRequest& request) const override {
        json::array messages;
        for (const Message& message : request.messages) {
            messages.emplace_back(message_of(message));
        }
        json::object body{{"model", endpoint_.model}, {"messages", std::move(messages)}};
        add_tools(body, request);
        add_shape(body, request);
        add_sampling(body, request.sampling);
        if (request.stream) {
            body["stream"] = true;
            if (!left_out_.has("stream_options")) {
                body["stream_options"] = json::object{{"include_usage", true}};
            }
        }
        return post_json(endpoint_, endpoint_.url, std::move(body));
    }

    ChatResult read(const json::value& body) const override {
        const json::object* root = body.if_object();
        const json::value* error = root == nullptr ? nullptr : member(*root, "error");
        if (error != nullptr && !error->is_null()) {
            return std::unexpected(failure_in_stream(body));  // OpenRouter says so with status 200
        }
        const json::object* choice = root == nullptr ? nullptr : first_choice(*root);
        if (choice == nullptr || object_in(*choice, "message") == nullptr) {
            return std::unexpected(malformed("there is no choice with a message: " + excerpt(json_text(body))));
        }
        AnswerDraft draft{.model = std::string(text_in(*root, "model"))};
        draft.finish = Finish::stop;  // for servers that give no reason
        take_usage(*root, draft.usage);
        const auto taken = take_choice(*choice, "message", draft);
        if (!taken) {
            return std::unexpected(taken.error());
        }
        return std::move(draft).answer();
    }

    std::unique_ptr<EventReader> events() const override { return std::make_unique<ChatEvents>(); }

    bool give_in(std::string_view param, std::string_view message) override {
        bool news = false;
        for (const std::string_view name : {"temperature", "top_p", "seed", "stream_options"}) {
            news = left_out_.note(name, param, message) || news;
        }
        // The name that is refused is mentioned beside the one that is wanted.
        const std::string_view limit = limit_name();
        if (!swapped_limit_ && (param == limit || message.find(limit) != std::string_view::npos)) {
            swapped_limit_ = true;
            news = true;
        }
        return news;
    }

  private:
    std::string_view limit_name() const {
        return dialect_.own != swapped_limit_ ? "max_completion_tokens" : "max_tokens";
    }

    static void add_tools(json::object& body, const ChatRequest& request) {
        json::array tools;
        for (const Tool& tool : request.tools) {
            tools.emplace_back(json::object{{"type", "function"}, {"function", openai_function(tool)}});
        }
        if (!tools.empty()) {
            body["tools"] = std::move(tools);
        }
    }

    static void add_shape(json::object& body, const ChatRequest& request) {
        if (request.shape) {
            json::object shape{{"name", request.shape->name},
                               {"schema", request.shape->schema},
                               {"strict", fits_strict_mode(request.shape->schema)}};
            body["response_format"] = json::object{{"type", "json_schema"}, {"json_schema", std::move(shape)}};
        }
    }

    void add_sampling(json::object& body, const Sampling& sampling) const {
        body[limit_name()] = sampling.max_tokens;
        if (sampling.temperature && !left_out_.has("temperature")) {
            body["temperature"] = *sampling.temperature;
        }
        if (sampling.top_p && !left_out_.has("top_p")) {
            body["top_p"] = *sampling.top_p;
        }
        if (sampling.seed && !left_out_.has("seed")) {
            constexpr std::uint64_t safe_in_json = (1ULL << 53U) - 1;
            body["seed"] = static_cast<std::int64_t>(*sampling.seed & safe_in_json);
        }
    }

    Endpoint endpoint_;
    ChatDialect dialect_;
    LeftOut left_out_;
    bool swapped_limit_ = false;
};

bool all_required(const json::object& schema, const json::object& properties) {
    const json::array* required = array_in(schema, "required");
    return std::ranges::all_of(properties, [&](const auto& property) {
        return required != nullptr && std::ranges::any_of(*required, [&](const json::value& name) {
                   return name.is_string() && name.get_string() == property.key();
               });
    });
}

}  // namespace

json::object openai_function(const Tool& tool) {
    json::object parameters = tool.parameters;
    if (parameters.empty()) {
        parameters = json::object{{"type", "object"}, {"properties", json::object{}}};
    }
    return {{"name", tool.name}, {"description", tool.description}, {"parameters", std::move(parameters)}};
}

bool fits_strict_mode(const json::value& schema) {
    if (const json::array* list = schema.if_array()) {
        return std::ranges::all_of(*list, fits_strict_mode);
    }
    const json::object* object = schema.if_object();
    if (object == nullptr) {
        return true;
    }
    const json::object* properties = object_in(*object, "properties");
    const json::value* more = member(*object, "additionalProperties");
    const bool closed = more != nullptr && more->is_bool() && !more->get_bool();
    if (text_in(*object, "type") == "object" && !closed) {
        return false;
    }
    if (properties != nullptr && !all_required(*object, *properties)) {
        return false;
    }
    return std::ranges::all_of(*object, [](const auto& entry) { return fits_strict_mode(entry.value()); });
}

std::unique_ptr<Wire> make_openai_chat_wire(Endpoint endpoint, ChatDialect dialect) {
    return std::make_unique<ChatWire>(std::move(endpoint), dialect);
}

}  // namespace sosia::llm
