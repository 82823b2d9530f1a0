#include "agent/detail/a2a_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "agent/detail/excerpt.h"
#include "agent/detail/reply_reader.h"
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

const json::object* object_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

bool true_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

// "TASK_STATE_INPUT_REQUIRED" and "input-required" are the same state.
std::string state_name(std::string_view written) {
    constexpr std::string_view prefix = "task-state-";
    std::string name = lower(replace_all(std::string(written), "_", "-"));
    name = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
    return name == "cancelled" ? "canceled" : name;
}

// The texts among the parts; files and data are nothing that a user reads.
std::string text_of_parts(const json::object& holder) {
    std::string out;
    const json::array* parts = array_at(holder, "parts");
    for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
        const json::object* part = (*parts)[i].if_object();
        out += part == nullptr ? "" : text_at(*part, "text");
    }
    return out;
}

bool is_jsonrpc(std::string_view transport) {
    return lower(transport) == "jsonrpc";
}

bool is_http(std::string_view url) {
    return url.starts_with("http://") || url.starts_with("https://");
}

// The card's interface of this major version, or nothing.
std::expected<A2aCard, std::string> interface_of(const json::array& interfaces, std::string_view version) {
    for (const json::value& item : interfaces) {
        const json::object* one = item.if_object();
        if (one != nullptr && is_jsonrpc(text_at(*one, "protocolBinding")) &&
            text_at(*one, "protocolVersion").starts_with(version)) {
            return A2aCard{.url = text_at(*one, "url"),
                           .version = version == "1" ? A2aVersion::v1_0 : A2aVersion::v0_3,
                           .tenant = text_at(*one, "tenant")};
        }
    }
    return std::unexpected(std::string("the agent card names no JSONRPC interface of protocol version 1.0 or 0.3"));
}

// Cards of 0.3 name one address and its transport, and others beside it.
std::expected<A2aCard, std::string> old_card(const json::object& card) {
    const std::string preferred = text_at(card, "preferredTransport");
    if (preferred.empty() || is_jsonrpc(preferred)) {
        return A2aCard{.url = text_at(card, "url"), .version = A2aVersion::v0_3, .tenant = {}};
    }
    const json::array* more = array_at(card, "additionalInterfaces");
    for (std::size_t i = 0; more != nullptr && i < more->size(); ++i) {
        const json::object* one = (*more)[i].if_object();
        if (one != nullptr && is_jsonrpc(text_at(*one, "transport"))) {
            return A2aCard{.url = text_at(*one, "url"), .version = A2aVersion::v0_3, .tenant = {}};
        }
    }
    return std::unexpected(fmt::format("the agent card names no JSONRPC interface, only {}", excerpt(preferred)));
}

std::expected<A2aCard, std::string> interface_of(const json::object& card) {
    const json::array* interfaces = array_at(card, "supportedInterfaces");
    if (interfaces == nullptr) {
        return old_card(card);
    }
    auto current = interface_of(*interfaces, "1");
    return current ? current : interface_of(*interfaces, "0.3");
}

std::string last_text(const Request& request) {
    return request.messages.empty() ? std::string{} : request.messages.back().text;
}

json::object message_of(const A2aCard& card, const A2aThread& thread, const Request& request) {
    const bool current = card.version == A2aVersion::v1_0;
    json::object part{{"text", last_text(request)}};
    json::object message{{"messageId", fmt::format("{}-{}", request.conversation, request.turn)},
                         {"role", current ? "ROLE_USER" : "user"}};
    if (!current) {
        part["kind"] = "text";
        message["kind"] = "message";
    }
    message["parts"] = json::array{std::move(part)};
    if (!thread.context_id.empty()) {
        message["contextId"] = thread.context_id;
    }
    if (!thread.task_id.empty()) {
        message["taskId"] = thread.task_id;
    }
    json::object metadata{{"conversation", request.conversation}, {"turn", request.turn}};
    if (request.context != nullptr && !request.context->empty()) {
        metadata["context"] = *request.context;
    }
    message["metadata"] = std::move(metadata);
    return message;
}

std::string rpc(const A2aCard& card, std::string_view method, std::string_view id, json::object params) {
    if (!card.tenant.empty()) {
        params["tenant"] = card.tenant;
    }
    const json::object out{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
    std::string text;
    append_json(text, out);
    return text;
}

}  // namespace

std::expected<A2aCard, std::string> read_agent_card(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return std::unexpected(root.error());
    }
    const json::object* object = root->if_object();
    if (object == nullptr) {
        return std::unexpected(fmt::format("the agent card is no object: {}", excerpt(body)));
    }
    auto card = interface_of(*object);
    if (card && !is_http(card->url)) {
        return std::unexpected(fmt::format("the agent card's url is no http or https URL: {}", excerpt(card->url)));
    }
    if (const json::object* capabilities = object_at(*object, "capabilities"); card && capabilities != nullptr) {
        card->streams = true_at(*capabilities, "streaming");
    }
    return card;
}

std::string a2a_send(const A2aCard& card, const A2aThread& thread, const Request& request, bool stream) {
    const bool current = card.version == A2aVersion::v1_0;
    json::object configuration{{"acceptedOutputModes", json::array{"text/plain"}}};
    if (!current) {
        configuration["blocking"] = true;
    }
    std::string_view method = stream ? "SendStreamingMessage" : "SendMessage";
    if (!current) {
        method = stream ? "message/stream" : "message/send";
    }
    return rpc(card, method, fmt::format("{}-{}", request.conversation, request.turn),
               {{"message", message_of(card, thread, request)}, {"configuration", std::move(configuration)}});
}

std::string a2a_get_task(const A2aCard& card, const std::string& task_id) {
    return rpc(card, card.version == A2aVersion::v1_0 ? "GetTask" : "tasks/get", task_id, {{"id", task_id}});
}

bool A2aTurn::complain(std::string what) {
    if (error_.empty()) {
        error_ = std::move(what);
    }
    return false;
}

bool A2aTurn::take(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) {
        return complain(root.error());
    }
    const json::object* object = root->if_object();
    if (object == nullptr) {
        return complain(fmt::format("no JSON-RPC answer but {}", excerpt(body)));
    }
    if (const json::object* error = object_at(*object, "error")) {
        const json::value* code = error->if_contains("code");
        return complain(fmt::format("JSON-RPC error {}: {}", code == nullptr ? "without a code" : json_text(*code),
                                    excerpt(text_at(*error, "message"))));
    }
    const json::object* result = object_at(*object, "result");
    if (result == nullptr) {
        return complain(fmt::format("a JSON-RPC answer without an object as its result: {}", excerpt(body)));
    }
    take_result(*result);
    if (!has_message_ && state_.empty() && artifacts_.empty()) {
        return complain(fmt::format("neither a message nor a task: {}", excerpt(body)));
    }
    return true;
}

// 1.0 wraps what it is in a member of that name, 0.3 says so in `kind`, and a task that was asked for comes bare.
void A2aTurn::take_result(const json::object& result) {
    const std::string kind = text_at(result, "kind");
    const auto part = [&](std::string_view wrapper, std::string_view old_kind) -> const json::object* {
        const json::object* wrapped = kind.empty() ? object_at(result, wrapper) : nullptr;
        return kind == old_kind && !kind.empty() ? &result : wrapped;
    };
    if (const json::object* message = part("message", "message"); message != nullptr && !result.contains("status")) {
        take_message(*message);
    } else if (const json::object* task = part("task", "task")) {
        take_task(*task);
    } else if (const json::object* update = part("statusUpdate", "status-update")) {
        keep_ids(*update, "taskId");
        updated_ = true;
        const json::object* status = object_at(*update, "status");
        status == nullptr ? void() : take_status(*status);
    } else if (const json::object* artifact = part("artifactUpdate", "artifact-update")) {
        keep_ids(*artifact, "taskId");
        const json::value* value = artifact->if_contains("artifact");
        value == nullptr ? void() : take_artifact(*value, true_at(*artifact, "append"));
    } else if (result.contains("id") && result.contains("status")) {
        take_task(result);
    }
}

void A2aTurn::keep_ids(const json::object& from, std::string_view task_key) {
    const std::string context = text_at(from, "contextId");
    const std::string task = text_at(from, task_key);
    context_id_ = context.empty() ? context_id_ : context;
    task_id_ = task.empty() ? task_id_ : task;
}

// Tools that an agent reports go where it can put what it likes.
void A2aTurn::keep_tools(const json::object& from) {
    const json::object* metadata = object_at(from, "metadata");
    const json::value* tools = metadata == nullptr ? nullptr : metadata->if_contains("tools");
    if (tools == nullptr) {
        return;
    }
    auto calls = read_tool_calls(*tools);
    if (!calls) {
        complain("/metadata/tools: " + calls.error());
        return;
    }
    tools_ = std::move(*calls);
}

void A2aTurn::take_message(const json::object& message) {
    keep_ids(message, "taskId");
    keep_tools(message);
    has_message_ = true;
    message_ = text_of_parts(message);
}

void A2aTurn::take_task(const json::object& task) {
    keep_ids(task, "id");
    keep_tools(task);
    artifacts_.clear();
    const json::array* artifacts = array_at(task, "artifacts");
    for (std::size_t i = 0; artifacts != nullptr && i < artifacts->size(); ++i) {
        take_artifact((*artifacts)[i], false);
    }
    if (const json::object* status = object_at(task, "status")) {
        take_status(*status);
    }
}

void A2aTurn::take_status(const json::object& status) {
    state_ = state_name(text_at(status, "state"));
    message_.clear();
    if (const json::object* message = object_at(status, "message")) {
        keep_tools(*message);
        message_ = text_of_parts(*message);
    }
}

void A2aTurn::take_artifact(const json::value& artifact, bool append) {
    constexpr std::size_t most_artifacts = 1000;
    const json::object* object = artifact.if_object();
    if (object == nullptr) {
        return;
    }
    const std::string id = text_at(*object, "artifactId");
    const auto known = std::ranges::find(artifacts_, id, &Artifact::id);
    if (known != artifacts_.end()) {
        known->text = (append ? known->text : "") + text_of_parts(*object);
    } else if (artifacts_.size() < most_artifacts) {
        artifacts_.push_back({id, text_of_parts(*object)});
    } else {
        complain(fmt::format("more than {} artifacts in one task", most_artifacts));
    }
}

bool A2aTurn::done() const {
    static const std::set<std::string> open = {"", "submitted", "working", "unspecified", "unknown"};
    return !error_.empty() || has_message_ || !open.contains(state_);
}

std::expected<Reply, std::string> A2aTurn::reply(A2aThread& thread) const {
    if (!error_.empty()) {
        return std::unexpected(error_);
    }
    if (!done()) {
        return std::unexpected(fmt::format("the task is still {}", state_.empty() ? "unknown" : state_));
    }
    if (state_ == "failed") {
        return std::unexpected(fmt::format("the task failed: {}", excerpt(message_)));
    }
    Reply out;
    for (const Artifact& artifact : artifacts_) {
        if (!trim(artifact.text).empty() && thread.told.insert({artifact.id, artifact.text}).second) {
            out.text += (out.text.empty() ? "" : "\n\n") + artifact.text;
        }
    }
    if (!trim(message_).empty() && message_ != out.text) {
        out.text += (out.text.empty() ? "" : "\n\n") + message_;
    }
    if (trim(out.text).empty()) {
        return std::unexpected(state_.empty() ? std::string("a message without a text")
                                              : fmt::format("the task is {} and says nothing", excerpt(state_)));
    }
    const bool waits = state_ == "input-required" || state_ == "auth-required";
    thread.context_id = context_id_.empty() ? thread.context_id : context_id_;
    thread.task_id = waits ? task_id_ : "";
    out.tools = tools_;
    if (!state_.empty()) {
        out.metadata["state"] = shorten(state_, 40);
    }
    return out;
}

}  // namespace sosia::agent::detail
