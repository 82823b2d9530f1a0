#include "world/remote_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

namespace sosia::world {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

// The structured answer where there is one, else the text of all parts.
json::value answer_in(const json::object& result) {
    if (const json::value* structured = result.if_contains("structuredContent"); structured != nullptr) {
        return *structured;
    }
    const json::value* content = result.if_contains("content");
    std::string out;
    for (std::size_t i = 0; content != nullptr && content->is_array() && i < content->get_array().size(); ++i) {
        const json::object* part = content->get_array()[i].if_object();
        const json::value* text = part == nullptr ? nullptr : part->if_contains("text");
        if (text != nullptr && text->is_string()) {
            out += (out.empty() ? "" : "\n") + std::string(text->get_string());
        }
    }
    return json::value(out);
}

bool is_error(const json::object& result) {
    const json::value* flag = result.if_contains("isError");
    return flag != nullptr && flag->is_bool() && flag->get_bool();
}

// Servers say that a tool writes by a hint; without one nothing is known, and nothing is held against the agent.
bool says_it_writes(const WorldTool& tool) {
    const json::object* hints = tool.args.if_object();
    const json::value* reads = hints == nullptr ? nullptr : hints->if_contains("readOnlyHint");
    return reads != nullptr && reads->is_bool() && !reads->get_bool();
}

}  // namespace

RemoteTools::RemoteTools(const WorldServer& server, std::unique_ptr<McpTransport> transport)
    : server_(server), client_(server, std::move(transport)) {}

asio::awaitable<Result<std::shared_ptr<RemoteTools>>> RemoteTools::connect(asio::any_io_executor executor,
                                                                           const WorldServer& server,
                                                                           std::string conversation) {
    std::unique_ptr<McpTransport> transport;
    if (server.command.empty()) {
        transport = over_http(executor, server);
    } else {
        Result<std::unique_ptr<McpTransport>> started =
            over_stdio(executor, server, {"SOSIA_CONVERSATION=" + std::move(conversation)});
        if (!started) {
            co_return std::unexpected(started.error());
        }
        transport = std::move(*started);
    }
    std::shared_ptr<RemoteTools> out(new RemoteTools(server, std::move(transport)));
    const Result<void> connected = co_await out->client_.connect();
    const Result<void> ready = connected ? out->prepare() : connected;
    if (!ready) {
        co_await out->close();
        co_return std::unexpected(ready.error());
    }
    co_return out;
}

Result<void> RemoteTools::prepare() {
    for (const WorldTool& tool : client_.tools()) {
        Result<ArgumentCheck> check = ArgumentCheck::make(tool.parameters);
        if (!check) {
            return fail(ErrorKind::unavailable,
                        fmt::format("the server {}: the tool {}: {}", server_.name, tool.name, check.error().message));
        }
        checks_.emplace(tool.name, std::move(*check));
    }
    return {};
}

const WorldTool* RemoteTools::tool(std::string_view name) const {
    const auto found = std::ranges::find(client_.tools(), name, &WorldTool::name);
    return found == client_.tools().end() ? nullptr : &*found;
}

asio::awaitable<Answer> RemoteTools::call(std::string name, json::value arguments) {
    const WorldTool* known = tool(name);
    if (known == nullptr) {
        co_return unknown_tool(name);
    }
    if (arguments.is_null()) {
        arguments = json::object{};
    }
    if (!arguments.is_object()) {
        co_return Answer{.kind = Answer::Kind::invalid, .value = json::value("arguments: expected an object")};
    }
    if (const std::string complaint = checks_.find(name)->second.complaint(arguments); !complaint.empty()) {
        co_return Answer{.kind = Answer::Kind::invalid, .value = json::value(complaint)};
    }
    const McpClient::Outcome outcome = co_await client_.call(name, arguments.get_object());
    if (!outcome.result) {
        co_return Answer{.kind = outcome.refused ? Answer::Kind::refused : Answer::Kind::broken,
                         .value = json::value(outcome.result.error().message)};
    }
    const bool refused = is_error(*outcome.result);
    co_return Answer{.kind = refused ? Answer::Kind::refused : Answer::Kind::answered,
                     .value = answer_in(*outcome.result),
                     .wrote = !refused && says_it_writes(*known)};
}

asio::awaitable<Result<void>> RemoteTools::reset() {
    if (server_.reset.empty()) {
        co_return Result<void>{};
    }
    const McpClient::Outcome outcome = co_await client_.call(server_.reset, {});
    if (!outcome.result) {
        co_return std::unexpected(outcome.result.error());
    }
    if (is_error(*outcome.result)) {
        co_return fail(ErrorKind::unavailable,
                       fmt::format("the server {} cannot be reset by {}", server_.name, server_.reset));
    }
    co_return Result<void>{};
}

asio::awaitable<void> RemoteTools::close() {
    co_await client_.close();
}

}  // namespace sosia::world
