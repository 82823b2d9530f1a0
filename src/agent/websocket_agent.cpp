// The `websocket` type: one JSON message out and one in for each turn, one connection for each conversation
// (docs/agents.md).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/http_headers.h"
#include "agent/detail/in_time.h"
#include "agent/detail/reply_reader.h"
#include "agent/detail/reply_shape.h"
#include "agent/detail/request_template.h"
#include "agent/instances.h"
#include "agent/make_agent.h"
#include "base/hash.h"
#include "base/text.h"
#include "net/deadline.h"
#include "net/rate_limit.h"
#include "net/retry.h"
#include "net/websocket_client.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

struct Wire {
    detail::TextTemplate url;
    detail::RequestHeaders headers;
    detail::RequestTemplate request;
    detail::ReplyShape reply;
    std::string plain_url;
    std::string description;
    bool stateless = false;
};

// What the sessions of one agent share.
struct Shared {
    Shared(Wire w, const Setup& setup)
        : wire(std::move(w)),
          clock(*setup.clock),
          rate(setup.executor, *setup.clock, setup.limits->rate),
          interrupt(setup.executor),
          turn_timeout(setup.limits->turn_timeout_ms),
          reply_bytes(static_cast<std::size_t>(setup.limits->reply_bytes)),
          retry{.retries = setup.limits->retries},
          seed(setup.seed) {}

    Failure fail(FailureKind kind, std::string_view words, bool may_retry = false) const {
        return {.kind = kind,
                .message = wire.headers.redactor().clean(fmt::format("{} {}", wire.description, words)),
                .may_retry = may_retry};
    }
    Failure ended(FailureKind kind) const {
        return kind == FailureKind::cancelled
                   ? fail(kind, "was cancelled.")
                   : fail(kind, fmt::format("gave no complete answer within {} ms.", turn_timeout.count()), true);
    }

    Wire wire;
    const Clock& clock;
    net::WebSocketClient client;
    net::RateLimit rate;
    net::Interrupt interrupt;
    milliseconds turn_timeout;
    std::size_t reply_bytes;
    net::RetryPolicy retry;
    std::uint64_t seed;
};

std::string declined_note(int status) {
    switch (status) {
        case 401:
        case 403:
            return " Are the agent's key and headers right?";
        case 404:
            return " Is the path of the URL right?";
        case 200:
            return " Is it a WebSocket at all?";
        default:
            return {};
    }
}

bool may_pass(const net::WebSocketError& error) {
    return error.kind == net::HttpErrorKind::refused || error.kind == net::HttpErrorKind::reset ||
           error.kind == net::HttpErrorKind::resolve || error.status == 429 || error.status >= 500;
}

Failure failure_of(const Shared& shared, const net::WebSocketError& error) {
    if (error.kind == net::HttpErrorKind::cancelled) {
        return shared.ended(FailureKind::cancelled);
    }
    if (error.status != 0) {
        return shared.fail(FailureKind::unreachable,
                           fmt::format("did not open: {}{}", error.message, declined_note(error.status)),
                           may_pass(error));
    }
    return shared.fail(FailureKind::unreachable, fmt::format("failed ({}): {}", to_string(error.kind), error.message),
                       may_pass(error));
}

class WebSocketSession final : public Session {
  public:
    WebSocketSession(Shared& shared, const std::string& conversation)
        : shared_(shared), random_(Random(shared.seed, "agent.retry").derive(hash64(conversation))) {}

    asio::awaitable<Exchange> send(Request request) override {
        const bool may_send = co_await shared_.rate.acquire();
        if (!may_send) {
            co_return std::unexpected(shared_.ended(FailureKind::cancelled));
        }
        Random random = random_.derive(static_cast<std::uint64_t>(request.turn));
        auto exchange = co_await detail::in_time(turn(request, random), shared_.interrupt, shared_.turn_timeout);
        const bool answered = exchange.has_value() && exchange->has_value();
        if (!answered) {
            socket_.reset();  // what still comes belongs to no turn
        }
        if (!exchange) {
            co_return std::unexpected(shared_.ended(exchange.error()));
        }
        co_return std::move(*exchange);
    }

    asio::awaitable<void> close() override {
        constexpr milliseconds goodbye(500);
        if (socket_ != nullptr) {
            co_await net::with_deadline(socket_->close(), goodbye);
            socket_.reset();
        }
    }

  private:
    // Tries again on a new connection, unless the agent would have forgotten the conversation with the old one.
    asio::awaitable<Exchange> turn(const Request& request, Random& random) {
        for (int retries = 0;; ++retries) {
            const bool can_start_anew = shared_.wire.stateless || !answered_once_;
            Exchange exchange = co_await attempt(request);
            if (exchange) {
                exchange->retries = retries;
                answered_once_ = true;
                co_return exchange;
            }
            exchange.error().retries = retries;
            if (!exchange.error().may_retry || !can_start_anew || retries >= shared_.retry.retries) {
                co_return exchange;
            }
            socket_.reset();
            const bool waited = co_await shared_.interrupt.sleep(net::backoff(shared_.retry, retries, random));
            if (!waited) {
                co_return std::unexpected(shared_.ended(FailureKind::cancelled));
            }
        }
    }

    asio::awaitable<Exchange> attempt(const Request& request) {
        if (socket_ == nullptr) {
            auto opened = co_await shared_.client.connect(handshake(request));
            if (!opened) {
                co_return std::unexpected(failure_of(shared_, opened.error()));
            }
            socket_ = std::move(*opened);
        }
        auto written = co_await socket_->write(shared_.wire.request.render(request));
        if (!written) {
            co_return std::unexpected(failure_of(shared_, written.error()));
        }
        Exchange exchange = co_await read_reply();
        co_return exchange;
    }

    net::WebSocketRequest handshake(const Request& request) const {
        return {.url = shared_.wire.url.render(request, detail::TextTemplate::Escape::url),
                .headers = shared_.wire.headers.render(request, false),
                .max_message = shared_.reply_bytes};
    }

    // With a pointer to the text, messages without it (typing, progress) are passed over.
    asio::awaitable<Exchange> read_reply() {
        constexpr int most_passed_over = 10'000;
        for (int passed_over = 0; passed_over < most_passed_over; ++passed_over) {
            auto message = co_await socket_->read();
            if (!message) {
                co_return std::unexpected(failure_of(shared_, message.error()));
            }
            const auto root = detail::parse_json(*message);
            const std::string& pointer = shared_.wire.reply.text;
            if (root && !pointer.empty() && detail::at_pointer(*root, pointer) == nullptr) {
                continue;
            }
            auto reply = root ? detail::read_reply(shared_.wire.reply, *root, *message)
                              : std::expected<Reply, std::string>(std::unexpected(root.error()));
            if (!reply) {
                co_return std::unexpected(invalid(reply.error()));
            }
            co_return std::move(*reply);
        }
        co_return std::unexpected(
            invalid(fmt::format("{} messages and none has a text at {}", most_passed_over, shared_.wire.reply.text)));
    }

    Failure invalid(const std::string& why) const {
        return shared_.fail(FailureKind::invalid_reply, "gave an answer that is no reply: " + why);
    }

    Shared& shared_;
    Random random_;
    std::unique_ptr<net::WebSocket> socket_;
    bool answered_once_ = false;
};

class WebSocketAgent final : public Agent {
  public:
    WebSocketAgent(Wire wire, Traits traits, const Setup& setup)
        : traits_(std::move(traits)), shared_(std::move(wire), setup) {}

    const Traits& traits() const override { return traits_; }
    void cancel() override {
        shared_.rate.cancel();
        shared_.interrupt.trigger();
    }
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        std::unique_ptr<Session> session = std::make_unique<WebSocketSession>(shared_, conversation);
        co_return session;
    }

  private:
    Traits traits_;
    Shared shared_;
};

Result<std::string> address(detail::Args& args) {
    std::string url = args.value("url") != nullptr ? args.text("url") : args.text("websocket");
    const std::string scheme = lower(url.substr(0, url.find("://")));
    if ((scheme != "ws" && scheme != "wss") || url.find_first_of(" \t\r\n") != std::string::npos) {
        return fail(ErrorKind::usage,
                    fmt::format("agent.websocket must be a ws or wss URL, not \"{}\"", shorten(url, 80)),
                    "for example ws://127.0.0.1:8080/chat");
    }
    return url;
}

Result<Wire> read_wire(const boost::json::object& json, const Setup& setup, const Instance& instance) {
    detail::Args args(json);
    Wire wire;
    wire.plain_url = instance.url_of(args.take(address(args)));
    wire.url = args.take(detail::TextTemplate::parse(wire.plain_url, "agent.websocket"));
    wire.headers = args.take(detail::RequestHeaders::make(args.headers(), "application/json"));
    wire.request = args.take(detail::RequestTemplate::parse(args.value("request")));
    wire.reply = detail::reply_shape(args);
    wire.description = fmt::format("WebSocket {}", detail::public_url(wire.plain_url));
    wire.stateless = setup.spec->stateless.value_or(wire.request.carries_history());
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return wire;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_websocket_agent(const Setup& setup) {
    const boost::json::object args = detail::flattened(setup.spec->args, "websocket");
    return make_instances(setup, [&](const Setup& own, const Instance& instance) -> Result<std::unique_ptr<Agent>> {
        auto wire = read_wire(args, own, instance);
        if (!wire) {
            return std::unexpected(std::move(wire.error()));
        }
        Supervision supervision = instance.supervision(own, wire->plain_url);
        Traits traits{.stateless = wire->stateless, .description = wire->description};
        auto agent = std::make_unique<WebSocketAgent>(std::move(*wire), std::move(traits), own);
        return supervised(own, std::move(agent), std::move(supervision));
    });
}

}  // namespace sosia::agent
