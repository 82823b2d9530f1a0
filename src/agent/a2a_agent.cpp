// The `a2a` type: an Agent2Agent server, found by its agent card, spoken to by JSON-RPC (docs/agents.md).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "agent/detail/a2a_wire.h"
#include "agent/detail/args.h"
#include "agent/detail/http_headers.h"
#include "agent/detail/http_turn.h"
#include "agent/instances.h"
#include "agent/make_agent.h"
#include "base/text.h"
#include "net/sse.h"
#include "net/tcp_probe.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
using detail::A2aCard;
using detail::A2aThread;
using detail::A2aTurn;
using detail::A2aVersion;
using std::chrono::milliseconds;

struct Wire {
    std::string base;      // below which the agent card lies, or the card's own address
    std::string endpoint;  // configured; "": the card names it
    detail::RequestHeaders headers;
    bool stream = false;
    std::size_t reply_bytes = 0;
};

// What the sessions of one agent share.
struct Shared {
    Shared(Wire w, const Setup& setup)
        : wire(std::move(w)),
          turns(setup, "A2A " + detail::public_url(wire.base), wire.headers.redactor()),
          interrupt(setup.executor) {}

    net::HttpRequest request(const Request& of, std::string body) const {
        net::Headers headers = wire.headers.render(of, true);
        headers.add("A2A-Version", card.version == A2aVersion::v1_0 ? "1.0" : "0.3");
        return {.method = "POST", .url = card.url, .headers = std::move(headers), .body = std::move(body)};
    }

    Wire wire;
    detail::HttpTurns turns;
    net::Interrupt interrupt;
    A2aCard card;
};

class A2aSession final : public Session {
  public:
    A2aSession(Shared& shared, const std::string& conversation)
        : shared_(shared), random_(shared.turns.random_for(conversation)) {}

    asio::awaitable<Exchange> send(Request request) override {
        const bool stream = shared_.wire.stream && shared_.card.streams;
        Turn turn{.random = random_.derive(static_cast<std::uint64_t>(request.turn))};
        const std::string body = detail::a2a_send(shared_.card, thread_, request, stream);
        std::optional<Failure> failed;
        if (stream) {
            failed = co_await ask_streaming(request, body, turn);
        } else {
            failed = co_await ask(request, body, turn);
        }
        if (!failed) {
            failed = co_await wait_for_task(request, turn);
        }
        if (failed) {
            failed->retries = turn.retries;
            co_return std::unexpected(std::move(*failed));
        }
        auto reply = turn.answer.reply(thread_);
        if (!reply) {
            co_return std::unexpected(shared_.turns.invalid(reply.error(), turn.retries));
        }
        reply->retries = turn.retries;
        co_return std::move(*reply);
    }

  private:
    struct Turn {
        Random random;
        detail::HttpTurns::Deadline deadline{};
        int retries = 0;
        A2aTurn answer{};
    };

    asio::awaitable<std::optional<Failure>> ask(const Request& request, const std::string& body, Turn& turn) {
        auto make_request = [&] { return shared_.request(request, body); };
        auto response = co_await shared_.turns.send(make_request, turn.random, {}, &turn.deadline);
        turn.retries += response ? response->retries : response.error().retries;
        if (!response) {
            co_return std::move(response.error());
        }
        turn.answer.take(response->response.body);
        co_return std::nullopt;
    }

    // A server that cannot stream answers with one JSON object instead.
    asio::awaitable<std::optional<Failure>> ask_streaming(const Request& request, const std::string& body, Turn& turn) {
        struct Stream {
            std::string whole;
            std::unique_ptr<net::SseParser> events;
        };
        Stream stream;
        auto make_request = [&] { return shared_.request(request, body); };
        auto make_sink = [&]() -> net::ChunkSink {
            turn.answer = {};
            stream.whole.clear();
            stream.events = std::make_unique<net::SseParser>(
                [&turn](const net::SseEvent& event) { return turn.answer.take(event.data) && !turn.answer.decided(); },
                shared_.wire.reply_bytes);
            return [&stream](std::string_view bytes) {
                stream.whole += stream.whole.size() < kept_of_stream || stream.whole.starts_with('{') ? bytes : "";
                return stream.whole.starts_with('{') || stream.events->feed(bytes);
            };
        };
        auto response = co_await shared_.turns.send(make_request, turn.random, make_sink, &turn.deadline);
        turn.retries += response ? response->retries : response.error().retries;
        if (!response && !turn.answer.decided()) {
            co_return std::move(response.error());
        }
        if (stream.whole.starts_with('{')) {
            turn.answer.take(stream.whole);
        } else if (!turn.answer.done() && turn.answer.task_id().empty()) {
            co_return shared_.turns.invalid(
                "the stream ended before it said anything: " + detail::excerpt(stream.whole), turn.retries);
        }
        co_return std::nullopt;
    }

    // A server that answers before it is done is asked again until it is.
    asio::awaitable<std::optional<Failure>> wait_for_task(const Request& request, Turn& turn) {
        constexpr milliseconds longest(1000);
        milliseconds pause(50);
        while (!turn.answer.done() && !turn.answer.task_id().empty()) {
            const bool waited = co_await shared_.interrupt.sleep(pause);
            if (!waited) {
                co_return Failure{.kind = FailureKind::cancelled, .message = "The turn was cancelled."};
            }
            pause = std::min(pause * 2, longest);
            const std::string body = detail::a2a_get_task(shared_.card, turn.answer.task_id());
            auto failed = co_await ask(request, body, turn);
            if (failed) {
                co_return failed;
            }
        }
        co_return std::nullopt;
    }

    static constexpr std::size_t kept_of_stream = 400;

    Shared& shared_;
    Random random_;
    A2aThread thread_;
};

// "http://127.0.0.1:80" of any address; names of this machine are one.
std::string origin_of(const std::string& url) {
    const auto where = net::host_port(url);
    if (!where) {
        return {};
    }
    const bool local = where->loopback || where->host == "0.0.0.0" || where->host == "::";
    return fmt::format("{}://{}:{}", url.substr(0, url.find("://")), local ? "localhost" : where->host, where->port);
}

std::string card_address(const std::string& base) {
    if (base.ends_with(".json")) {
        return base;
    }
    return base + (base.ends_with('/') ? "" : "/") + ".well-known/agent-card.json";
}

class A2aAgent final : public Agent {
  public:
    A2aAgent(Wire wire, Traits traits, const Setup& setup)
        : traits_(std::move(traits)), shared_(std::move(wire), setup) {}

    const Traits& traits() const override { return traits_; }

    asio::awaitable<Result<void>> start() override {
        const Request nobody{.conversation = "agent-card"};
        auto make_request = [&] {
            return net::HttpRequest{.url = card_address(shared_.wire.base),
                                    .headers = shared_.wire.headers.render(nobody, false),
                                    .body = {}};
        };
        auto answer = co_await shared_.turns.send(make_request, shared_.turns.random_for("agent-card"));
        if (!answer) {
            const bool cancelled = answer.error().kind == FailureKind::cancelled;
            co_return fail(cancelled ? ErrorKind::cancelled : ErrorKind::unavailable,
                           "the agent card cannot be read: " + answer.error().message,
                           "it is looked for at " + detail::public_url(card_address(shared_.wire.base)));
        }
        auto card = detail::read_agent_card(answer->response.body);
        if (!card) {
            co_return fail(
                ErrorKind::unavailable,
                shared_.wire.headers.redactor().clean(fmt::format(
                    "{} is no agent card: {}", detail::public_url(card_address(shared_.wire.base)), card.error())));
        }
        co_return use(std::move(*card));
    }

    void cancel() override {
        shared_.interrupt.trigger();
        shared_.turns.cancel();
    }
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        std::unique_ptr<Session> session = std::make_unique<A2aSession>(shared_, conversation);
        co_return session;
    }

  private:
    // A card may point anywhere, and requests carry keys: another host is taken only when the suite names it.
    Result<void> use(A2aCard card) {
        const std::string& endpoint = shared_.wire.endpoint;
        if (endpoint.empty() && origin_of(card.url) != origin_of(shared_.wire.base)) {
            return fail(ErrorKind::unavailable,
                        fmt::format("the agent card at {} sends to {}, which is another host",
                                    detail::public_url(shared_.wire.base), detail::public_url(card.url)),
                        "if that is right, write a2a: { base_url: ..., url: the address to send to }");
        }
        const std::string base = shared_.wire.base;
        if (endpoint.empty()) {  // the host as the suite writes it
            const std::size_t path = std::min(card.url.find('/', card.url.find("://") + 3), card.url.size());
            const std::size_t end = std::min(base.find('/', base.find("://") + 3), base.size());
            card.url = base.substr(0, end) + (path == card.url.size() ? "/" : card.url.substr(path));
        } else {
            card.url = endpoint;
        }
        shared_.card = std::move(card);
        return {};
    }

    Traits traits_;
    Shared shared_;
};

net::Headers headers_with_key(detail::Args& args) {
    net::Headers headers = args.headers();
    const std::string key = args.text("key", args.text("api_key"));
    if (key.find_first_of("\r\n") != std::string::npos) {
        args.take(Result<int>(
            fail(ErrorKind::usage, "agent.key holds a line break", "check the environment variable it comes from")));
    } else if (!key.empty()) {
        headers.add("Authorization", "Bearer " + key);
    }
    return headers;
}

Result<Wire> read_wire(const boost::json::object& json, const Setup& setup, const Instance& instance) {
    detail::Args args(json);
    Wire wire;
    const std::string_view way = args.value("base_url") != nullptr ? "base_url" : "a2a";
    const bool only_endpoint = args.value("a2a") == nullptr && args.value("base_url") == nullptr;
    wire.endpoint = args.value("url") == nullptr ? "" : instance.url_of(args.url("url"));
    wire.base = instance.url_of(args.url(only_endpoint ? "url" : way));
    wire.stream = args.flag("stream", false);
    const std::string_view accept = wire.stream ? "text/event-stream, application/json" : "application/json";
    wire.headers = args.take(detail::RequestHeaders::make(headers_with_key(args), accept));
    wire.reply_bytes = static_cast<std::size_t>(setup.limits->reply_bytes);
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return wire;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_a2a_agent(const Setup& setup) {
    const boost::json::object args = detail::flattened(setup.spec->args, "a2a");
    return make_instances(setup, [&](const Setup& own, const Instance& instance) -> Result<std::unique_ptr<Agent>> {
        auto wire = read_wire(args, own, instance);
        if (!wire) {
            return std::unexpected(std::move(wire.error()));
        }
        Supervision supervision = instance.supervision(own, wire->base);
        Traits traits{.stateless = own.spec->stateless.value_or(false),
                      .description = "A2A " + detail::public_url(wire->base)};
        auto agent = std::make_unique<A2aAgent>(std::move(*wire), std::move(traits), own);
        return supervised(own, std::move(agent), std::move(supervision));
    });
}

}  // namespace sosia::agent
