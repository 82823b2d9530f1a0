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

std::expected<Reply, std::string> checked(Reply reply, std::string_view body) {
    if (!trim(reply.text).empty()) {
        return reply;
    }
    if (!reply.tools.empty()) {
        return std::unexpected(fmt::format(
            "only tool calls ({}, ...) and no text; the agent must run its tools itself and answer the user",
            reply.tools.front().name));
    }
    return std::unexpected(fmt::format("/choices/0/message/content is empty in {}", excerpt(body)));
}

}  // namespace

std::string openai_request(const OpenAiShape& shape, const Request& request) {
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
    for (const Message& message : request.messages) {
        append_message(out, message.role == Role::user ? "user" : "assistant", message.text);
    }
    out += "],\"user\":";
    append_json_string(out, request.conversation);
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

std::expected<Reply, std::string> read_openai_reply(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return std::unexpected(root.error());
    }
    const json::value* choice = at_pointer(*root, "/choices/0");
    const json::value* message = choice == nullptr ? nullptr : at_pointer(*choice, "/message");
    if (message == nullptr || !message->is_object()) {
        return std::unexpected(fmt::format("there is no object at /choices/0/message in {}", excerpt(body)));
    }
    Reply reply;
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
    }
    json::object metadata;
    keep_metadata(metadata, root->get_object());
    keep_metadata(metadata, choice->get_object());
    reply.metadata = bounded_metadata(metadata);
    return checked(std::move(reply), body);
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
    if (!streamed_) {
        return read_openai_reply(whole_);
    }
    if (!error_.empty()) {
        return std::unexpected(error_);
    }
    if (!done_ && !finished_) {
        return std::unexpected(fmt::format("the stream ended before [DONE]; it began with {}", excerpt(whole_)));
    }
    Reply reply{.text = text_, .metadata = bounded_metadata(metadata_)};
    for (const auto& [index, call] : calls_) {
        json::object entry{{"name", call.name}};
        if (!call.arguments.empty()) {
            entry["arguments"] = call.arguments;
        }
        auto tool = read_tool_call(entry);
        if (!tool) {
            return std::unexpected(tool.error());
        }
        reply.tools.push_back(std::move(*tool));
    }
    return checked(std::move(reply), whole_);
}

}  // namespace sosia::agent::detail
