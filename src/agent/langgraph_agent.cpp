// The `langgraph` type: a LangGraph server; a thread for each conversation, a run for each turn (docs/agents.md).
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/http_headers.h"
#include "agent/detail/http_turn.h"
#include "agent/detail/langgraph_wire.h"
#include "agent/instances.h"
#include "agent/make_agent.h"
#include "base/text.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;

struct Wire {
    std::string base;
    detail::RequestHeaders headers;
    detail::LangGraphShape shape;
    std::size_t reply_bytes = 0;
};

class LangGraphSession final : public Session {
  public:
    LangGraphSession(const Wire& wire, detail::HttpTurns& turns, const std::string& conversation)
        : wire_(wire), turns_(turns), random_(turns.random_for(conversation)) {}

    asio::awaitable<Exchange> send(Request request) override {
        Turn turn{.random = random_.derive(static_cast<std::uint64_t>(request.turn))};
        if (thread_.empty()) {
            auto made = co_await make_thread(request, turn);
            if (!made) {
                co_return std::unexpected(std::move(made.error()));
            }
            thread_ = std::move(*made);
        }
        auto state = co_await run(request, turn);
        if (!state) {
            co_return std::unexpected(std::move(state.error()));
        }
        auto answer = detail::read_langgraph_state(wire_.shape, *state);
        if (!answer) {
            co_return std::unexpected(turns_.invalid(answer.error(), turn.retries));
        }
        interrupted_ = answer->interrupted;
        answer->reply.retries = turn.retries;
        co_return std::move(answer->reply);
    }

  private:
    struct Turn {
        Random random;
        detail::HttpTurns::Deadline deadline{};
        int retries = 0;
    };

    net::HttpRequest post(const Request& request, const std::string& path, std::string body) const {
        return {.method = "POST",
                .url = wire_.base + path,
                .headers = wire_.headers.render(request, true),
                .body = std::move(body)};
    }

    asio::awaitable<std::expected<std::string, Failure>> make_thread(const Request& request, Turn& turn) {
        auto make_request = [&] { return post(request, "/threads", "{}"); };
        auto answer = co_await turns_.send(make_request, turn.random, {}, &turn.deadline);
        turn.retries += answer ? answer->retries : answer.error().retries;
        if (!answer) {
            co_return std::unexpected(std::move(answer.error()));
        }
        auto id = detail::read_thread_id(answer->response.body);
        if (!id) {
            co_return std::unexpected(turns_.invalid(id.error(), turn.retries));
        }
        co_return std::move(*id);
    }

    // The state that the run leaves, as JSON.
    asio::awaitable<std::expected<std::string, Failure>> run(const Request& request, Turn& turn) {
        const std::string body = detail::langgraph_run(wire_.shape, request, interrupted_);
        const std::string path = fmt::format("/threads/{}/runs/{}", thread_, wire_.shape.stream ? "stream" : "wait");
        auto make_request = [&] { return post(request, path, body); };
        std::unique_ptr<detail::LangGraphStream> stream;
        detail::HttpTurns::MakeSink make_sink;
        if (wire_.shape.stream) {
            make_sink = [this, &stream]() -> net::ChunkSink {
                stream = std::make_unique<detail::LangGraphStream>(wire_.reply_bytes);
                return [&stream](std::string_view bytes) {
                    stream->feed(bytes);
                    return true;
                };
            };
        }
        auto answer =
            co_await turns_.send(make_request, turn.random.derive("run"), std::move(make_sink), &turn.deadline);
        turn.retries += answer ? answer->retries : answer.error().retries;
        if (!answer) {
            answer.error().retries = turn.retries;
            co_return std::unexpected(std::move(answer.error()));
        }
        if (!stream) {
            co_return std::move(answer->response.body);
        }
        auto state = stream->state();
        if (!state) {
            co_return std::unexpected(turns_.invalid(state.error(), turn.retries));
        }
        co_return std::move(*state);
    }

    const Wire& wire_;
    detail::HttpTurns& turns_;
    Random random_;
    std::string thread_;
    bool interrupted_ = false;
};

class LangGraphAgent final : public Agent {
  public:
    LangGraphAgent(Wire wire, Traits traits, const Setup& setup)
        : wire_(std::move(wire)),
          traits_(std::move(traits)),
          turns_(setup, traits_.description, wire_.headers.redactor()) {}

    const Traits& traits() const override { return traits_; }
    void cancel() override { turns_.cancel(); }
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        std::unique_ptr<Session> session = std::make_unique<LangGraphSession>(wire_, turns_, conversation);
        co_return session;
    }

  private:
    Wire wire_;
    Traits traits_;
    detail::HttpTurns turns_;
};

net::Headers headers_with_key(detail::Args& args) {
    net::Headers headers = args.headers();
    const std::string key = args.text("key", args.text("api_key"));
    if (key.find_first_of("\r\n") != std::string::npos) {
        args.take(Result<int>(
            fail(ErrorKind::usage, "agent.key holds a line break", "check the environment variable it comes from")));
    } else if (!key.empty()) {
        headers.add("X-Api-Key", key);
    }
    return headers;
}

Result<Wire> read_wire(const boost::json::object& json, const Setup& setup, const Instance& instance) {
    detail::Args args(json);
    Wire wire;
    const std::string_view way = args.value("langgraph") != nullptr ? "langgraph" : "base_url";
    wire.base = instance.url_of(args.url(way));
    while (wire.base.ends_with('/')) {
        wire.base.pop_back();
    }
    wire.shape.assistant = args.text("assistant", "agent");
    wire.shape.reply = detail::reply_shape(args);
    wire.shape.send_context = args.flag("send_context", false);
    wire.shape.stream = args.flag("stream", false);
    if (const boost::json::value* request = args.value("request")) {
        wire.shape.input = args.take(detail::RequestTemplate::parse(request));
    }
    const std::string_view accept = wire.shape.stream ? "text/event-stream" : "application/json";
    wire.headers = args.take(detail::RequestHeaders::make(headers_with_key(args), accept));
    wire.reply_bytes = static_cast<std::size_t>(setup.limits->reply_bytes);
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return wire;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_langgraph_agent(const Setup& setup) {
    const boost::json::object args = detail::flattened(setup.spec->args, "langgraph");
    return make_instances(setup, [&](const Setup& own, const Instance& instance) -> Result<std::unique_ptr<Agent>> {
        auto wire = read_wire(args, own, instance);
        if (!wire) {
            return std::unexpected(std::move(wire.error()));
        }
        Supervision supervision = instance.supervision(own, wire->base);
        Traits traits{.stateless = own.spec->stateless.value_or(false),
                      .description = fmt::format("LangGraph {} (assistant {})", detail::public_url(wire->base),
                                                 wire->shape.assistant)};
        auto agent = std::make_unique<LangGraphAgent>(std::move(*wire), std::move(traits), own);
        return supervised(own, std::move(agent), std::move(supervision));
    });
}

}  // namespace sosia::agent
