#include "agent/detail/openai_wire.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <utility>

#include "agent/detail/excerpt.h"
#include "agent/detail/reply_reader.h"
#include "agent/detail/tool_calls.h"
#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

void append_message(std::string& out, std::string_view role, std::string_view content) {
    out += out.back() == '[' ? "{\"role\":" : ",{\"role\":";
    append_json_string(out, role);
    out += ",\"content\":";
    append_json_string(out, content);
    out += '}';
}

// A text, or a list of parts of which the texts count.
std::string text_of(const json::value& content) {
    if (const auto* text = content.if_string()) {
        return std::string(*text);
    }
    std::string joined;
    if (const auto* parts = content.if_array()) {
        for (const json::value& part : *parts) {
            const json::value* text = part.is_object() ? part.get_object().if_contains("text") : nullptr;
            joined += text != nullptr && text->is_string() ? std::string_view(text->get_string()) : std::string_view{};
        }
    }
    return joined;
}

void keep_metadata(json::object& metadata, const json::object& from) {
    for (const std::string_view key : {"model", "usage", "finish_reason", "system_fingerprint"}) {
        const json::value* value = from.if_contains(key);
        if (value != nullptr && !value->is_null()) {
            metadata[key] = *value;
        }
    }
}

std::string id_of(const json::value& call) {
    const json::value* id = at_pointer(call, "/id");
    return id != nullptr && id->is_string() ? std::string(id->get_string()) : std::string{};
}

bool stops_for_tools(const json::object& metadata) {
    const json::value* reason = metadata.if_contains("finish_reason");
    return reason != nullptr && reason->is_string() && reason->get_string() == "tool_calls";
}

void append_call(std::string& out, const llm::ToolCall& call) {
    std::string arguments;
    append_json(arguments, call.arguments);
    JsonObject object(out);
    object.add("id", call.id);
    object.add("type", "function");
    JsonObject function(object.member("function"));
    function.add("name", call.name);
    function.add("arguments", arguments);
}

void append_message(std::string& out, const llm::Message& message) {
    if (message.role == llm::Role::user || (message.role == llm::Role::assistant && message.calls.empty())) {
        append_message(out, message.role == llm::Role::user ? "user" : "assistant", message.text);
        return;
    }
    out += out.back() == '[' ? "" : ",";
    JsonObject object(out);
    object.add("role", message.role == llm::Role::tool ? "tool" : "assistant");
    object.add("content", message.calls.empty() || !message.text.empty() ? json::value(message.text) : json::value());
    if (message.role == llm::Role::tool) {
        object.add("tool_call_id", message.call_id);
    } else {
        object.add_list("tool_calls", message.calls, append_call);
    }
}

void append_tools(std::string& out, const std::vector<ToolOffer>& offers) {
    out += ",\"tools\":[";
    for (const ToolOffer& offer : offers) {
        out += out.back() == '[' ? "" : ",";
        JsonObject object(out);
        object.add("type", "function");
        JsonObject function(object.member("function"));
        function.add("name", std::string(offer.name));
        function.add("description", std::string(offer.description));
        function.add("parameters", *offer.parameters);
    }
    out += ']';
}

}  // namespace

std::vector<WantedCall> OpenAiAnswer::calls() const {
    std::vector<WantedCall> out;
    for (std::size_t i = 0; i < reply.tools.size(); ++i) {
        out.push_back({call_ids[i], reply.tools[i].name, reply.tools[i].arguments.value_or(json::object{})});
    }
    return out;
}

std::expected<Reply, std::string> reply_of(OpenAiAnswer answer, std::string_view body) {
    Reply& reply = answer.reply;
    if (!trim(reply.text).empty()) {
        return std::move(reply);
    }
    if (!reply.tools.empty()) {
        return std::unexpected(fmt::format(
            "only tool calls ({}, ...) and no text; these tools are none of the scenario's world, so the agent must "
            "run them itself and answer the user",
            reply.tools.front().name));
    }
    return std::unexpected(fmt::format("/choices/0/message/content is empty in {}", excerpt(body)));
}

std::string openai_request(const OpenAiShape& shape, const Request& request, const ToolLoop& loop) {
    std::string out = "{\"model\":";
    append_json_string(out, shape.model);
    out += ",\"messages\":[";
    if (!shape.system.empty()) {
        append_message(out, "system", shape.system);
    }
    if (shape.send_context && request.context != nullptr && !request.context->empty()) {
        std::string context = "Context of this conversation:\n";
        append_json(context, *request.context);
        append_message(out, "system", context);
    }
    for (const llm::Message& message : loop.messages()) {
        append_message(out, message);
    }
    out += "],\"user\":";
    append_json_string(out, request.conversation);
    if (!loop.offers().empty()) {
        append_tools(out, loop.offers());
    }
    if (shape.stream) {
        out += ",\"stream\":true";
    }
    for (const auto& [key, value] : shape.parameters) {
        out += ',';
        append_json_string(out, key);
        out += ':';
        append_json(out, value);
    }
    out += '}';
    return out;
}

std::expected<OpenAiAnswer, std::string> read_openai_answer(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return std::unexpected(root.error());
    }
    const json::value* choice = at_pointer(*root, "/choices/0");
    const json::value* message = choice == nullptr ? nullptr : at_pointer(*choice, "/message");
    if (message == nullptr || !message->is_object()) {
        return std::unexpected(fmt::format("there is no object at /choices/0/message in {}", excerpt(body)));
    }
    OpenAiAnswer answer;
    Reply& reply = answer.reply;
    const auto& fields = message->get_object();
    for (const std::string_view key : {"content", "refusal"}) {
        const json::value* text = fields.if_contains(key);
        if (reply.text.empty() && text != nullptr) {
            reply.text = text_of(*text);
        }
    }
    if (const json::value* calls = fields.if_contains("tool_calls")) {
        auto tools = read_tool_calls(*calls);
        if (!tools) {
            return std::unexpected(std::move(tools.error()));
        }
        reply.tools = std::move(*tools);
        for (std::size_t i = 0; i < reply.tools.size(); ++i) {
            answer.call_ids.push_back(id_of(calls->get_array()[i]));
        }
    }
    json::object metadata;
    keep_metadata(metadata, root->get_object());
    keep_metadata(metadata, choice->get_object());
    answer.stops_for_tools = stops_for_tools(metadata);
    reply.metadata = bounded_metadata(metadata);
    return answer;
}

std::expected<Reply, std::string> read_openai_reply(std::string_view body) {
    auto answer = read_openai_answer(body);
    if (!answer) {
        return std::unexpected(std::move(answer.error()));
    }
    return reply_of(std::move(*answer), body);
}

OpenAiStream::OpenAiStream(std::size_t max_bytes)
    : events_([this](const net::SseEvent& event) { return take_event(event.data); }, max_bytes) {}

void OpenAiStream::feed(std::string_view bytes) {
    constexpr std::size_t kept_of_stream = 400;
    if (!decided_) {
        whole_ += bytes;
        const std::string_view seen = trim(whole_);
        if (seen.empty()) {
            return;
        }
        decided_ = true;
        streamed_ = seen.front() != '{' && seen.front() != '<' && seen.front() != '[';
        bytes = whole_;
        if (streamed_) {
            const std::string all = std::exchange(whole_, std::string(seen.substr(0, kept_of_stream)));
            events_.feed(all);
        }
        return;
    }
    if (streamed_) {
        events_.feed(bytes);
    } else {
        whole_ += bytes;
    }
}

bool OpenAiStream::take_event(std::string_view data) {
    if (trim(data) == "[DONE]") {
        done_ = true;
        return false;
    }
    const auto chunk = parse_json(data);
    if (!chunk) {
        complain("an event of the stream is unreadable: " + chunk.error());
        return false;
    }
    take_chunk(*chunk);
    return error_.empty();
}

void OpenAiStream::take_chunk(const json::value& chunk) {
    const auto* object = chunk.if_object();
    if (object == nullptr || object->contains("error")) {
        complain(fmt::format("the stream holds an error: {}", excerpt(whole_)));
        return;
    }
    keep_metadata(metadata_, *object);
    const json::value* choice = at_pointer(chunk, "/choices/0");
    if (choice == nullptr || !choice->is_object()) {
        return;  // a closing chunk with the usage has no choices
    }
    keep_metadata(metadata_, choice->get_object());
    finished_ = finished_ || metadata_.contains("finish_reason");
    const json::value* delta = at_pointer(*choice, "/delta");
    if (delta != nullptr && delta->is_object()) {
        take_delta(delta->get_object());
    }
}

void OpenAiStream::take_delta(const json::object& delta) {
    for (const std::string_view key : {"content", "refusal"}) {
        if (const json::value* text = delta.if_contains(key)) {
            text_ += text_of(*text);
        }
    }
    if (const json::value* calls = delta.if_contains("tool_calls")) {
        take_calls(*calls);
    }
}

void OpenAiStream::take_calls(const json::value& calls) {
    constexpr std::size_t most_calls = 256;
    const auto* list = calls.if_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const json::value& piece = (*list)[i];
        const json::value* index = at_pointer(piece, "/index");
        const std::size_t at = index != nullptr && index->is_int64() ? static_cast<std::size_t>(index->get_int64()) : i;
        if (at >= most_calls) {
            complain(fmt::format("more than {} tool calls in one turn", most_calls));
            return;
        }
        Call& call = calls_[at];
        call.id = call.id.empty() ? id_of(piece) : call.id;
        const json::value* name = at_pointer(piece, "/function/name");
        const json::value* arguments = at_pointer(piece, "/function/arguments");
        call.name += name != nullptr && name->is_string() ? std::string_view(name->get_string()) : std::string_view{};
        call.arguments += arguments != nullptr && arguments->is_string() ? std::string_view(arguments->get_string())
                                                                         : std::string_view{};
    }
}

void OpenAiStream::complain(std::string what) {
    if (error_.empty()) {
        error_ = std::move(what);
    }
}

std::expected<Reply, std::string> OpenAiStream::finish() const {
    auto whole = answer();
    if (!whole) {
        return std::unexpected(std::move(whole.error()));
    }
    return reply_of(std::move(*whole), whole_);
}

std::expected<OpenAiAnswer, std::string> OpenAiStream::answer() const {
    if (!streamed_) {
        return read_openai_answer(whole_);
    }
    if (!error_.empty()) {
        return std::unexpected(error_);
    }
    if (!done_ && !finished_) {
        return std::unexpected(fmt::format("the stream ended before [DONE]; it began with {}", excerpt(whole_)));
    }
    OpenAiAnswer out{.reply = {.text = text_, .metadata = bounded_metadata(metadata_)},
                     .call_ids = {},
                     .stops_for_tools = stops_for_tools(metadata_)};
    for (const auto& [index, call] : calls_) {
        json::object entry{{"name", call.name}};
        if (!call.arguments.empty()) {
            entry["arguments"] = call.arguments;
        }
        auto tool = read_tool_call(entry);
        if (!tool) {
            return std::unexpected(tool.error());
        }
        out.reply.tools.push_back(std::move(*tool));
        out.call_ids.push_back(call.id);
    }
    return out;
}

}  // namespace sosia::agent::detail
