// A small shop as a world, for the tests of this room.
#pragma once
#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "world/tools.h"

namespace sosia::world::test {

inline boost::json::value parsed(std::string_view text) {
    return boost::json::parse(boost::json::string_view(text.data(), text.size()));
}

inline WorldTool tool(std::string name, std::string action, std::string_view args, std::string_view parameters = "{}",
                      std::string_view require = "[]") {
    WorldTool out;
    out.name = std::move(name);
    out.description = "does " + out.name;
    out.action = std::move(action);
    out.args = parsed(args);
    out.parameters = parsed(parameters).as_object();
    out.require = parsed(require).as_array();
    return out;
}

inline constexpr std::string_view order_parameters =
    R"({"type": "object", "properties": {"order_id": {"type": "string"}, "amount": {"type": "number", "minimum": 0}},
        "required": ["order_id"], "additionalProperties": false})";

inline WorldSpec shop() {
    WorldSpec spec;
    spec.id = "shop";
    auto collections = std::make_shared<Collections>();
    (*collections)["orders"] = parsed(R"({"A-1": {"id": "A-1", "user": "ann", "status": "paid", "total": 49.5},
                                          "A-2": {"id": "A-2", "user": "ben", "status": "shipped", "total": 10},
                                          "A-3": {"id": "A-3", "user": "ann", "status": "shipped", "total": 80}})")
                                   .as_object();
    (*collections)["refunds"] = {};
    spec.collections = collections;
    spec.script =
        "function explode(args) error('boom') end\n"
        "function clear(args) world.delete('orders', args.order_id) fail('changed my mind') end";
    spec.script_name = "shop.lua";
    spec.tools = {
        tool("get_order", "lookup",
             R"({"collection": "orders", "id": "{{order_id}}", "missing": "no order {{order_id}}"})", order_parameters),
        tool("list_orders", "list", R"({"collection": "orders", "where": {"user": "{{user}}"}, "sort": "-/total"})"),
        tool("refund", "insert",
             R"({"collection": "refunds", "id": "R-{{next.refund}}",
                 "document": {"id": "{{id}}", "order": "{{order.id}}", "amount": "{{amount}}", "at": "{{today}}"}})",
             order_parameters,
             R"([{"collection": "orders", "id": "{{order_id}}", "as": "order", "error": "no order {{order_id}}"},
                 {"value": "{{order.status}}", "is": "paid", "error": "order {{order_id}} is {{order.status}}"},
                 {"value": "{{amount}}", "is": {"at_most": "{{order.total}}"}, "error": "too much"}])"),
        tool(
            "ship", "update",
            R"({"collection": "orders", "id": "{{order_id}}", "set": {"/status": "shipped", "/by/whom": "{{document.user}}"},
                 "add": {"/total": 0.5}, "append": {"/log": "shipped {{order_id}}"}, "remove": ["/user"]})",
            order_parameters),
        tool("cancel", "delete", R"({"collection": "orders", "id": "{{order_id}}"})", order_parameters),
        tool("ticket", "count", R"("ticket")"),
        tool("hours", "answer", R"({"open": "9 to 5", "asked": "{{day}}"})"),
        tool("explode", "lua", R"("explode")"),
        tool("clear", "lua", R"("clear")", order_parameters),
    };
    return spec;
}

}  // namespace sosia::world::test
