#include "world/doors.h"

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <optional>

#include "net/secret.h"
#include "world/json_text.h"
#include "world/mcp.h"

namespace sosia::world {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t most_remembered = 100'000;

net::ServerResponse problem(int status, std::string_view words) {
    return {.status = status,
            .body = json_text(json::object{{"error", json::string_view(words.data(), words.size())}}, false),
            .headers = {}};
}

int status_of(const Answer& answer) {
    if (answer.fault == WorldFault::Kind::timeout) {
        return 504;
    }
    if (answer.fault == WorldFault::Kind::rate_limit) {
        return 429;
    }
    if (answer.fault == WorldFault::Kind::error) {
        return 503;
    }
    switch (answer.kind) {
        case Answer::Kind::answered:
            return 200;
        case Answer::Kind::refused:
            return 422;
        case Answer::Kind::invalid:
            return 400;
        case Answer::Kind::unknown:
            return 404;
        case Answer::Kind::broken:
            return 500;
    }
    return 500;
}

json::array tool_list(const Seat& seat) {
    json::array out;
    for (const WorldTool* tool : seat.offered()) {
        out.emplace_back(json::object{
            {"type", "function"},
            {"function",
             {{"name", tool->name}, {"description", tool->description}, {"parameters", tool->parameters}}}});
    }
    return out;
}

// The conversation's key out of the address ("/KEY/rest") or, for "/tools/...", out of a header.
struct Target {
    std::string key;
    std::string rest;  // "/tools/NAME", "/mcp"
};

Target target_of(const net::ServerRequest& request) {
    if (request.path.starts_with("/tools") || request.path == "/mcp") {
        std::string_view key = request.headers.find("X-Sosia-Conversation").value_or("");
        if (const auto bearer = request.headers.find("Authorization"); key.empty() && bearer) {
            key = bearer->starts_with("Bearer ") ? bearer->substr(7) : "";
        }
        return {std::string(key), request.path};
    }
    const std::size_t slash = request.path.find('/', 1);
    return {request.path.substr(std::min<std::size_t>(1, request.path.size()),
                                slash == std::string::npos ? slash : slash - 1),
            slash == std::string::npos ? "" : request.path.substr(slash)};
}

}  // namespace

asio::awaitable<net::ServerResponse> serve_tool(Seat& seat, std::string name, net::ServerRequest request) {
    const bool spaced = seat.toolbox().spec().spaced;
    if (name.empty()) {
        co_return request.method == "GET"
            ? net::ServerResponse{.body = json_text(tool_list(seat), false), .headers = {}}
            : problem(405, "name the tool: POST .../tools/NAME");
    }
    if (request.method != "POST") {
        co_return problem(405, "tools are called by POST");
    }
    boost::system::error_code error;
    const json::value arguments = request.body.empty() ? json::value(json::object{}) : json::parse(request.body, error);
    if (error) {
        co_return problem(400, "the arguments are not JSON: " + error.message());
    }
    const Answer answer = co_await seat.serve(std::move(name), arguments);
    const char* key = answer.ok() ? "result" : "error";
    co_return net::ServerResponse{
        .status = status_of(answer), .body = json_text(json::object{{key, answer.value}}, spaced), .headers = {}};
}

Doors::Doors(boost::asio::any_io_executor executor, net::HttpServer::Options options)
    : server_(std::move(executor), std::move(options),
              [this](net::ServerRequest request) -> asio::awaitable<net::ServerResponse> {
                  net::ServerResponse out = co_await answer(std::move(request));
                  co_return out;
              }) {}

Result<void> Doors::start() {
    return server_.start();
}

Entrance Doors::open(Seat& seat) {
    const std::string key = net::random_key();
    seats_[key] = &seat;
    return {key, server_.url("/" + key + "/tools"), server_.url("/" + key + "/mcp")};
}

void Doors::close(const std::string& key) {
    if (seats_.erase(key) == 0) {
        return;
    }
    over_.insert(key);
    over_in_order_.push_back(key);
    if (over_in_order_.size() > most_remembered) {
        over_.erase(over_in_order_.front());
        over_in_order_.pop_front();
    }
}

asio::awaitable<net::ServerResponse> Doors::answer(net::ServerRequest request) {
    const Target target = target_of(request);
    const auto found = seats_.find(target.key);
    if (found == seats_.end()) {
        co_return over_.contains(target.key) ? problem(410, "the conversation is over")
                                             : problem(404, "there is no conversation with this key");
    }
    Seat& seat = *found->second;
    if (seat.closed()) {
        co_return problem(410, "the conversation is over");
    }
    if (target.rest == "/mcp") {
        net::ServerResponse out = co_await serve_mcp(seat, std::move(request));
        co_return out;
    }
    constexpr std::string_view tools = "/tools";
    const std::string_view rest = target.rest;
    if (rest == tools || rest.starts_with("/tools/")) {
        std::string name(rest == tools ? "" : rest.substr(tools.size() + 1));
        net::ServerResponse out = co_await serve_tool(seat, std::move(name), std::move(request));
        co_return out;
    }
    co_return problem(404, "there is nothing at this address");
}

}  // namespace sosia::world
