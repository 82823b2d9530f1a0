#include "analysis/transcript_parts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <boost/json/parse.hpp>

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

// Attributes of a span as key -> text.
std::map<std::string, std::string> attributes_of(const json::object& span) {
    std::map<std::string, std::string> out;
    const json::value* list = span.if_contains("attributes");
    if (list == nullptr || !list->is_array()) {
        return out;
    }
    for (const json::value& item : list->as_array()) {
        const json::object* o = item.if_object();
        const json::value* value = o == nullptr ? nullptr : o->if_contains("value");
        if (value != nullptr && value->is_object()) {
            out[text_in(*o, "key")] = text_in(value->as_object(), "stringValue");
        }
    }
    return out;
}

void add_genai(const std::string& messages, std::vector<Turn>& turns) {
    boost::system::error_code error;
    const json::value list = json::parse(messages, error);
    if (error || !list.is_array()) {
        return;
    }
    for (const json::value& message : list.as_array()) {
        const json::object* o = message.if_object();
        const json::value* parts = o == nullptr ? nullptr : o->if_contains("parts");
        if (parts != nullptr) {
            add_message(json::object{{"role", text_in(*o, "role")}, {"content", *parts}}, turns);
        } else {
            add_message(message, turns);
        }
    }
}

void add_openinference(const std::map<std::string, std::string>& attributes, const std::string& prefix,
                       std::vector<Turn>& turns) {
    for (int i = 0;; ++i) {
        const std::string start = prefix + std::to_string(i) + ".message.";
        const auto role = attributes.find(start + "role");
        if (role == attributes.end()) {
            return;
        }
        const auto content = attributes.find(start + "content");
        add_message(
            json::object{{"role", role->second}, {"content", content == attributes.end() ? "" : content->second}},
            turns);
    }
}

std::string first_attribute(const std::map<std::string, std::string>& attributes,
                            std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        if (const auto found = attributes.find(key); found != attributes.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return "";
}

void add_span(const json::object& span, Collector& collector) {
    const std::map<std::string, std::string> attributes = attributes_of(span);
    ImportedConversation c;
    c.id = first_attribute(attributes, {"gen_ai.conversation.id", "session.id"});
    if (c.id.empty()) {
        c.id = text_in(span, "traceId");
    }
    add_genai(first_attribute(attributes, {"gen_ai.input.messages"}), c.turns);
    add_genai(first_attribute(attributes, {"gen_ai.output.messages"}), c.turns);
    add_openinference(attributes, "llm.input_messages.", c.turns);
    add_openinference(attributes, "llm.output_messages.", c.turns);
    if (!c.turns.empty()) {
        collector.add(std::move(c));
    }
}

// Calls `use` on each object of the list under `key`.
template <class Use>
void each(const json::value& value, std::string_view key, const Use& use) {
    const json::object* o = value.if_object();
    const json::value* list = o == nullptr ? nullptr : o->if_contains(key);
    if (list == nullptr || !list->is_array()) {
        return;
    }
    for (const json::value& item : list->as_array()) {
        if (item.is_object()) {
            use(item);
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

Result<Imported> read_otlp(std::string_view text) {
    boost::system::error_code error;
    const json::value root = json::parse(json::string_view(text.data(), text.size()), error);
    if (error) {
        return fail(ErrorKind::malformed, "not OTLP/JSON: " + error.message());
    }
    Collector collector;
    each(root, "resourceSpans", [&](const json::value& resource) {
        each(resource, "scopeSpans", [&](const json::value& scope) {
            each(scope, "spans", [&](const json::value& span) { add_span(span.as_object(), collector); });
        });
    });
    return collector.finish();
}

}  // namespace sosia::analysis
