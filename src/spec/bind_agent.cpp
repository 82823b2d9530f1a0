#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "base/text.h"
#include "spec/bind.h"

namespace sosia::spec {
namespace {

const std::vector<std::string>& ways_in() {
    static const std::vector<std::string> ways{"url",       "openai",  "openai_responses", "anthropic",
                                               "gemini",    "command", "websocket",        "a2a",
                                               "langgraph", "prompt"};
    return ways;
}

bool has_scheme(std::string_view text, std::initializer_list<std::string_view> schemes) {
    const std::string head = lower(text.substr(0, 10));
    return std::ranges::any_of(schemes, [&head](std::string_view scheme) { return head.starts_with(scheme); });
}

// One word of a shell command line.
std::string shell_quoted(const std::string& word) {
    const bool plain =
        !word.empty() &&
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%") ==
            std::string::npos;
    return plain ? word : "'" + replace_all(word, "'", "'\\''") + "'";
}

// A command line, or its words as a list.
std::string command_of(const Node& node) {
    if (!node.is_list()) {
        return text_of(node);
    }
    std::vector<std::string> words = texts_of(node);
    std::ranges::transform(words, words.begin(), shell_quoted);
    return join(words, " ");
}

void check_address(const Fields& fields, std::string_view key, std::initializer_list<std::string_view> schemes) {
    const Node* node = fields.find(key);
    if (node == nullptr || !node->is_scalar() || node->text.empty() || has_scheme(node->text, schemes)) {
        return;
    }
    fields.binding().error(node->place,
                           fmt::format("\"{}\" needs an address that begins with {}, found {}", key, *schemes.begin(),
                                       in_quotes(node->written())),
                           node->text.find("://") == std::string::npos
                               ? fmt::format("did you mean {}{}?", *schemes.begin(), node->written())
                               : "");
}

std::string bind_way(const Fields& fields) {
    std::vector<std::string> used;
    std::ranges::copy_if(ways_in(), std::back_inserter(used),
                         [&fields](const std::string& way) { return fields.has(way); });
    if (used.empty()) {
        fields.binding().error(fields.node().place,
                               fmt::format("the agent needs a way in: one of {}", any_of(ways_in())));
        return {};
    }
    if (used.size() > 1) {
        fields.binding().error(
            fields.key_place(used[1]),
            fmt::format("the agent has {} ways in ({}); it needs exactly one", used.size(), join(used, ", ")));
    }
    return used.front();
}

// Values that are text by nature stay text, whatever they look like ("00123", "true"); command lines become one text.
void keep_texts(const Fields& fields, boost::json::object& args) {
    for (const std::string_view key : {"headers", "env"}) {
        const Node* node = fields.find(key);
        for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
            args[key].as_object()[node->members[i].key] = text_of(node->members[i].value);
        }
    }
    for (const std::string_view key : {"version", "key", "api_key", "model", "name", "system", "prompt", "assistant"}) {
        if (const auto text = fields.maybe_text(key)) {
            args[key] = *text;
        }
    }
    for (const std::string_view key : {"start", "command", "run"}) {
        if (const Node* node = fields.find(key); node != nullptr && !node->is_map()) {
            args[key] = command_of(*node);
        }
    }
    for (const std::string& way : ways_in()) {
        if (const Node* node = fields.find(way); node != nullptr && node->is_map()) {
            keep_texts(Fields(*node, fields.binding()), args[way].as_object());
        }
    }
}

void check_pointers(const Fields& fields) {
    const Node* reply = fields.find("reply");
    if (reply == nullptr) {
        return;
    }
    const auto check = [&fields](const Node& node) {
        if (node.is_scalar() && !node.text.empty() && !node.text.starts_with('/')) {
            fields.binding().error(
                node.place, fmt::format("{} is no JSON pointer: it must begin with \"/\"", in_quotes(node.written())),
                fmt::format("did you mean /{}?", replace_all(std::string(node.written()), ".", "/")));
        }
    };
    check(*reply);
    std::ranges::for_each(reply->members, [&check](const Node::Member& member) { check(member.value); });
}

AgentSpec bind_address(const Node& node, const Binding& binding) {
    AgentSpec out;
    const std::string text = text_of(node);
    out.type = has_scheme(text, {"ws://", "wss://"}) ? "websocket" : "url";
    out.args[out.type] = text;
    if (!has_scheme(text, {"http://", "https://", "ws://", "wss://"})) {
        binding.error(node.place,
                      fmt::format("{} is no address; text alone must begin with http://, https://, ws:// or wss://",
                                  in_quotes(node.written())),
                      "for a program write { command: ... }");
    }
    return out;
}

}  // namespace

AgentSpec bind_agent(const Node& node, const Binding& binding) {
    if (node.is_scalar()) {
        return bind_address(node, binding);
    }
    AgentSpec out;
    if (!node.is_map()) {
        return out;
    }
    const Fields fields(node, binding);
    out.type = bind_way(fields);
    out.args = to_json(node).as_object();
    keep_texts(fields, out.args);
    check_address(fields, "url", {"http://", "https://"});
    check_address(fields, "websocket", {"ws://", "wss://"});
    check_address(fields, "ready", {"http://", "https://"});
    check_pointers(fields);
    const Node* start = fields.find("start");
    out.start = start == nullptr ? "" : command_of(*start);
    out.ready = fields.text("ready");
    out.ready_timeout_ms = static_cast<std::int64_t>(fields.duration_ms("ready_timeout").value_or(30'000));
    out.version = fields.text("version");
    out.per_worker = hyphenated(fields.text("instances")) == "per-worker";
    out.stateless = fields.boolean("stateless");
    return out;
}

}  // namespace sosia::spec
