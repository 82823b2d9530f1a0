#include "agent/detail/langgraph_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <utility>

#include "agent/detail/excerpt.h"
#include "agent/detail/tool_calls.h"
#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::string last_text(const Request& request) {
    return request.messages.empty() ? std::string{} : request.messages.back().text;
}

void append_input(std::string& out, const LangGraphShape& shape, const Request& request) {
    if (shape.input) {
        out += shape.input->render(request);
        return;
    }
    json::array messages;
    if (!request.messages.empty()) {
        messages.push_back(json::object{{"role", "user"}, {"content", last_text(request)}});
    }
    append_json(out, json::object{{"messages", std::move(messages)}});
}

// A text, or a list of parts of which the texts count.
std::string content_of(const json::object& message) {
    const json::value* content = message.if_contains("content");
    const json::array* parts = content == nullptr ? nullptr : content->if_array();
    if (parts == nullptr) {
        return text_at(message, "content");
    }
    std::string out;
    for (const json::value& part : *parts) {
        out += part.is_string() ? std::string(part.get_string())
                                : (part.is_object() ? text_at(part.get_object(), "text") : std::string{});
    }
    return out;
}

// "ai", "human", "tool"; chunks and roles of other spellings are the same.
std::string_view kind_of(const json::object& message) {
    std::string type = lower(text_at(message, "type"));
    type = type.empty() ? lower(text_at(message, "role")) : type;
    if (type.starts_with("ai") || type == "assistant") {
        return "ai";
    }
    if (type.starts_with("human") || type == "user") {
        return "human";
    }
    return type.starts_with("tool") ? "tool" : "";
}

void add_result(std::vector<ToolCall>& calls, const std::vector<std::string>& ids, const json::object& message) {
    const auto at = std::ranges::find(ids, text_at(message, "tool_call_id"));
    if (at != ids.end()) {
        calls[static_cast<std::size_t>(at - ids.begin())].result = json::value(content_of(message));
    }
}

// The messages after the last human one: the tools that were called, and the last text.
std::expected<Reply, std::string> reply_of(const json::array& messages) {
    std::size_t begin = messages.size();
    while (begin > 0 && !(messages[begin - 1].is_object() && kind_of(messages[begin - 1].get_object()) == "human")) {
        --begin;
    }
    Reply out;
    std::vector<std::string> ids;
    for (std::size_t i = begin; i < messages.size(); ++i) {
        const json::object* message = messages[i].if_object();
        if (message == nullptr) {
            continue;
        }
        if (kind_of(*message) == "tool") {
            add_result(out.tools, ids, *message);
        } else if (kind_of(*message) == "ai") {
            const json::value* calls = message->if_contains("tool_calls");
            auto read = read_tool_calls(calls == nullptr ? json::value() : *calls);
            if (!read) {
                return std::unexpected("tool_calls: " + read.error());
            }
            for (std::size_t c = 0; c < read->size(); ++c) {
                const json::object* call = calls->get_array()[c].if_object();
                ids.push_back(call == nullptr ? "" : text_at(*call, "id"));
                out.tools.push_back(std::move((*read)[c]));
            }
            out.text = content_of(*message);
        }
    }
    if (trim(out.text).empty()) {
        return std::unexpected(std::string("the last message of the graph has no text"));
    }
    return out;
}

// What a graph asks when it interrupts itself: a text, or an object that holds one.
std::string question_of(const json::value& interrupt) {
    const json::value* value = interrupt.is_object() ? interrupt.get_object().if_contains("value") : nullptr;
    if (value == nullptr) {
        return {};
    }
    if (value->is_string()) {
        return std::string(value->get_string());
    }
    constexpr std::array<std::string_view, 6> usual = {"question", "message", "text", "prompt", "query", "content"};
    for (const std::string_view key : usual) {
        const std::string text = value->is_object() ? text_at(value->get_object(), key) : std::string{};
        if (!text.empty()) {
            return text;
        }
    }
    return json_text(*value);
}

std::optional<std::string> interrupt_of(const json::object& state) {
    const json::value* interrupts = state.if_contains("__interrupt__");
    const json::array* list = interrupts == nullptr ? nullptr : interrupts->if_array();
    return list == nullptr || list->empty() ? std::nullopt : std::optional(question_of(list->front()));
}

std::string error_text(const json::value& error) {
    if (!error.is_object()) {
        return json_text(error);
    }
    return fmt::format("{}: {}", text_at(error.get_object(), "error"), text_at(error.get_object(), "message"));
}

}  // namespace

std::string langgraph_run(const LangGraphShape& shape, const Request& request, bool resume) {
    std::string out;
    {
        JsonObject object(out);
        object.add("assistant_id", shape.assistant);
        if (resume) {
            object.add("command", json::object{{"resume", last_text(request)}});
        } else {
            append_input(object.member("input"), shape, request);
        }
        object.add("metadata", json::object{{"conversation", request.conversation}, {"turn", request.turn}});
        if (shape.send_context && request.context != nullptr) {
            object.add("config", json::object{{"configurable", {{"context", *request.context}}}});
        }
        if (shape.stream) {
            object.add("stream_mode", json::value(json::array{"values"}));
        }
    }
    return out;
}

std::expected<std::string, std::string> read_thread_id(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return std::unexpected(root.error());
    }
    std::string id = root->is_object() ? text_at(root->get_object(), "thread_id") : std::string{};
    const bool usable = !id.empty() && id.size() <= 200 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!usable) {
        return std::unexpected(fmt::format("there is no usable thread_id in {}", excerpt(body)));
    }
    return id;
}

std::expected<LangGraphAnswer, std::string> read_langgraph_state(const LangGraphShape& shape, std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return std::unexpected(root.error());
    }
    const json::object* state = root->if_object();
    if (state == nullptr) {
        return std::unexpected(fmt::format("the run's state is no object: {}", excerpt(body)));
    }
    if (const json::value* error = state->if_contains("__error__")) {
        return std::unexpected(fmt::format("the run failed: {}", excerpt(error_text(*error))));
    }
    LangGraphAnswer out;
    if (auto question = interrupt_of(*state)) {
        out.interrupted = true;
        out.reply.text = std::move(*question);
        if (trim(out.reply.text).empty()) {
            return std::unexpected(std::string("the graph interrupted itself and asks nothing"));
        }
        return out;
    }
    const json::value* messages = state->if_contains("messages");
    std::expected<Reply, std::string> reply;
    if (!shape.reply.text.empty()) {
        reply = read_reply(shape.reply, *root, body);
    } else if (messages != nullptr && messages->is_array()) {
        reply = reply_of(messages->get_array());
    } else {
        return std::unexpected(
            fmt::format("the state has no list of messages ({}); set `reply:` to the JSON pointer "
                        "of the text",
                        excerpt(body)));
    }
    if (!reply) {
        return std::unexpected(std::move(reply.error()));
    }
    out.reply = std::move(*reply);
    return out;
}

LangGraphStream::LangGraphStream(std::size_t max_bytes)
    : events_([this](const net::SseEvent& event) { return take(event); }, max_bytes) {}

bool LangGraphStream::take(const net::SseEvent& event) {
    if (event.type == "values") {
        state_ = event.data;
    } else if (event.type == "error") {
        const auto error = parse_json(event.data);
        error_ = fmt::format("the run failed: {}", excerpt(error ? error_text(*error) : event.data));
    }
    return error_.empty();
}

std::expected<std::string, std::string> LangGraphStream::state() const {
    if (!error_.empty()) {
        return std::unexpected(error_);
    }
    if (state_.empty()) {
        return std::unexpected(std::string("the stream ended without a state"));
    }
    return state_;
}

}  // namespace sosia::agent::detail
