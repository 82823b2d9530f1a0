// The Responses API as OpenAI's own client expects it.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/mock/mock_exchange.h"
#include "llm/mock/mock_openai.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

// Writes the events of one response with their running number.
class Events {
  public:
    void add(const char* type, json::object event) {
        event["type"] = type;
        event["sequence_number"] = number_++;
        out.push_back(sse(type, event));
    }
    std::vector<std::string> out;

  private:
    std::int64_t number_ = 0;
};

json::object text_part(const std::string& text) {
    return {{"type", "output_text"}, {"text", text}, {"annotations", json::array{}}, {"logprobs", json::array{}}};
}

json::object message_item(const MockReply& reply, bool done) {
    return {{"id", "msg_" + reply.id},
            {"type", "message"},
            {"role", "assistant"},
            {"status", done ? "completed" : "in_progress"},
            {"content", done ? json::array{text_part(reply.text)} : json::array{}}};
}

json::object call_item(const ToolCall& call, bool done) {
    return {{"id", "fc_" + call.id},
            {"type", "function_call"},
            {"call_id", call.id},
            {"name", call.name},
            {"status", done ? "completed" : "in_progress"},
            {"arguments", done ? json_text(call.arguments) : ""}};
}

bool has_message(const MockReply& reply) {
    return reply.calls.empty() || !reply.text.empty();
}

json::array output_of(const MockReply& reply) {
    json::array out;
    if (has_message(reply)) {
        out.emplace_back(message_item(reply, true));
    }
    for (const ToolCall& call : reply.calls) {
        out.emplace_back(call_item(call, true));
    }
    return out;
}

json::object response_of(const MockQuestion& question, const MockReply& reply, bool done) {
    const bool cut = reply.finish == Finish::length;
    json::object out{{"id", "resp_" + reply.id},
                     {"object", "response"},
                     {"created_at", reply.created},
                     {"status", !done ? "in_progress"
                                : cut ? "incomplete"
                                      : "completed"},
                     {"error", nullptr},
                     {"incomplete_details", nullptr},
                     {"instructions", nullptr},
                     {"metadata", json::object{}},
                     {"model", question.model},
                     {"output", done ? output_of(reply) : json::array{}},
                     {"parallel_tool_calls", true},
                     {"temperature", 1},
                     {"tool_choice", "auto"},
                     {"tools", json::array{}},
                     {"top_p", 1},
                     {"usage", nullptr}};
    if (done && cut) {
        out["incomplete_details"] = json::object{{"reason", "max_output_tokens"}};
    }
    if (done) {
        out["usage"] = json::object{{"input_tokens", reply.usage.input},
                                    {"input_tokens_details", json::object{{"cached_tokens", reply.usage.cached_input}}},
                                    {"output_tokens", reply.usage.output},
                                    {"output_tokens_details", json::object{{"reasoning_tokens", 0}}},
                                    {"total_tokens", reply.usage.input + reply.usage.output}};
    }
    return out;
}

void stream_message(Events& events, const MockReply& reply) {
    const std::string id = "msg_" + reply.id;
    events.add("response.output_item.added", {{"output_index", 0}, {"item", message_item(reply, false)}});
    events.add("response.content_part.added",
               {{"item_id", id}, {"output_index", 0}, {"content_index", 0}, {"part", text_part("")}});
    for (const std::string& piece : pieces_of(reply.text)) {
        events.add("response.output_text.delta", {{"item_id", id},
                                                  {"output_index", 0},
                                                  {"content_index", 0},
                                                  {"delta", piece},
                                                  {"logprobs", json::array{}}});
    }
    events.add("response.output_text.done", {{"item_id", id},
                                             {"output_index", 0},
                                             {"content_index", 0},
                                             {"text", reply.text},
                                             {"logprobs", json::array{}}});
    events.add("response.content_part.done",
               {{"item_id", id}, {"output_index", 0}, {"content_index", 0}, {"part", text_part(reply.text)}});
    events.add("response.output_item.done", {{"output_index", 0}, {"item", message_item(reply, true)}});
}

void stream_call(Events& events, const ToolCall& call, std::size_t index) {
    const std::string id = "fc_" + call.id;
    const std::string arguments = json_text(call.arguments);
    events.add("response.output_item.added", {{"output_index", index}, {"item", call_item(call, false)}});
    for (const std::string& piece : pieces_of(arguments)) {
        events.add("response.function_call_arguments.delta",
                   {{"item_id", id}, {"output_index", index}, {"delta", piece}});
    }
    events.add("response.function_call_arguments.done",
               {{"item_id", id}, {"output_index", index}, {"name", call.name}, {"arguments", arguments}});
    events.add("response.output_item.done", {{"output_index", index}, {"item", call_item(call, true)}});
}

void read_input(const json::object& item, MockQuestion& out) {
    const std::string_view type = text_in(item, "type");
    if (type == "function_call_output") {
        out.messages.push_back({.role = Role::tool,
                                .text = content_text(member(item, "output")),
                                .call_id = std::string(text_in(item, "call_id"))});
    } else if (type.empty() || type == "message") {
        const std::string_view role = text_in(item, "role");
        out.messages.push_back({.role = role == "assistant"                       ? Role::assistant
                                        : role == "system" || role == "developer" ? Role::system
                                                                                  : Role::user,
                                .text = content_text(member(item, "content"))});
    }
}

class ResponsesProtocol final : public MockProtocol {
  public:
    std::expected<MockQuestion, std::string> read(std::string_view, const json::object& body) const override {
        MockQuestion out{.model = std::string(text_in(body, "model")), .stream = flag_in(body, "stream")};
        if (const std::string_view instructions = text_in(body, "instructions"); !instructions.empty()) {
            out.messages.push_back({.role = Role::system, .text = std::string(instructions)});
        }
        const json::array* input = array_in(body, "input");
        for (std::size_t i = 0; input != nullptr && i < input->size(); ++i) {
            if (const json::object* item = (*input)[i].if_object()) {
                read_input(*item, out);
            }
        }
        if (input == nullptr) {
            out.messages.push_back({.role = Role::user, .text = std::string(text_in(body, "input"))});
        }
        if (out.model.empty() || member(body, "input") == nullptr) {
            return std::unexpected("Missing required parameter: 'model' or 'input'.");
        }
        read_tools(body, out);
        const json::object* text = object_in(body, "text");
        const json::object* format = text == nullptr ? nullptr : object_in(*text, "format");
        if (const json::object* schema = format == nullptr ? nullptr : object_in(*format, "schema")) {
            out.shape = JsonShape{std::string(text_in(*format, "name")), *schema};
        }
        out.max_tokens = static_cast<int>(std::min<std::int64_t>(1 << 20, count_in(body, "max_output_tokens")));
        return out;
    }

    std::string whole(const MockQuestion& question, const MockReply& reply) const override {
        return json_text(response_of(question, reply, true));
    }

    std::vector<std::string> events(const MockQuestion& question, const MockReply& reply) const override {
        Events events;
        events.add("response.created", {{"response", response_of(question, reply, false)}});
        events.add("response.in_progress", {{"response", response_of(question, reply, false)}});
        std::size_t index = 0;
        if (has_message(reply)) {
            stream_message(events, reply);
            ++index;
        }
        for (const ToolCall& call : reply.calls) {
            stream_call(events, call, index++);
        }
        events.add(reply.finish == Finish::length ? "response.incomplete" : "response.completed",
                   {{"response", response_of(question, reply, true)}});
        return std::move(events.out);
    }

    int status(FailureKind kind) const override { return openai_status(kind); }
    std::string refusal(const MockRefusal& refusal) const override { return openai_refusal(refusal); }
    std::string refusal_event(const MockRefusal& refusal) const override {
        const bool overloaded = refusal.kind == FailureKind::overloaded;
        return sse("error", json::object{{"type", "error"},
                                         {"code", overloaded ? "server_overloaded" : "server_error"},
                                         {"message", refusal.message},
                                         {"param", nullptr},
                                         {"sequence_number", 99}});
    }
    void add_limits(net::Headers& headers, std::int64_t limit, std::int64_t remaining, std::int64_t) const override {
        openai_limits(headers, limit, remaining);
    }

  private:
    static void read_tools(const json::object& body, MockQuestion& out) {
        const json::array* tools = array_in(body, "tools");
        for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
            const json::object* tool = (*tools)[i].if_object();
            if (tool != nullptr && text_in(*tool, "type") == "function") {
                const json::object* parameters = object_in(*tool, "parameters");
                out.tools.push_back({std::string(text_in(*tool, "name")), std::string(text_in(*tool, "description")),
                                     parameters == nullptr ? json::object{} : *parameters});
            }
        }
        const json::object* choice = object_in(body, "tool_choice");
        out.forced_tool = choice != nullptr                            ? std::string(text_in(*choice, "name"))
                          : text_in(body, "tool_choice") == "required" ? "*"
                                                                       : "";
    }
};

}  // namespace

const MockProtocol& openai_responses_protocol() {
    static const ResponsesProtocol protocol;
    return protocol;
}

}  // namespace sosia::llm::mock
