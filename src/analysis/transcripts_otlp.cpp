// Traces as OTLP/JSON: GenAI and OpenInference attributes on spans, on their events and on log records.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/transcript_parts.h"
#include "base/text.h"

namespace sosia::analysis {
namespace json = boost::json;
namespace {

using Attributes = std::map<std::string, json::value>;

const json::value* member(const json::value& value, std::string_view key) {
    const json::object* o = value.if_object();
    return o == nullptr ? nullptr : o->if_contains(key);
}

// An AnyValue as the plain value it stands for.
json::value plain(const json::value& any, int depth = 0) {
    constexpr int deepest = 32;
    const json::object* o = any.if_object();
    if (o == nullptr || o->empty() || depth > deepest) {
        return nullptr;
    }
    const auto& [kind, value] = *o->begin();
    const json::value* list = member(value, "values");
    if (kind == "arrayValue" && list != nullptr && list->is_array()) {
        json::array out;
        for (const json::value& item : list->as_array()) {
            out.push_back(plain(item, depth + 1));
        }
        return out;
    }
    if (kind == "kvlistValue" && list != nullptr && list->is_array()) {
        json::object out;
        for (const json::value& item : list->as_array()) {
            const json::value* key = member(item, "key");
            const json::value* held = member(item, "value");
            if (key != nullptr && key->is_string() && held != nullptr) {
                out[key->as_string()] = plain(*held, depth + 1);
            }
        }
        return out;
    }
    return value;
}

Attributes attributes_of(const json::value& holder) {
    Attributes out;
    const json::value* list = member(holder, "attributes");
    if (list == nullptr || !list->is_array()) {
        return out;
    }
    for (const json::value& item : list->as_array()) {
        const json::value* key = member(item, "key");
        const json::value* value = member(item, "value");
        if (key != nullptr && key->is_string() && value != nullptr) {
            out[std::string(key->as_string())] = plain(*value);
        }
    }
    return out;
}

std::string text_at(const Attributes& attributes, std::string_view key) {
    const auto found = attributes.find(std::string(key));
    return found != attributes.end() && found->second.is_string() ? std::string(found->second.as_string()) : "";
}

std::string first_text(const Attributes& attributes, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (std::string text = text_at(attributes, key); !text.empty()) {
            return text;
        }
    }
    return "";
}

// {role, parts} as GenAI writes it, {role, content} as others do.
void add_one(const json::value& message, std::vector<Turn>& turns) {
    const json::value* parts = member(message, "parts");
    if (parts == nullptr) {
        add_message(message, turns);
        return;
    }
    const json::value* role = member(message, "role");
    add_message(json::object{{"role", role == nullptr ? json::value() : *role}, {"content", *parts}}, turns);
}

// A list of messages, as a structure or as JSON in a text.
void add_genai(const Attributes& attributes, std::string_view key, std::vector<Turn>& turns) {
    const auto found = attributes.find(std::string(key));
    if (found == attributes.end()) {
        return;
    }
    json::value list = found->second;
    if (list.is_string()) {
        boost::system::error_code error;
        list = json::parse(list.as_string(), error);
    }
    if (list.is_array()) {
        std::ranges::for_each(list.as_array(), [&](const json::value& message) { add_one(message, turns); });
    }
}

// Messages spread over attributes: "llm.input_messages.0.message.role" (OpenInference), "gen_ai.prompt.0.role".
void add_flattened(const Attributes& attributes, const std::string& prefix, const std::string& infix,
                   std::vector<Turn>& turns) {
    constexpr int most = 10'000;
    for (int i = 0; i < most; ++i) {
        const std::string start = prefix + std::to_string(i) + infix;
        const std::string role = text_at(attributes, start + "role");
        if (role.empty()) {
            return;
        }
        json::array content;
        if (const std::string text = text_at(attributes, start + "content"); !text.empty()) {
            content.emplace_back(json::object{{"type", "text"}, {"text", text}});
        }
        for (int part = 0; part < most; ++part) {
            const std::string here = start + "contents." + std::to_string(part) + ".message_content.";
            if (!attributes.contains(here + "type") && !attributes.contains(here + "text")) {
                break;
            }
            content.emplace_back(json::object{{"type", "text"}, {"text", text_at(attributes, here + "text")}});
        }
        for (int call = 0; call < most; ++call) {
            const std::string name =
                text_at(attributes, start + "tool_calls." + std::to_string(call) + ".tool_call.function.name");
            if (name.empty()) {
                break;
            }
            content.emplace_back(json::object{{"type", "tool_call"}, {"name", name}});
        }
        add_message(json::object{{"role", role}, {"content", std::move(content)}}, turns);
    }
}

// OpenInference spans of agents and chains: one text in, one text out.
void add_values(const Attributes& attributes, std::vector<Turn>& turns) {
    const std::string kind = text_at(attributes, "openinference.span.kind");
    const std::string in = text_at(attributes, "input.value");
    const std::string out = text_at(attributes, "output.value");
    const bool structured = trim(in).starts_with('{') || trim(in).starts_with('[');
    if ((kind == "AGENT" || kind == "CHAIN" || kind == "LLM") && !in.empty() && !out.empty() && !structured) {
        add_message(json::object{{"role", "user"}, {"content", in}}, turns);
        add_message(json::object{{"role", "assistant"}, {"content", out}}, turns);
    }
}

struct Entry {
    std::string conversation;
    std::string label;
    std::uint64_t at = 0;  // nanoseconds
    std::vector<Turn> turns;
};

std::uint64_t nanoseconds(const json::value& holder, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        const json::value* value = member(holder, key);
        if (value != nullptr && value->is_string()) {
            std::uint64_t out = 0;
            const auto& text = value->as_string();
            std::from_chars(text.data(), text.data() + text.size(), out);
            return out;
        }
        if (value != nullptr && value->is_number()) {
            boost::system::error_code error;
            const auto number = value->to_number<std::uint64_t>(error);
            return error ? 0 : number;
        }
    }
    return 0;
}

// Attributes of a span, an event or a log record. `trace` names the conversation when nothing better does.
void add_entry(const Attributes& attributes, const std::string& session, const std::string& trace, std::uint64_t at,
               std::vector<Entry>& out) {
    Entry entry{.conversation = first_text(attributes, {"gen_ai.conversation.id", "session.id"}),
                .label = first_text(attributes, {"intent", "conversation.intent", "category", "topic"}),
                .at = at,
                .turns = {}};
    if (entry.conversation.empty()) {
        entry.conversation = session.empty() ? trace : session;
    }
    add_genai(attributes, "gen_ai.input.messages", entry.turns);
    add_genai(attributes, "gen_ai.output.messages", entry.turns);
    add_flattened(attributes, "llm.input_messages.", ".message.", entry.turns);
    add_flattened(attributes, "llm.output_messages.", ".message.", entry.turns);
    add_flattened(attributes, "gen_ai.prompt.", ".", entry.turns);
    add_flattened(attributes, "gen_ai.completion.", ".", entry.turns);
    if (entry.turns.empty()) {
        add_values(attributes, entry.turns);
    }
    if (!entry.turns.empty()) {
        out.push_back(std::move(entry));
    }
}

std::string id_of(const json::value& holder, std::string_view key) {
    const json::value* value = member(holder, key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

void add_span(const json::value& span, std::vector<Entry>& out) {
    const Attributes attributes = attributes_of(span);
    const std::string session = first_text(attributes, {"gen_ai.conversation.id", "session.id"});
    const std::string trace = id_of(span, "traceId");
    const std::uint64_t at = nanoseconds(span, {"startTimeUnixNano"});
    add_entry(attributes, session, trace, at, out);
    const json::value* events = member(span, "events");
    for (std::size_t i = 0; events != nullptr && events->is_array() && i < events->as_array().size(); ++i) {
        add_entry(attributes_of(events->as_array()[i]), session, trace, at, out);
    }
}

template <class Use>
void each(const json::value& value, std::string_view key, const Use& use) {
    const json::value* list = member(value, key);
    if (list != nullptr && list->is_array()) {
        std::ranges::for_each(list->as_array(), use);
    }
}

void add_request(const json::value& root, std::vector<Entry>& out) {
    each(root, "resourceSpans", [&](const json::value& resource) {
        each(resource, "scopeSpans", [&](const json::value& scope) {
            each(scope, "spans", [&](const json::value& span) { add_span(span, out); });
        });
    });
    each(root, "resourceLogs", [&](const json::value& resource) {
        each(resource, "scopeLogs", [&](const json::value& scope) {
            each(scope, "logRecords", [&](const json::value& record) {
                add_entry(attributes_of(record), "", id_of(record, "traceId"),
                          nanoseconds(record, {"timeUnixNano", "observedTimeUnixNano"}), out);
            });
        });
    });
}

std::ptrdiff_t user_turns(const Entry& entry) {
    return std::ranges::count(entry.turns, Role::user, &Turn::role);
}

std::string first_said(const Entry& entry) {
    const auto turn = std::ranges::find(entry.turns, Role::user, &Turn::role);
    return turn == entry.turns.end() ? "" : turn->text;
}

// Spans that carry one exchange each, without the history: put together in time. A span around another one says the
// same thing twice.
ImportedConversation joined(std::vector<Entry> entries) {
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) { return a.at < b.at; });
    ImportedConversation out{.id = entries.front().conversation, .label = entries.front().label, .turns = {}};
    std::string last;
    for (const Entry& entry : entries) {
        const std::string said = first_said(entry);
        if (!last.empty() && said == last) {
            continue;
        }
        last = said;
        for (const Turn& turn : entry.turns) {
            out.turns.push_back(turn);
            out.turns.back().n = static_cast<int>(out.turns.size());
        }
    }
    return out;
}

// Everything of a conversation: the longest entry when entries repeat the history, else all of them in time.
void collect(std::vector<Entry> entries, Collector& collector) {
    const auto longest = std::ranges::max_element(entries, {}, user_turns);
    if (entries.size() > 1 && user_turns(*longest) <= 1) {
        collector.add(joined(std::move(entries)));
        return;
    }
    for (Entry& entry : entries) {
        collector.add({.id = entry.conversation, .label = entry.label, .turns = std::move(entry.turns)});
    }
}

// One request, or one a line as collectors write them to files.
Result<std::vector<Entry>> read_entries(std::string_view text) {
    std::vector<Entry> out;
    boost::system::error_code error;
    const json::value whole = json::parse(json::string_view(text.data(), text.size()), error);
    if (!error) {
        add_request(whole, out);
        return out;
    }
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) {
            continue;
        }
        const json::value request = json::parse(json::string_view(line.data(), line.size()), error);
        if (error) {
            return fail(ErrorKind::malformed, fmt::format("not OTLP/JSON: line {}: {}", number, error.message()));
        }
        add_request(request, out);
    }
    return out;
}

}  // namespace

Result<Imported> read_otlp(std::string_view text) {
    Result<std::vector<Entry>> entries = read_entries(text);
    if (!entries) {
        return std::unexpected(entries.error());
    }
    std::vector<std::vector<Entry>> conversations;
    std::map<std::string, std::size_t> places;
    for (Entry& entry : *entries) {
        const auto [at, is_new] = places.try_emplace(entry.conversation, conversations.size());
        if (is_new) {
            conversations.emplace_back();
        }
        conversations[at->second].push_back(std::move(entry));
    }
    Collector collector;
    for (std::vector<Entry>& conversation : conversations) {
        collect(std::move(conversation), collector);
    }
    return collector.finish();
}

}  // namespace sosia::analysis
