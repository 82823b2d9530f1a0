#include "llm/providers/openai_responses.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/provider_error.h"
#include "llm/providers/openai_chat.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

void add_input(json::array& input, const Message& message) {
    if (message.role == Role::tool) {
        input.emplace_back(
            json::object{{"type", "function_call_output"}, {"call_id", message.call_id}, {"output", message.text}});
        return;
    }
    if (!message.text.empty() || message.calls.empty()) {
        const std::string_view role = message.role == Role::user     ? "user"
                                      : message.role == Role::system ? "system"
                                                                     : "assistant";
        input.emplace_back(json::object{{"role", role}, {"content", message.text}});
    }
    for (const ToolCall& call : message.calls) {
        input.emplace_back(json::object{{"type", "function_call"},
                                        {"call_id", call.id},
                                        {"name", call.name},
                                        {"arguments", json_text(call.arguments)}});
    }
}

void take_usage(const json::object& response, Usage& usage) {
    const json::object* counts = object_in(response, "usage");
    if (counts == nullptr) {
        return;
    }
    usage.input = count_in(*counts, "input_tokens");
    usage.output = count_in(*counts, "output_tokens");
    if (const json::object* details = object_in(*counts, "input_tokens_details")) {
        usage.cached_input = std::min(usage.input, count_in(*details, "cached_tokens"));
    }
}

void take_message(const json::object& item, AnswerDraft& draft) {
    const json::array* content = array_in(item, "content");
    for (std::size_t i = 0; content != nullptr && i < content->size(); ++i) {
        if (const json::object* part = (*content)[i].if_object()) {
            draft.text += text_in(*part, "text");
            draft.refusal += text_in(*part, "refusal");
        }
    }
}

// The output items of a finished response: messages and calls count, reasoning does not.
std::expected<void, Failure> take_output(const json::object& response, AnswerDraft& draft) {
    const json::array* output = array_in(response, "output");
    for (std::size_t i = 0; output != nullptr && i < output->size(); ++i) {
        const json::object* item = (*output)[i].if_object();
        const std::string_view type = item == nullptr ? std::string_view{} : text_in(*item, "type");
        if (type == "message") {
            take_message(*item, draft);
        } else if (type == "function_call") {
            if (!draft.may_hold(draft.calls.size())) {
                return std::unexpected(malformed("too many tool calls"));
            }
            draft.calls[draft.calls.size()] = {.id = std::string(text_in(*item, "call_id")),
                                               .name = std::string(text_in(*item, "name")),
                                               .arguments = std::string(text_in(*item, "arguments"))};
        }
    }
    return {};
}

Finish finish_of(const json::object& response) {
    if (text_in(response, "status") != "incomplete") {
        return Finish::stop;
    }
    const json::object* details = object_in(response, "incomplete_details");
    const std::string_view reason = details == nullptr ? std::string_view{} : text_in(*details, "reason");
    return reason == "max_output_tokens" ? Finish::length
           : reason == "content_filter"  ? Finish::content_filter
                                         : Finish::other;
}

std::expected<AnswerDraft, Failure> whole(const json::object& response) {
    const json::object* error = object_in(response, "error");
    if (error != nullptr || text_in(response, "status") == "failed") {
        return std::unexpected(failure_in_stream(response));
    }
    if (array_in(response, "output") == nullptr) {
        return std::unexpected(malformed("there is no output: " + excerpt(json_text(response))));
    }
    AnswerDraft draft{
        .finish = finish_of(response), .finished = true, .model = std::string(text_in(response, "model"))};
    take_usage(response, draft.usage);
    const auto taken = take_output(response, draft);
    if (!taken) {
        return std::unexpected(taken.error());
    }
    return draft;
}

// The last event carries the whole response; what came before only tells when the answer began.
class ResponseEvents final : public EventReader {
  public:
    std::expected<bool, Failure> take(std::string_view type, const json::object& event) override {
        const std::string_view named = text_in(event, "type");
        type = named.empty() ? type : named;
        if (type == "error") {
            return std::unexpected(failure_in_stream(event));
        }
        if (type == "response.output_text.delta") {
            draft_.text += text_in(event, "delta");
        } else if (type == "response.output_item.added" && is_call(event)) {
            draft_.calls.try_emplace(draft_.calls.size());
        } else if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
            return finish(event);
        }
        return false;
    }
    const AnswerDraft& draft() const override { return draft_; }
    AnswerDraft take_draft() override { return std::exchange(draft_, {}); }

  private:
    static bool is_call(const json::object& event) {
        const json::object* item = object_in(event, "item");
        return item != nullptr && text_in(*item, "type") == "function_call";
    }

    std::expected<bool, Failure> finish(const json::object& event) {
        const json::object* response = object_in(event, "response");
        if (response == nullptr) {
            return std::unexpected(malformed("the last event has no response"));
        }
        auto draft = whole(*response);
        if (!draft) {
            return std::unexpected(std::move(draft.error()));
        }
        if (draft->text.empty() && draft->calls.empty() && !draft_.text.empty()) {
            draft->text = std::move(draft_.text);  // servers that leave the output out at the end
        }
        draft_ = std::move(*draft);
        return true;
    }

    AnswerDraft draft_;
};

class ResponsesWire final : public Wire {
  public:
    explicit ResponsesWire(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    net::HttpRequest request(const ChatRequest& request) const override {
        json::array input;
        for (const Message& message : request.messages) {
            add_input(input, message);
        }
        json::object body{{"model", endpoint_.model},
                          {"input", std::move(input)},
                          {"store", false},
                          {"max_output_tokens", request.sampling.max_tokens}};
        add_tools(body, request);
        if (request.shape) {
            body["text"] = json::object{{"format", json::object{{"type", "json_schema"},
                                                                {"name", request.shape->name},
                                                                {"schema", request.shape->schema},
                                                                {"strict", fits_strict_mode(request.shape->schema)}}}};
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
        return post_json(endpoint_, endpoint_.url, std::move(body));
    }

    ChatResult read(const json::value& body) const override {
        const json::object* response = body.if_object();
        if (response == nullptr) {
            return std::unexpected(malformed("it is no object"));
        }
        auto draft = whole(*response);
        if (!draft) {
            return std::unexpected(std::move(draft.error()));
        }
        return std::move(*draft).answer();
    }

    std::unique_ptr<EventReader> events() const override { return std::make_unique<ResponseEvents>(); }

    bool give_in(std::string_view param, std::string_view message) override {
        const bool temperature = left_out_.note("temperature", param, message);
        const bool top_p = left_out_.note("top_p", param, message);
        return temperature || top_p;
    }

  private:
    static void add_tools(json::object& body, const ChatRequest& request) {
        json::array tools;
        for (const Tool& tool : request.tools) {
            json::object function = openai_function(tool);
            function["type"] = "function";
            function["strict"] = false;
            tools.emplace_back(std::move(function));
        }
        if (!tools.empty()) {
            body["tools"] = std::move(tools);
        }
    }

    Endpoint endpoint_;
    LeftOut left_out_;
};

}  // namespace

std::unique_ptr<Wire> make_openai_responses_wire(Endpoint endpoint) {
    return std::make_unique<ResponsesWire>(std::move(endpoint));
}

}  // namespace sosia::llm
