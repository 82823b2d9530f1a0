#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "net/deadline.h"
#include "net/http_client.h"
#include "net/process.h"
#include "net/semaphore.h"
#include "net/sse.h"
#include "world/mcp_client.h"

namespace sosia::world {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t most_bytes = 8U << 20U;  // of one message

std::optional<json::object> object_in(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    return error || !value.is_object() ? std::nullopt : std::optional(std::move(value.get_object()));
}

bool is_answer_to(const json::object& message, const json::value& id) {
    const json::value* its = message.if_contains("id");
    return its != nullptr && *its == id && !message.contains("method");
}

std::string quoted(const std::string& word) {
    return "'" + replace_all(word, "'", "'\\''") + "'";
}

// One entry is a shell command as it is; several are a program and its arguments.
std::string shell_command(const std::vector<std::string>& words) {
    if (words.size() == 1) {
        return words.front();
    }
    std::string out = "exec";
    for (const std::string& word : words) {
        out += " " + quoted(word);
    }
    return out;
}

std::unexpected<Error> trouble(std::string what) {
    return fail(ErrorKind::unavailable, std::move(what));
}

std::unexpected<Error> too_slow(std::int64_t ms) {
    return trouble(fmt::format("did not answer within {:g} s", static_cast<double>(ms) / 1000));
}

class Stdio final : public McpTransport {
  public:
    Stdio(const asio::any_io_executor& executor, std::unique_ptr<net::Process> process, std::int64_t timeout_ms)
        : process_(std::move(process)), one_at_a_time_(executor, 1), timeout_ms_(timeout_ms) {}

    asio::awaitable<Result<json::object>> request(json::object message) override {
        const net::Semaphore::Permit permit = co_await one_at_a_time_.acquire();
        std::optional<Result<json::object>> answer =
            co_await net::with_deadline(exchange(std::move(message)), std::chrono::milliseconds(timeout_ms_));
        if (!answer) {
            co_return too_slow(timeout_ms_);
        }
        co_return std::move(*answer);
    }

    asio::awaitable<void> notify(json::object message) override { co_await say(std::move(message)); }
    void agreed(const std::string&) override {}
    asio::awaitable<void> close() override { co_await process_->stop(); }

  private:
    asio::awaitable<bool> say(json::object message) {
        const bool sent = co_await process_->send_line(json::serialize(message));
        co_return sent;
    }

    asio::awaitable<Result<json::object>> exchange(json::object message) {
        const json::value id = message.at("id");
        const bool sent = co_await say(std::move(message));
        while (sent) {
            const auto line = co_await process_->read_line(most_bytes);
            if (!line && line.error() == net::Process::ReadError::too_long) {
                co_return trouble(fmt::format("answers with more than {} bytes", most_bytes));
            }
            if (!line) {
                break;
            }
            std::optional<json::object> heard = object_in(*line);
            if (!heard) {
                co_return trouble("writes something that is no message: " + shorten(*line, 100));
            }
            if (is_answer_to(*heard, id)) {
                co_return std::move(*heard);
            }
            co_await answer_to_server(*heard);
        }
        constexpr std::chrono::milliseconds moment{1'000};  // its output ends a little before it does
        co_await process_->wait_for_end(moment);
        co_return ended();
    }

    // Servers may ask too; there is nothing here that they could be given, but a sign of life.
    asio::awaitable<void> answer_to_server(const json::object& heard) {
        if (!heard.contains("method") || !heard.contains("id")) {
            co_return;
        }
        json::object answer{{"jsonrpc", "2.0"}, {"id", heard.at("id")}};
        if (heard.at("method") == "ping") {
            answer["result"] = json::object{};
        } else {
            answer["error"] = {{"code", -32601}, {"message", "not supported"}};
        }
        co_await say(std::move(answer));
    }

    std::unexpected<Error> ended() const {
        const std::string said = process_->last_output();
        return trouble((process_->running() ? "closed its output" : process_->state()) +
                       (said.empty() ? "" : "; it wrote: " + shorten(said, 300)));
    }

    std::unique_ptr<net::Process> process_;
    net::Semaphore one_at_a_time_;
    std::int64_t timeout_ms_;
};

class Http final : public McpTransport {
  public:
    Http(const asio::any_io_executor& executor, const WorldServer& server) : client_(executor), server_(server) {}

    asio::awaitable<Result<json::object>> request(json::object message) override {
        const json::value id = message.at("id");
        std::optional<json::object> answer;
        std::string body;
        net::SseParser events(
            [&answer, &id](const net::SseEvent& event) {
                std::optional<json::object> heard = object_in(event.data);
                if (heard && is_answer_to(*heard, id)) {
                    answer = std::move(heard);
                }
                return !answer;
            },
            most_bytes);
        const net::HttpResult got = co_await client_.send(ready(std::move(message)), [&](std::string_view piece) {
            body += piece;
            return events.feed(piece) && body.size() <= most_bytes;
        });
        if (!answer && got && got->status / 100 == 2) {
            answer = object_in(body);
        }
        if (answer) {
            keep_session(got);
            co_return std::move(*answer);
        }
        co_return what_happened(got);
    }

    asio::awaitable<void> notify(json::object message) override {
        const net::HttpResult ignored = co_await client_.send(ready(std::move(message)));
    }
    void agreed(const std::string& version) override { version_ = version; }

    asio::awaitable<void> close() override {
        if (!session_.empty()) {
            net::HttpRequest request = ready({});
            request.method = "DELETE";
            request.body.clear();
            const net::HttpResult ignored = co_await client_.send(std::move(request));
        }
    }

  private:
    net::HttpRequest ready(const json::object& message) const {
        net::HttpRequest out{.method = "POST", .url = server_.url, .body = json::serialize(message)};
        out.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream"}};
        if (!version_.empty()) {
            out.headers.add("MCP-Protocol-Version", version_);
        }
        if (!session_.empty()) {
            out.headers.add("Mcp-Session-Id", session_);
        }
        out.timeout = std::chrono::milliseconds(server_.timeout_ms);
        out.max_body = most_bytes;
        return out;
    }

    void keep_session(const net::HttpResult& got) {
        if (got) {
            session_ = std::string(got->headers.find("Mcp-Session-Id").value_or(session_));
        }
    }

    std::unexpected<Error> what_happened(const net::HttpResult& got) const {
        if (got) {
            return trouble(got->status / 100 == 2 ? "answers with something that is no message"
                                                  : fmt::format("answers with status {}", got->status));
        }
        return got.error().kind == net::HttpErrorKind::timeout ? too_slow(server_.timeout_ms)
                                                               : trouble("cannot be reached: " + got.error().message);
    }

    net::HttpClient client_;
    const WorldServer& server_;
    std::string version_;
    std::string session_;
};

}  // namespace

Result<std::unique_ptr<McpTransport>> over_stdio(const asio::any_io_executor& executor, const WorldServer& server,
                                                 std::vector<std::string> environment) {
    Result<std::unique_ptr<net::Process>> process =
        net::Process::start(executor, {.command = shell_command(server.command),
                                       .directory = server.directory,
                                       .environment = std::move(environment),
                                       .log_file = "",
                                       .talks = true});
    if (!process) {
        return std::unexpected(process.error());
    }
    return std::make_unique<Stdio>(executor, std::move(*process), server.timeout_ms);
}

std::unique_ptr<McpTransport> over_http(const asio::any_io_executor& executor, const WorldServer& server) {
    return std::make_unique<Http>(executor, server);
}

}  // namespace sosia::world
