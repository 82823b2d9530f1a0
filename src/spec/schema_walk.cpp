#include "spec/schema_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "base/text.h"
#include "spec/diagnostics.h"

namespace sosia::spec {
namespace {

namespace json = boost::json;
using Problems = std::vector<SchemaProblem>;

const json::object* object_in(const json::object& schema, std::string_view key) {
    const json::value* value = schema.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_in(const json::object& schema, std::string_view key) {
    const json::value* value = schema.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

std::string text_in(const json::object& schema, std::string_view key) {
    const json::value* value = schema.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

const json::object& resolve(const json::object& schema, const json::object& root) {
    const std::string reference = text_in(schema, "$ref");
    constexpr std::string_view prefix = "#/definitions/";
    if (!reference.starts_with(prefix)) {
        return schema;
    }
    return root.at("definitions").as_object().at(reference.substr(prefix.size())).as_object();
}

std::vector<std::string> types_of(const json::object& schema) {
    const json::value* type = schema.if_contains("type");
    std::vector<std::string> out;
    if (type != nullptr && type->is_string()) {
        out.emplace_back(type->as_string());
    } else if (type != nullptr) {
        for (const json::value& one : type->as_array()) {
            out.emplace_back(one.as_string());
        }
    }
    return out;
}

bool has_type(const Node& node, std::string_view type) {
    switch (node.kind) {
        case Node::Kind::null:
            return type == "null";
        case Node::Kind::boolean:
            return type == "boolean";
        case Node::Kind::integer:
            return type == "integer" || type == "number";
        case Node::Kind::real:
            return type == "number";
        case Node::Kind::text:
            return type == "string";
        case Node::Kind::list:
            return type == "array";
        case Node::Kind::map:
            return type == "object";
    }
    return false;
}

bool type_fits(const Node& node, const json::object& schema) {
    const auto types = types_of(schema);
    return types.empty() ||
           std::ranges::any_of(types, [&node](const std::string& type) { return has_type(node, type); });
}

// "text or a list", from the schema's types.
std::string expected_types(const json::object& schema) {
    auto types = types_of(schema);
    const auto has = [&types](std::string_view type) { return std::ranges::find(types, type) != types.end(); };
    std::vector<std::string> words;
    if (has("string")) {
        words.emplace_back("text");
    } else if (has("number")) {
        words.emplace_back("a number");
    } else if (has("integer")) {
        words.emplace_back("a whole number");
    }
    if (has("boolean") && !has("string")) {
        words.emplace_back("true or false");
    }
    if (has("array")) {
        words.emplace_back("a list");
    }
    if (has("object")) {
        words.emplace_back("a mapping");
    }
    return any_of(words);
}

std::string expected(const json::object& schema) {
    const std::string stated = text_in(schema, "x-expected");
    return stated.empty() ? expected_types(schema) : stated;
}

std::string type_hint(const Node& node, const json::object& schema) {
    const auto types = types_of(schema);
    const auto wants = [&types](std::string_view type) { return std::ranges::find(types, type) != types.end(); };
    if (node.kind == Node::Kind::text && wants("boolean")) {
        const std::string word = lower(node.text);
        if (word == "yes" || word == "on" || word == "y") {
            return "write true";
        }
        if (word == "no" || word == "off" || word == "n") {
            return "write false";
        }
        const auto kind = plain_kind(node.text);
        return kind == Node::Kind::boolean ? "take the quotes away" : "";
    }
    if (node.kind == Node::Kind::text && (wants("number") || wants("integer"))) {
        const auto kind = plain_kind(node.text);
        return kind == Node::Kind::integer || kind == Node::Kind::real ? "take the quotes away" : "";
    }
    if (node.is_null()) {
        return wants("string") && !node.text.empty() ? "put quotes around it if it is meant as text"
                                                     : "write a value, or take the key away";
    }
    if (node.is_map() && wants("string") && !wants("object")) {
        return "text with \": \" or {{...}} in it needs quotes around it";
    }
    return "";
}

// One schema applied to one value.
class Walk {
  public:
    explicit Walk(const json::object& root) : root_(root) {}

    Problems run(const Node& node, const json::object& unresolved) const {
        const json::object& schema = resolve(unresolved, root_);
        Problems out;
        if (!type_fits(node, schema)) {
            out.push_back({node.place, fmt::format("expected {}, found {}", expected(schema), found(node)),
                           type_hint(node, schema)});
            return out;
        }
        check_branches(node, schema, out);
        check_value(node, schema, out);
        if (node.is_map()) {
            check_required(node, schema, out);
            check_members(node, schema, out);
        }
        const json::object* items = object_in(schema, "items");
        if (node.is_list() && items != nullptr) {
            for (std::size_t i = 0; i < node.items.size() && !enough(out); ++i) {
                append(out, run(node.items[i], *items));
            }
        }
        return out;
    }

  private:
    // Enough for anybody to work on, and a bound for files made to be wrong.
    static bool enough(const Problems& problems) { return problems.size() >= most_schema_problems; }

    static void append(Problems& out, Problems more) { std::ranges::move(more, std::back_inserter(out)); }

    void check_branches(const Node& node, const json::object& schema, Problems& out) const {
        if (const json::array* all = array_in(schema, "allOf")) {
            for (const json::value& one : *all) {
                append(out, run(node, one.as_object()));
            }
        }
        if (const json::array* any = array_in(schema, "anyOf")) {
            check_any(node, schema, *any, out);
        }
    }

    // Reports the complaints of the branch that comes nearest.
    void check_any(const Node& node, const json::object& schema, const json::array& branches, Problems& out) const {
        std::optional<Problems> best;
        for (const json::value& branch : branches) {
            if (!type_fits(node, resolve(branch.as_object(), root_))) {
                continue;
            }
            Problems found_here = run(node, branch.as_object());
            if (found_here.empty()) {
                return;
            }
            if (!best || found_here.size() < best->size()) {
                best = std::move(found_here);
            }
        }
        if (best) {
            append(out, std::move(*best));
        } else {
            out.push_back({node.place, fmt::format("expected {}, found {}", expected(schema), found(node)), ""});
        }
    }

    static void check_value(const Node& node, const json::object& schema, Problems& out) {
        if (const json::array* values = array_in(schema, "enum")) {
            check_enum(node, schema, *values, out);
        }
        const json::value* most = schema.if_contains("maxItems");
        if (node.is_list() && most != nullptr && node.items.size() > most->to_number<std::size_t>()) {
            out.push_back({node.place,
                           fmt::format("expected at most {} entries, found {}", most->to_number<std::size_t>(),
                                       node.items.size()),
                           "", true});
        }
        const auto number = as_real(node);
        if (!number) {
            return;
        }
        const json::value* minimum = schema.if_contains("minimum");
        const json::value* maximum = schema.if_contains("maximum");
        if (minimum != nullptr && *number < minimum->to_number<double>()) {
            out.push_back(
                {node.place,
                 fmt::format("expected at least {}, found {}", minimum->to_number<double>(), in_quotes(node.written())),
                 ""});
        }
        if (maximum != nullptr && *number > maximum->to_number<double>()) {
            out.push_back(
                {node.place,
                 fmt::format("expected at most {}, found {}", maximum->to_number<double>(), in_quotes(node.written())),
                 ""});
        }
    }

    static void check_enum(const Node& node, const json::object& schema, const json::array& values, Problems& out) {
        std::vector<std::string> words;
        for (const json::value& value : values) {
            if (value == to_json(node)) {
                return;
            }
            if (value.is_string() && !value.as_string().empty()) {
                words.emplace_back(value.as_string());
            }
        }
        const std::string stated = text_in(schema, "x-expected");
        out.push_back({node.place,
                       fmt::format("expected {}, found {}", stated.empty() ? any_of(words) : stated, found(node)),
                       did_you_mean(node.written(), words)});
    }

    static void check_required(const Node& node, const json::object& schema, Problems& out) {
        const json::array* required = array_in(schema, "required");
        if (required == nullptr) {
            return;
        }
        for (const json::value& key : *required) {
            const std::string name(key.as_string());
            if (node.find(name) == nullptr) {
                out.push_back({node.place, fmt::format("the key \"{}\" is missing", name), ""});
            }
        }
    }

    void check_members(const Node& node, const json::object& schema, Problems& out) const {
        static const json::object none;
        const json::object* listed = object_in(schema, "properties");
        const json::object& properties = listed == nullptr ? none : *listed;
        const json::value* others = schema.if_contains("additionalProperties");
        for (const Node::Member& member : node.members) {
            if (enough(out)) {
                return;
            }
            if (const json::value* property = properties.if_contains(member.key)) {
                append(out, run(member.value, property->as_object()));
            } else if (others != nullptr && others->is_object()) {
                append(out, run(member.value, others->as_object()));
            } else if (others != nullptr && !others->as_bool()) {
                out.push_back(unknown_key(member, properties));
            }
        }
    }

    static SchemaProblem unknown_key(const Node::Member& member, const json::object& properties) {
        std::vector<std::string> keys;
        for (const auto& property : properties) {
            keys.emplace_back(property.key());
        }
        const std::string hint = did_you_mean(member.key, keys);
        std::string message = fmt::format("unknown key {}", in_quotes(member.key));
        message += hint.empty() || keys.size() < 12 ? fmt::format("; expected {}", any_of(keys)) : "";
        return {member.place, std::move(message), hint};
    }

    const json::object& root_;
};

}  // namespace

std::string found(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return node.text.empty() ? "nothing" : in_quotes(node.written()) + " (no value)";
        case Node::Kind::list:
            return "a list";
        case Node::Kind::map:
            return "a mapping";
        case Node::Kind::integer:
        case Node::Kind::real:
            return "the number " + in_quotes(node.written());
        case Node::Kind::boolean:
        case Node::Kind::text:
            return in_quotes(node.written());
    }
    return "";
}

std::vector<SchemaProblem> walk_schema(const Node& node, const json::object& root) {
    return Walk(root).run(node, root);
}

std::vector<const json::object*> applicable(const Node& node, const json::object& unresolved,
                                            const json::object& root) {
    const json::object& schema = resolve(unresolved, root);
    std::vector<const json::object*> out;
    if (type_fits(node, schema)) {
        out.push_back(&schema);
    }
    for (const std::string_view key : {"allOf", "anyOf"}) {
        const json::array* branches = array_in(schema, key);
        for (std::size_t i = 0; branches != nullptr && i < branches->size(); ++i) {
            for (const json::object* one : applicable(node, (*branches)[i].as_object(), root)) {
                out.push_back(one);
            }
        }
    }
    return out;
}

}  // namespace sosia::spec
