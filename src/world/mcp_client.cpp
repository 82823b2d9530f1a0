#include "world/mcp_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "base/text.h"

namespace sosia::world {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::string_view our_version = "2025-11-25";
constexpr int most_pages = 50;
constexpr std::size_t most_tools = 1000;

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What a server says of itself is short in messages of ours.
std::string error_text(const json::object& answer) {
    const json::value& error = answer.at("error");
    return error.is_object() ? shorten(text_in(error.get_object(), "message"), 300) : "an error without a message";
}

}  // namespace

McpClient::McpClient(const WorldServer& server, std::unique_ptr<McpTransport> transport)
    : server_(server), transport_(std::move(transport)) {}

std::unexpected<Error> McpClient::trouble(std::string what) const {
    return fail(ErrorKind::unavailable, fmt::format("the server {} {}", server_.name, what));
}

asio::awaitable<Result<json::object>> McpClient::ask(std::string_view method, json::object params) {
    json::object message{{"jsonrpc", "2.0"},
                         {"id", next_id_++},
                         {"method", json::string_view(method.data(), method.size())},
                         {"params", std::move(params)}};
    Result<json::object> answer = co_await transport_->request(std::move(message));
    if (!answer) {
        co_return trouble(answer.error().message);
    }
    co_return answer;
}

asio::awaitable<Result<void>> McpClient::connect() {
    const Result<void> hands = co_await shake_hands();
    if (!hands) {
        co_return hands;
    }
    const Result<void> listed = co_await list_tools();
    co_return listed;
}

asio::awaitable<Result<void>> McpClient::shake_hands() {
    json::object params{{"protocolVersion", json::string_view(our_version.data(), our_version.size())},
                        {"capabilities", json::object{}},
                        {"clientInfo", {{"name", "sosia"}, {"version", "0.1.0"}}}};
    const Result<json::object> answer = co_await ask("initialize", std::move(params));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    const json::value* result = answer->if_contains("result");
    if (result == nullptr || !result->is_object()) {
        co_return trouble(answer->contains("error") ? "refuses to begin: " + error_text(*answer)
                                                    : "answers \"initialize\" with no result");
    }
    transport_->agreed(text_in(result->get_object(), "protocolVersion"));
    co_await transport_->notify({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
    co_return Result<void>{};
}

asio::awaitable<Result<void>> McpClient::list_tools() {
    std::string cursor;
    for (int page = 0; page < most_pages; ++page) {
        json::object params;
        if (!cursor.empty()) {
            params["cursor"] = cursor;
        }
        const Result<json::object> answer = co_await ask("tools/list", std::move(params));
        if (!answer) {
            co_return std::unexpected(answer.error());
        }
        const json::value* result = answer->if_contains("result");
        if (result == nullptr || !result->is_object()) {
            co_return trouble("does not list its tools");
        }
        const Result<void> taken = take_tools(result->get_object());
        cursor = text_in(result->get_object(), "nextCursor");
        if (!taken || cursor.empty()) {
            co_return taken;
        }
    }
    co_return trouble(fmt::format("lists more than {} pages of tools", most_pages));
}

Result<void> McpClient::take_tools(const json::object& page) {
    const json::value* tools = page.if_contains("tools");
    if (tools == nullptr || !tools->is_array()) {
        return trouble("lists no tools");
    }
    for (const json::value& written : tools->get_array()) {
        const json::object* tool = written.if_object();
        const std::string name = tool == nullptr ? "" : text_in(*tool, "name");
        const json::value* schema = tool == nullptr ? nullptr : tool->if_contains("inputSchema");
        if (name.empty() || schema == nullptr || !schema->is_object()) {
            return trouble("lists a tool without a name or a schema");
        }
        const bool wanted = server_.tools.empty() || std::ranges::find(server_.tools, name) != server_.tools.end();
        const bool reset = name == server_.reset;
        if (wanted && !reset) {
            const json::value* hints = tool->if_contains("annotations");
            tools_.push_back({.name = name,
                              .description = text_in(*tool, "description"),
                              .parameters = schema->get_object(),
                              .action = "mcp",
                              .args = hints == nullptr ? json::value() : *hints});
        }
        if (tools_.size() > most_tools) {
            return trouble(fmt::format("lists more than {} tools", most_tools));
        }
    }
    return {};
}

asio::awaitable<McpClient::Outcome> McpClient::call(std::string_view tool, const json::object& arguments) {
    json::object params{{"name", json::string_view(tool.data(), tool.size())}, {"arguments", arguments}};
    Result<json::object> answer = co_await ask("tools/call", std::move(params));
    if (!answer) {
        co_return Outcome{.result = std::unexpected(answer.error())};
    }
    if (answer->contains("error")) {
        co_return Outcome{.result = fail(ErrorKind::unavailable, error_text(*answer)), .refused = true};
    }
    json::value* result = answer->if_contains("result");
    if (result == nullptr || !result->is_object()) {
        co_return Outcome{.result = trouble("answers a call with no result")};
    }
    co_return Outcome{.result = std::move(result->get_object())};
}

asio::awaitable<void> McpClient::close() {
    co_await transport_->close();
}

}  // namespace sosia::world
