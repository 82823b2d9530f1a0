// JSON values as YAML blocks. What fits on a line stays on one.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "domain/json_text.h"
#include "spec/yaml_write.h"

namespace sosia::spec {
namespace {

namespace json = boost::json;

constexpr std::size_t widest_line = 140;

// A scalar, or a mapping or list in brackets.
std::string flow(const json::value& value) {
    if (value.is_string()) {
        return yaml_scalar(value.as_string());
    }
    std::vector<std::string> parts;
    if (value.is_array()) {
        std::ranges::transform(value.as_array(), std::back_inserter(parts), flow);
        return "[" + join(parts, ", ") + "]";
    }
    if (value.is_object()) {
        for (const auto& [key, item] : value.as_object()) {
            parts.push_back(yaml_scalar(key) + ": " + flow(item));
        }
        return parts.empty() ? "{}" : "{ " + join(parts, ", ") + " }";
    }
    return json_text(value);
}

bool is_branch(const json::value& value) {
    return (value.is_array() && !value.as_array().empty()) || (value.is_object() && !value.as_object().empty());
}

bool holds_objects(const json::value& value) {
    return (value.is_array() && std::ranges::any_of(value.as_array(), is_branch)) ||
           (value.is_object() &&
            std::ranges::any_of(value.as_object(), [](const auto& m) { return is_branch(m.value()); }));
}

void write_block(const json::value& value, std::size_t indent, std::string& out);

// What stands behind "key:" or "-".
void write_value(const json::value& value, std::size_t indent, std::size_t used, std::string& out) {
    const std::string line = flow(value);
    if (!is_branch(value) || (!holds_objects(value) && used + line.size() <= widest_line)) {
        out += " " + line + "\n";
        return;
    }
    out += "\n";
    write_block(value, indent, out);
}

void write_members(const json::object& object, std::size_t indent, std::string& out) {
    for (const auto& [key, value] : object) {
        const std::string name = yaml_scalar(key) + ":";
        out += std::string(indent, ' ') + name;
        write_value(value, indent + 2, indent + name.size() + 1, out);
    }
}

void write_block(const json::value& value, std::size_t indent, std::string& out) {
    if (value.is_object()) {
        return write_members(value.as_object(), indent, out);
    }
    for (const json::value& item : value.as_array()) {
        const std::string line = flow(item);
        if (!is_branch(item) || (indent + 2 + line.size() <= widest_line && !holds_objects(item))) {
            out += std::string(indent, ' ') + "- " + line + "\n";
            continue;
        }
        // The members of a mapping begin on the line of its dash.
        std::string block;
        write_block(item, indent + 2, block);
        block[indent] = '-';
        out += block;
    }
}

}  // namespace

std::string yaml_text(const json::object& mapping, const std::vector<std::string>& comments) {
    std::string out;
    for (const std::string& line : comments) {
        out += "# " + replace_all(replace_all(line, "\n", " "), "\r", " ") + "\n";
    }
    write_members(mapping, 0, out);
    return out;
}

}  // namespace sosia::spec
