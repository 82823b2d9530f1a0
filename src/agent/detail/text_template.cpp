#include "agent/detail/text_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, Slot>, 6> slot_names = {{{"last", Slot::last},
                                                                          {"conversation", Slot::conversation},
                                                                          {"turn", Slot::turn},
                                                                          {"messages", Slot::messages},
                                                                          {"context", Slot::context},
                                                                          {"traceparent", Slot::traceparent}}};

std::string_view last_text(const Request& request) {
    return request.messages.empty() ? std::string_view{} : std::string_view(request.messages.back().text);
}

const json::value* child(const json::value& parent, const std::string& name) {
    if (const auto* object = parent.if_object()) {
        return object->if_contains(name);
    }
    const auto* array = parent.if_array();
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool is_index = error == std::errc{} && end == name.data() + name.size();
    return array != nullptr && is_index ? array->if_contains(index) : nullptr;
}

// The value below the context; nullptr when the path leads nowhere.
const json::value* find_in_context(const Request& request, const std::vector<std::string>& path) {
    if (request.context == nullptr || path.empty()) {
        return nullptr;
    }
    const json::value* value = request.context->if_contains(path.front());
    for (std::size_t i = 1; i < path.size() && value != nullptr; ++i) {
        value = child(*value, path[i]);
    }
    return value;
}

void append_context(std::string& out, const Request& request) {
    if (request.context == nullptr) {
        out += "{}";
    } else {
        append_json(out, *request.context);
    }
}

void append_value(std::string& out, const Placeholder& placeholder, const Request& request) {
    switch (placeholder.slot) {
        case Slot::last:
            append_json_string(out, last_text(request));
            break;
        case Slot::conversation:
            append_json_string(out, request.conversation);
            break;
        case Slot::traceparent:
            append_json_string(out, request.traceparent);
            break;
        case Slot::turn:
            out += std::to_string(request.turn);
            break;
        case Slot::messages:
            append_messages(out, request);
            break;
        case Slot::context:
            if (placeholder.path.empty()) {
                append_context(out, request);
            } else if (const auto* value = find_in_context(request, placeholder.path)) {
                append_json(out, *value);
            } else {
                out += "null";
            }
    }
}

// Inside a longer text: strings as they are, everything else as JSON, nothing for what is missing.
void append_text(std::string& out, const Placeholder& placeholder, const Request& request) {
    switch (placeholder.slot) {
        case Slot::last:
            out += last_text(request);
            return;
        case Slot::conversation:
            out += request.conversation;
            return;
        case Slot::traceparent:
            out += request.traceparent;
            return;
        case Slot::turn:
        case Slot::messages:
            append_value(out, placeholder, request);
            return;
        case Slot::context:
            break;
    }
    const auto* value = find_in_context(request, placeholder.path);
    if (placeholder.path.empty()) {
        append_context(out, request);
    } else if (value != nullptr && value->is_string()) {
        out += std::string_view(value->get_string());
    } else if (value != nullptr && !value->is_null()) {
        append_json(out, *value);
    }
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Result<Placeholder> parse_placeholder(std::string_view name, std::string_view key) {
    Placeholder placeholder;
    const auto words = split(name, '.');
    const auto found = std::ranges::find(slot_names, words.front(), [](const auto& entry) { return entry.first; });
    const bool known = found != slot_names.end() && (words.size() == 1 || found->second == Slot::context);
    if (!known) {
        std::vector<std::string> candidates;
        for (const auto& [slot_name, slot] : slot_names) {
            candidates.emplace_back(slot_name);
        }
        const std::string_view near = nearest(words.front(), candidates);
        return fail(ErrorKind::usage,
                    fmt::format("{}: unknown placeholder {{{{{}}}}}; there are last, conversation, turn, messages, "
                                "context, context.<path> and traceparent",
                                key, name),
                    near.empty() ? std::string{} : fmt::format("did you mean {{{{{}}}}}?", near));
    }
    placeholder.slot = found->second;
    placeholder.path.assign(words.begin() + 1, words.end());
    return placeholder;
}

}  // namespace

Result<TextTemplate> TextTemplate::parse(std::string_view text, std::string_view key) {
    TextTemplate result;
    while (!text.empty()) {
        const std::size_t open = text.find("{{");
        const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
        if (close == std::string_view::npos) {
            result.parts_.emplace_back(std::string(text));
            break;
        }
        if (open != 0) {
            result.parts_.emplace_back(std::string(text.substr(0, open)));
        }
        auto placeholder = parse_placeholder(trim(text.substr(open + 2, close - open - 2)), key);
        if (!placeholder) {
            return std::unexpected(std::move(placeholder.error()));
        }
        result.parts_.emplace_back(std::move(*placeholder));
        text.remove_prefix(close + 2);
    }
    return result;
}

std::string TextTemplate::render(const Request& request, Escape escape) const {
    std::string out;
    for (const auto& part : parts_) {
        if (const auto* text = std::get_if<std::string>(&part)) {
            out += *text;
            continue;
        }
        std::string value;
        append_text(value, std::get<Placeholder>(part), request);
        out += escape == Escape::url ? percent_encoded(value) : value;
    }
    return out;
}

bool TextTemplate::constant() const {
    return std::ranges::all_of(parts_, [](const auto& part) { return std::holds_alternative<std::string>(part); });
}

bool TextTemplate::mentions(Slot slot) const {
    return std::ranges::any_of(parts_, [&](const auto& part) {
        const auto* placeholder = std::get_if<Placeholder>(&part);
        return placeholder != nullptr && placeholder->slot == slot;
    });
}

const Placeholder* TextTemplate::single() const {
    return parts_.size() == 1 ? std::get_if<Placeholder>(&parts_.front()) : nullptr;
}

void append_messages(std::string& out, const Request& request) {
    out += '[';
    bool first = true;
    for (const Message& message : request.messages) {
        out += first ? "{\"role\":" : ",{\"role\":";
        first = false;
        out += message.role == Role::user ? "\"user\"" : "\"assistant\"";
        out += ",\"content\":";
        append_json_string(out, message.text);
        out += '}';
    }
    out += ']';
}

void append_slot_value(std::string& out, const Placeholder& placeholder, const Request& request) {
    append_value(out, placeholder, request);
}

}  // namespace sosia::agent::detail
