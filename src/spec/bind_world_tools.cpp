#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "spec/bind_world.h"

namespace sosia::spec {
namespace {

namespace json = boost::json;

constexpr std::string_view actions[] = {"answer", "lookup", "list", "insert", "update", "delete", "count", "lua"};

// What every protocol takes as a tool's name.
bool is_tool_name(std::string_view name) {
    constexpr std::size_t most = 128;
    return !name.empty() && name.size() <= most && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
}

// { order_id: string, "note?": string } -> a JSON Schema.
json::object schema_of(const Node& arguments) {
    json::object properties;
    json::array required;
    for (const Node::Member& member : arguments.members) {
        const bool optional = member.key.ends_with('?');
        const std::string name = member.key.substr(0, member.key.size() - (optional ? 1 : 0));
        properties[name] =
            member.value.is_map() ? to_json(member.value) : json::object{{"type", text_of(member.value)}};
        if (!optional) {
            required.emplace_back(name);
        }
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

json::object bind_parameters(const Fields& fields) {
    const Node* arguments = fields.find("arguments");
    const Node* parameters = fields.find("parameters");
    if (arguments != nullptr && parameters != nullptr) {
        fields.binding().error(arguments->place, "a tool has either \"parameters\" or \"arguments\"");
    }
    if (arguments != nullptr && arguments->is_map()) {
        return schema_of(*arguments);
    }
    if (parameters != nullptr && parameters->is_map()) {
        return to_json(*parameters).as_object();
    }
    return {{"type", "object"}, {"properties", json::object{}}};
}

void bind_action(const Fields& fields, WorldTool& tool) {
    for (const std::string_view action : actions) {
        const Node* node = fields.find(action);
        if (node == nullptr) {
            continue;
        }
        if (!tool.action.empty()) {
            fields.binding().error(fields.key_place(action),
                                   fmt::format("a tool does one thing: \"{}\" or \"{}\"", tool.action, action));
        }
        tool.action = action;
        tool.args = to_json(*node);
    }
    if (tool.action.empty()) {
        fields.binding().error(fields.node().place, "the tool does nothing",
                               "give it answer, lookup, list, insert, update, delete, count or lua");
    }
}

WorldTool bind_tool(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    WorldTool tool;
    tool.name = fields.text("name");
    if (!is_tool_name(tool.name)) {
        binding.error(fields.place("name"),
                      fmt::format("a tool's name is made of letters, digits, \"_\", \"-\" and \".\", at "
                                  "most 128: {}",
                                  in_quotes(tool.name)));
    }
    tool.description = fields.text("description");
    tool.parameters = bind_parameters(fields);
    bind_action(fields, tool);
    if (const Node* require = fields.find("require"); require != nullptr && require->is_list()) {
        tool.require = to_json(*require).as_array();
    }
    if (const Node* returns = fields.find("returns")) {
        tool.returns = to_json(*returns);
    }
    tool.ends = fields.boolean("ends").value_or(false);
    tool.hidden = fields.boolean("hidden").value_or(false);
    return tool;
}

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// {"type": "function", "function": {"name", "description", "parameters"}} or the inner mapping alone.
WorldTool tool_of_openai(const json::object& written) {
    const json::value* inner = written.if_contains("function");
    const json::object& function = inner != nullptr && inner->is_object() ? inner->get_object() : written;
    WorldTool tool;
    tool.name = text_in(function, "name");
    tool.description = text_in(function, "description");
    const json::value* parameters = function.if_contains("parameters");
    tool.parameters = parameters != nullptr && parameters->is_object() ? parameters->get_object() : json::object{};
    tool.action = "lua";
    tool.args = json::value(tool.name);
    return tool;
}

void add_tools_of_file(const Node& node, const Binding& binding, std::vector<WorldTool>& out) {
    const std::optional<std::string> text = read_world_file(node, binding);
    if (!text) {
        return;
    }
    boost::system::error_code error;
    const json::value value = json::parse(*text, error);
    if (error || !value.is_array()) {
        binding.error(node.place, fmt::format("{} is no JSON list of tools", in_quotes(node.written())));
        return;
    }
    for (const json::value& item : value.get_array()) {
        WorldTool tool = item.is_object() ? tool_of_openai(item.get_object()) : WorldTool{};
        if (tool.name.empty()) {
            binding.error(node.place, fmt::format("{} holds a tool without a name", in_quotes(node.written())));
            return;
        }
        out.push_back(std::move(tool));
    }
}

}  // namespace

// A tool that is defined again replaces the one of that name: a few can differ from those of a file.
std::vector<WorldTool> bind_world_tools(const Fields& world) {
    std::vector<WorldTool> all;
    const Node* node = world.find("tools");
    std::map<std::string, int> lines;
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        if (!item.is_map()) {
            add_tools_of_file(item, world.binding(), all);
            continue;
        }
        WorldTool tool = bind_tool(item, world.binding());
        const auto [first, is_new] = lines.try_emplace(tool.name, item.place.line);
        if (!is_new) {
            world.binding().error(item.place, fmt::format("the tool {} stands here twice, first in line {}",
                                                          in_quotes(tool.name), first->second));
        }
        std::erase_if(all, [&tool](const WorldTool& other) { return other.name == tool.name; });
        all.push_back(std::move(tool));
    }
    return all;
}

}  // namespace sosia::spec
