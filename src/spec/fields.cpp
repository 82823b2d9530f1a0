#include "spec/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "spec/units.h"

namespace sosia::spec {

Place Fields::place(std::string_view key) const {
    const Node* value = map_.find(key);
    return value == nullptr ? map_.place : value->place;
}

Place Fields::key_place(std::string_view key) const {
    const Node::Member* member = map_.member(key);
    return member == nullptr ? map_.place : member->place;
}

std::string Fields::text(std::string_view key, std::string_view fallback) const {
    return maybe_text(key).value_or(std::string(fallback));
}

std::optional<std::string> Fields::maybe_text(std::string_view key) const {
    const Node* value = map_.find(key);
    return value != nullptr && value->is_scalar() ? std::optional(text_of(*value)) : std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view key) const {
    const Node* value = map_.find(key);
    return value == nullptr ? std::vector<std::string>{} : texts_of(*value);
}

std::optional<bool> Fields::boolean(std::string_view key) const {
    const Node* value = map_.find(key);
    return value == nullptr ? std::nullopt : as_bool(*value);
}

std::optional<int> Fields::integer(std::string_view key) const {
    const Node* value = map_.find(key);
    const auto whole = value == nullptr ? std::nullopt : as_integer(*value);
    if (!whole || *whole > std::numeric_limits<int>::max() || *whole < std::numeric_limits<int>::min()) {
        return std::nullopt;
    }
    return static_cast<int>(*whole);
}

std::optional<double> Fields::number(std::string_view key) const {
    const Node* value = map_.find(key);
    return value == nullptr ? std::nullopt : as_real(*value);
}

std::optional<double> Fields::duration_ms(std::string_view key) const {
    const Node* value = map_.find(key);
    if (value == nullptr || !value->is_scalar()) {
        return std::nullopt;
    }
    const auto duration = parse_duration_ms(value->text);
    if (!duration) {
        binding_.error(value->place, fmt::format("expected a duration such as 30s, 5m or 250ms, found {}",
                                                 in_quotes(value->written())));
    }
    return duration;
}

std::optional<double> Fields::share(std::string_view key) const {
    const Node* value = map_.find(key);
    return value == nullptr ? std::nullopt : share_of(*value, binding_);
}

std::map<std::string, std::string> Fields::text_map(std::string_view key) const {
    std::map<std::string, std::string> out;
    const Node* value = map_.find(key);
    if (value != nullptr && value->is_map()) {
        for (const Node::Member& member : value->members) {
            flatten(member.value, member.key, out);
        }
    }
    return out;
}

std::string text_of(const Node& node) {
    if (!node.is_scalar()) {
        return {};
    }
    std::string_view text = node.text;
    while (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    return std::string(text);
}

std::vector<std::string> texts_of(const Node& node) {
    std::vector<std::string> out;
    if (node.is_scalar()) {
        out.push_back(text_of(node));
    }
    for (const Node& item : node.items) {
        if (item.is_scalar()) {
            out.push_back(text_of(item));
        }
    }
    return out;
}

std::optional<double> share_of(const Node& node, const Binding& binding) {
    if (!node.is_scalar()) {
        return std::nullopt;
    }
    const auto share = parse_share(node.text);
    if (!share || *share > 1) {
        binding.error(node.place,
                      fmt::format("expected a share from 0 to 1, or a percentage such as 85%, found {}",
                                  in_quotes(node.written())),
                      share && *share > 1 && *share <= 100 ? fmt::format("did you mean {}%?", node.written()) : "");
        return std::nullopt;
    }
    return share;
}

void flatten(const Node& node, const std::string& name, std::map<std::string, std::string>& out) {
    if (node.is_scalar()) {
        out[name] = text_of(node);
    }
    for (const Node::Member& member : node.members) {
        flatten(member.value, name.empty() ? member.key : name + "." + member.key, out);
    }
    if (!node.is_list()) {
        return;
    }
    if (std::ranges::all_of(node.items, [](const Node& item) { return item.is_scalar() || item.is_null(); })) {
        out[name] = join(texts_of(node), "; ");
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        flatten(node.items[i], name + "." + std::to_string(i + 1), out);
    }
}

std::string hyphenated(std::string_view text) {
    std::string out = lower(trim(text));
    std::ranges::replace(out, '_', '-');
    std::ranges::replace(out, ' ', '-');
    return out;
}

std::string bind_id(const Fields& fields, std::string_view fallback) {
    const auto written = fields.maybe_text("id");
    const std::string id = written.value_or(std::string(fallback));
    constexpr std::size_t longest = 120;
    const bool odd =
        std::ranges::any_of(id, [](char c) { return c == '/' || c == '#' || static_cast<unsigned char>(c) < 0x20; });
    if (!written && fallback.empty()) {
        if (!fields.has("id")) {
            fields.binding().error(fields.node().place, "the key \"id\" is missing");
        }
    } else if (id.empty() || id == "-" || odd || id.size() > longest || trim(id).size() != id.size()) {
        fields.binding().error(fields.place("id"),
                               fmt::format("{} cannot be an id: it needs 1 to {} characters without \"/\", \"#\" "
                                           "and spaces around it, and is not \"-\"",
                                           in_quotes(id), longest));
    }
    return id;
}

}  // namespace sosia::spec
