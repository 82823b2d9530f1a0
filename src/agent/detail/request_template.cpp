#include "agent/detail/request_template.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <vector>

#include "domain/json_text.h"

namespace sosia::agent::detail {

namespace json = boost::json;

// One value of the template: constant JSON text, a string to fill, or a container of nodes.
struct RequestTemplate::Node {
    enum class Kind { constant, text, object, array };

    static Result<Node> parse(const json::value& value);
    static Result<Node> parse_text(std::string_view text);
    void append(std::string& out, const Request& request) const;
    bool mentions(Slot slot) const;

    Kind kind = Kind::constant;
    std::string prefix;  // `"key":` in objects
    std::string json_text;
    TextTemplate text;
    std::vector<Node> members;
};

Result<RequestTemplate::Node> RequestTemplate::Node::parse_text(std::string_view text) {
    auto parsed = TextTemplate::parse(text, "agent.request");
    if (!parsed) {
        return std::unexpected(std::move(parsed.error()));
    }
    Node node;
    node.kind = parsed->constant() ? Kind::constant : Kind::text;
    append_json_string(node.json_text, text);
    node.text = std::move(*parsed);
    return node;
}

Result<RequestTemplate::Node> RequestTemplate::Node::parse(const json::value& value) {
    if (const auto* text = value.if_string()) {
        return parse_text(*text);
    }
    Node node;
    if (const auto* object = value.if_object()) {
        node.kind = Kind::object;
        for (const auto& [key, item] : *object) {
            auto child_node = parse(item);
            if (!child_node) {
                return child_node;
            }
            append_json_string(child_node->prefix, key);
            child_node->prefix += ':';
            node.members.push_back(std::move(*child_node));
        }
    } else if (const auto* array = value.if_array()) {
        node.kind = Kind::array;
        for (const json::value& item : *array) {
            auto child_node = parse(item);
            if (!child_node) {
                return child_node;
            }
            node.members.push_back(std::move(*child_node));
        }
    } else {
        append_json(node.json_text, value);
    }
    return node;
}

void RequestTemplate::Node::append(std::string& out, const Request& request) const {
    if (kind == Kind::constant) {
        out += json_text;
        return;
    }
    if (kind == Kind::text) {
        if (const Placeholder* placeholder = text.single()) {
            append_slot_value(out, *placeholder, request);
        } else {
            append_json_string(out, text.render(request));
        }
        return;
    }
    out += kind == Kind::object ? '{' : '[';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i != 0) {
            out += ',';
        }
        out += members[i].prefix;
        members[i].append(out, request);
    }
    out += kind == Kind::object ? '}' : ']';
}

bool RequestTemplate::Node::mentions(Slot slot) const {
    return text.mentions(slot) ||
           std::ranges::any_of(members, [&](const Node& member) { return member.mentions(slot); });
}

Result<RequestTemplate> RequestTemplate::parse(const json::value* request) {
    RequestTemplate result;
    if (request == nullptr || request->is_null()) {
        return result;
    }
    auto root = Node::parse(*request);
    if (!root) {
        return std::unexpected(std::move(root.error()));
    }
    result.carries_history_ = root->mentions(Slot::messages);
    result.root_ = std::make_shared<const Node>(std::move(*root));
    return result;
}

std::string RequestTemplate::render(const Request& request) const {
    std::string out;
    if (root_) {
        root_->append(out, request);
    } else {
        out = default_request(request);
    }
    out.shrink_to_fit();  // it waits as long as the agent takes to answer
    return out;
}

std::string default_request(const Request& request) {
    std::size_t size = 256;
    for (const Message& message : request.messages) {
        size += message.text.size() + 48;
    }
    std::string out;
    out.reserve(size);
    out += "{\"conversation\":";
    append_json_string(out, request.conversation);
    out += ",\"turn\":";
    out += std::to_string(request.turn);
    out += ",\"messages\":";
    append_messages(out, request);
    out += ",\"context\":";
    append_slot_value(out, Placeholder{.slot = Slot::context}, request);
    out += '}';
    return out;
}

}  // namespace sosia::agent::detail
