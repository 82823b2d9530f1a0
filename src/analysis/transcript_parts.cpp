#include "analysis/transcript_parts.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace sosia::analysis {
namespace json = boost::json;
namespace {

std::optional<Role> role_of(std::string_view name) {
    constexpr std::array<std::string_view, 5> users{"user", "human", "customer", "client", "visitor"};
    constexpr std::array<std::string_view, 6> agents{"assistant", "agent", "bot", "ai", "model", "operator"};
    const std::string plain = lower(trim(name));
    if (std::ranges::find(users, plain) != users.end()) {
        return Role::user;
    }
    return std::ranges::find(agents, plain) != agents.end() ? std::optional(Role::agent) : std::nullopt;
}

std::string text_in(const json::object& o, std::string_view key) {
    const json::value* value = o.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

void add_line(std::string& text, std::string_view line) {
    if (!line.empty()) {
        text += (text.empty() ? "" : "\n") + std::string(line);
    }
}

// Content as text, or as parts: {type: text, text}, {type: text, content}, {type: tool_use | tool_call, name, ...}.
void read_content(const json::value& content, Turn& turn) {
    if (content.is_string()) {
        add_line(turn.text, std::string_view(content.as_string()));
        return;
    }
    if (!content.is_array()) {
        return;
    }
    for (const json::value& part : content.as_array()) {
        const json::object* o = part.if_object();
        if (o == nullptr) {
            continue;
        }
        const std::string type = text_in(*o, "type");
        if (type == "tool_use" || type == "tool_call") {
            turn.tools.push_back({.name = text_in(*o, "name")});
        } else if (type != "tool_result" && type != "tool_call_response") {
            add_line(turn.text, text_in(*o, o->contains("text") ? "text" : "content"));
        }
    }
}

void read_tool_calls(const json::object& message, Turn& turn) {
    const json::value* calls = message.if_contains("tool_calls");
    if (calls == nullptr || !calls->is_array()) {
        return;
    }
    for (const json::value& call : calls->as_array()) {
        const json::object* o = call.if_object();
        const json::value* function = o == nullptr ? nullptr : o->if_contains("function");
        if (function != nullptr && function->is_object()) {
            turn.tools.push_back({.name = text_in(function->as_object(), "name")});
        }
    }
}

}  // namespace

void add_message(const json::value& message, std::vector<Turn>& turns) {
    const json::object* o = message.if_object();
    const std::optional<Role> role = o == nullptr ? std::nullopt : role_of(text_in(*o, "role"));
    if (!role) {
        return;
    }
    Turn turn{.role = *role};
    if (const json::value* content = o->if_contains("content")) {
        read_content(*content, turn);
    }
    read_tool_calls(*o, turn);
    if (turn.text.empty() && turn.tools.empty()) {
        return;
    }
    if (!turns.empty() && turns.back().role == turn.role) {
        add_line(turns.back().text, turn.text);
        turns.back().tools.insert(turns.back().tools.end(), turn.tools.begin(), turn.tools.end());
        return;
    }
    turn.n = static_cast<int>(turns.size()) + 1;
    turns.push_back(std::move(turn));
}

void Collector::add(ImportedConversation c) {
    const auto speaks = [&c](Role role) { return std::ranges::find(c.turns, role, &Turn::role) != c.turns.end(); };
    if (!speaks(Role::user) || !speaks(Role::agent)) {
        ++out_.skipped;
        return;
    }
    const auto [at, is_new] = places_.try_emplace(c.id, out_.conversations.size());
    if (is_new) {
        out_.conversations.push_back(std::move(c));
    } else if (c.turns.size() > out_.conversations[at->second].turns.size()) {
        out_.conversations[at->second] = std::move(c);
    }
}

Imported Collector::finish() {
    return std::move(out_);
}

}  // namespace sosia::analysis
