#include "world/mcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>
#include <string>

#include "world/json_text.h"

namespace sosia::world {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::string_view modern = "2026-07-28";
constexpr std::array<std::string_view, 3> with_handshake{"2025-11-25", "2025-06-18", "2025-03-26"};
constexpr const char* version_key = "io.modelcontextprotocol/protocolVersion";

// JSON-RPC and MCP error codes.
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int header_mismatch = -32020;
constexpr int unsupported_version = -32022;

struct Call {
    json::value id;  // null: a notification
    std::string method;
    json::object params;
    bool stateless = false;  // revision 2026-07-28
};

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

net::ServerResponse reply(int status, const json::object& body) {
    return {.status = status, .body = json::serialize(body), .headers = {}};
}

net::ServerResponse error(int status, const json::value& id, int code, std::string message,
                          json::value data = nullptr) {
    json::object what{{"code", code}, {"message", std::move(message)}};
    if (!data.is_null()) {
        what["data"] = std::move(data);
    }
    return reply(status, {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(what)}});
}

net::ServerResponse result(const Call& call, json::object value) {
    if (call.stateless) {
        value["resultType"] = "complete";
    }
    return reply(200, {{"jsonrpc", "2.0"}, {"id", call.id}, {"result", std::move(value)}});
}

json::object server_info() {
    return {{"name", "sosia"}, {"version", "0.1.0"}};
}

net::ServerResponse initialize(const Call& call) {
    const std::string wanted = text_in(call.params, "protocolVersion");
    const bool known = std::ranges::find(with_handshake, wanted) != with_handshake.end();
    return result(call, {{"protocolVersion", known ? std::string_view(wanted) : with_handshake.front()},
                         {"capabilities", {{"tools", json::object{}}}},
                         {"serverInfo", server_info()}});
}

json::array supported_versions() {
    json::array out{json::string_view(modern.data(), modern.size())};
    for (const std::string_view version : with_handshake) {
        out.emplace_back(json::string_view(version.data(), version.size()));
    }
    return out;
}

net::ServerResponse discover(const Call& call) {
    return result(call, {{"supportedVersions", json::array{json::string_view(modern.data(), modern.size())}},
                         {"capabilities", {{"tools", json::object{}}}},
                         {"ttlMs", 0},
                         {"cacheScope", "private"},
                         {"_meta", {{"io.modelcontextprotocol/serverInfo", server_info()}}}});
}

net::ServerResponse list_tools(Seat& seat, const Call& call) {
    json::array tools;
    for (const WorldTool* tool : seat.offered()) {
        json::object schema = tool->parameters;
        schema["type"] = "object";
        tools.emplace_back(
            json::object{{"name", tool->name}, {"description", tool->description}, {"inputSchema", std::move(schema)}});
    }
    json::object out{{"tools", std::move(tools)}};
    if (call.stateless) {
        out["ttlMs"] = 0;
        out["cacheScope"] = "private";
    }
    return result(call, std::move(out));
}

asio::awaitable<net::ServerResponse> call_tool(Seat& seat, Call call) {
    const json::value* arguments = call.params.if_contains("arguments");
    static const json::value none = json::object{};
    const std::shared_ptr<Seat> kept = seat.weak_from_this().lock();  // the conversation may end meanwhile
    const Answer answer = co_await seat.serve(text_in(call.params, "name"), arguments == nullptr ? none : *arguments);
    if (answer.kind == Answer::Kind::unknown) {
        co_return error(200, call.id, invalid_params, answer_text(answer.value, false));
    }
    const std::string text = answer_text(answer.value, seat.toolbox().spec().spaced);
    json::object out{{"content", json::array{json::object{{"type", "text"}, {"text", text}}}},
                     {"isError", !answer.ok()}};
    if (answer.ok() && answer.value.is_object()) {
        out["structuredContent"] = answer.value;
    }
    co_return result(call, std::move(out));
}

// A page in a browser must not reach tools on this machine through a name that it made up (DNS rebinding).
bool comes_from_elsewhere(const net::ServerRequest& request) {
    const auto origin = request.headers.find("Origin");
    if (!origin) {
        return false;
    }
    const std::size_t host_at = origin->find("://");
    const std::string_view host = host_at == std::string_view::npos ? *origin : origin->substr(host_at + 3);
    const std::string_view name =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    return name != "localhost" && name != "127.0.0.1" && name != "[::1]";
}

std::optional<net::ServerResponse> refused_at_the_door(const net::ServerRequest& request) {
    if (request.method != "POST") {
        net::ServerResponse out = error(405, nullptr, invalid_request, "this address takes POST only");
        out.headers.add("Allow", "POST");
        return out;
    }
    if (comes_from_elsewhere(request)) {
        return error(403, nullptr, invalid_request, "requests of pages from elsewhere are not served");
    }
    if (!request.headers.find("Content-Type").value_or("").starts_with("application/json")) {
        return error(415, nullptr, invalid_request, "expected Content-Type: application/json");
    }
    return std::nullopt;
}

// The protocol version that the request claims in its body; "" none.
std::string claimed_version(const Call& call) {
    const json::value* meta = call.params.if_contains("_meta");
    return meta != nullptr && meta->is_object() ? text_in(meta->get_object(), version_key) : "";
}

std::string missing_or_other(const net::ServerRequest& request, const char* header, std::string_view expected) {
    const auto value = request.headers.find(header);
    if (!value) {
        return fmt::format("the header {} is missing", header);
    }
    return *value == expected ? "" : fmt::format("the header {} does not say what the body says", header);
}

// What stateless clients repeat in headers must be what the body says.
std::string header_complaint(const net::ServerRequest& request, const Call& call, std::string_view version) {
    if (call.id.is_null()) {
        return {};
    }
    std::string out = missing_or_other(request, "MCP-Protocol-Version", version);
    out = out.empty() ? missing_or_other(request, "Mcp-Method", call.method) : out;
    if (out.empty() && call.method == "tools/call") {
        out = missing_or_other(request, "Mcp-Name", text_in(call.params, "name"));
    }
    return out;
}

std::optional<net::ServerResponse> wrong_version(const net::ServerRequest& request, Call& call) {
    const auto in_header = request.headers.find("MCP-Protocol-Version");
    const std::string claimed = claimed_version(call);
    const std::string version = claimed.empty() ? std::string(in_header.value_or("")) : claimed;
    const bool old = version.empty() || std::ranges::find(with_handshake, version) != with_handshake.end();
    if (old && claimed.empty()) {
        return std::nullopt;
    }
    if (version != modern) {
        return error(400, call.id, unsupported_version, fmt::format("protocol version \"{}\" is not served", version),
                     json::object{{"supported", supported_versions()}, {"requested", version}});
    }
    call.stateless = true;
    if (const std::string complaint = header_complaint(request, call, version); !complaint.empty()) {
        return error(400, call.id, header_mismatch, complaint);
    }
    return std::nullopt;
}

asio::awaitable<net::ServerResponse> perform(Seat& seat, Call call) {
    if (call.method == "tools/call") {
        net::ServerResponse out = co_await call_tool(seat, std::move(call));
        co_return out;
    }
    if (call.method == "tools/list") {
        co_return list_tools(seat, call);
    }
    if (call.method == "server/discover") {
        co_return discover(call);
    }
    if (call.method == "initialize" && !call.stateless) {
        co_return initialize(call);
    }
    if (call.method == "ping") {
        co_return result(call, {});
    }
    co_return error(call.stateless ? 404 : 200, call.id, method_not_found, "there is no such method");
}

}  // namespace

asio::awaitable<net::ServerResponse> serve_mcp(Seat& seat, net::ServerRequest request) {
    if (auto refused = refused_at_the_door(request)) {
        co_return std::move(*refused);
    }
    boost::system::error_code problem;
    const json::value body = json::parse(request.body, problem);
    if (problem) {
        co_return error(400, nullptr, parse_error, "the body is not JSON");
    }
    const json::object* message = body.if_object();
    if (message == nullptr || text_in(*message, "jsonrpc") != "2.0") {
        co_return error(400, nullptr, invalid_request, "expected one JSON-RPC 2.0 message");
    }
    Call call{.id = nullptr, .method = text_in(*message, "method"), .params = {}};
    if (const json::value* id = message->if_contains("id")) {
        call.id = *id;
    }
    if (!call.id.is_null() && !call.id.is_string() && !call.id.is_int64() && !call.id.is_uint64()) {
        co_return error(400, nullptr, invalid_request, "an id is text or a whole number");
    }
    if (const json::value* params = message->if_contains("params"); params != nullptr && params->is_object()) {
        call.params = params->get_object();
    }
    if (auto wrong = wrong_version(request, call)) {
        co_return std::move(*wrong);
    }
    if (call.id.is_null() || (call.method.empty() && (message->contains("result") || message->contains("error")))) {
        co_return net::ServerResponse{
            .status = 202, .body = "", .headers = {}};  // notifications, and answers to what we never ask
    }
    if (call.method.empty()) {
        co_return error(400, call.id, invalid_request, "a request has a method");
    }
    net::ServerResponse out = co_await perform(seat, std::move(call));
    co_return out;
}

}  // namespace sosia::world
