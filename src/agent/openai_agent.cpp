// The `openai` type: any server that speaks OpenAI's chat completions, plain or streamed (docs/agents.md).
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/http_headers.h"
#include "agent/detail/http_turn.h"
#include "agent/detail/openai_wire.h"
#include "agent/instances.h"
#include "agent/make_agent.h"
#include "base/text.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

struct Wire {
    std::string url;
    detail::RequestHeaders headers;
    detail::OpenAiShape shape;
    std::size_t reply_bytes = 0;
    int tool_steps = 0;
};

class OpenAiSession final : public Session {
  public:
    OpenAiSession(const Wire& wire, detail::HttpTurns& turns, std::string conversation)
        : wire_(wire), turns_(turns), conversation_(std::move(conversation)) {}

    asio::awaitable<Exchange> send(Request request) override {
        detail::ToolLoop loop(request, wire_.tool_steps);
        Turn turn{.random = turns_.random_for(conversation_).derive(static_cast<std::uint64_t>(request.turn))};
        while (true) {
            auto answer = co_await ask(request, loop, turn);
            if (!answer) {
                co_return std::unexpected(std::move(answer.error()));
            }
            if (!is_for_tools(*answer, loop)) {
                co_return end(std::move(*answer), loop, turn);
            }
            add_usage(turn.usage, answer->reply.metadata);
            auto served =
                co_await turns_.in_turn(loop.serve(std::move(answer->reply.text), answer->calls()), turn.deadline);
            if (!served) {
                served.error().retries = turn.retries;
                co_return std::unexpected(std::move(served.error()));
            }
            if (!*served) {
                co_return std::unexpected(turns_.at_fault(loop.too_many() + ".", turn.retries));
            }
        }
    }

  private:
    // What the requests of one turn share.
    struct Turn {
        Random random;
        detail::HttpTurns::Deadline deadline{};
        int retries = 0;
        json::object usage{};     // of the answers that asked for tools
        std::string beginning{};  // of the last answer, to be quoted
    };

    asio::awaitable<std::expected<detail::OpenAiAnswer, Failure>> ask(const Request& request,
                                                                      const detail::ToolLoop& loop, Turn& turn) {
        auto make_request = [&] { return http_request(request, loop); };
        std::unique_ptr<detail::OpenAiStream> stream;
        detail::HttpTurns::MakeSink make_sink;
        if (wire_.shape.stream) {
            make_sink = [this, &stream] { return sink_into(stream); };
        }
        const Random random = turn.random.derive(static_cast<std::uint64_t>(loop.steps()));
        auto response = co_await turns_.send(make_request, random, std::move(make_sink), &turn.deadline);
        const bool complete = response.has_value() || (stream && stream->done());
        turn.retries += response ? response->retries : response.error().retries;
        if (!complete) {
            response.error().retries = turn.retries;
            co_return std::unexpected(std::move(response.error()));
        }
        auto answer = stream ? stream->answer() : detail::read_openai_answer(response->response.body);
        if (!answer) {
            co_return std::unexpected(turns_.invalid(answer.error(), turn.retries));
        }
        turn.beginning = stream ? stream->beginning() : response->response.body;
        co_return std::move(*answer);
    }

    // An answer with a text is meant for the user, also when it reports tools, unless it says that it waits for them.
    static bool is_for_tools(const detail::OpenAiAnswer& answer, const detail::ToolLoop& loop) {
        const bool waits = trim(answer.reply.text).empty() || answer.stops_for_tools;
        return waits && loop.serves_any(answer.calls());
    }

    Exchange end(detail::OpenAiAnswer answer, const detail::ToolLoop& loop, Turn& turn) const {
        auto reply = detail::reply_of(std::move(answer), turn.beginning);
        if (!reply) {
            return std::unexpected(turns_.invalid(reply.error(), turn.retries));
        }
        if (loop.steps() > 0) {
            add_usage(turn.usage, reply->metadata);
            reply->metadata["usage"] = std::move(turn.usage);
            reply->metadata["tool_steps"] = loop.steps();
        }
        reply->retries = turn.retries;
        return std::move(*reply);
    }

    // The numbers of the answer's usage join those of the turn's other answers.
    static void add_usage(json::object& sum, const json::object& metadata) {
        const json::value* usage = metadata.if_contains("usage");
        if (usage == nullptr || !usage->is_object()) {
            return;
        }
        for (const auto& [key, value] : usage->get_object()) {
            if (value.is_int64()) {
                const json::value* before = sum.if_contains(key);
                sum[key] = value.get_int64() + (before == nullptr ? 0 : before->get_int64());
            }
        }
    }

    net::HttpRequest http_request(const Request& request, const detail::ToolLoop& loop) const {
        return {.method = "POST",
                .url = wire_.url,
                .headers = wire_.headers.render(request, true),
                .body = detail::openai_request(wire_.shape, request, loop)};
    }

    // Each attempt starts a new stream; what an interrupted one brought is forgotten.
    net::ChunkSink sink_into(std::unique_ptr<detail::OpenAiStream>& stream) const {
        stream = std::make_unique<detail::OpenAiStream>(wire_.reply_bytes);
        return [&stream](std::string_view bytes) {
            stream->feed(bytes);
            return true;
        };
    }

    const Wire& wire_;
    detail::HttpTurns& turns_;
    std::string conversation_;
};

class OpenAiAgent final : public Agent {
  public:
    OpenAiAgent(Wire wire, Traits traits, const Setup& setup)
        : wire_(std::move(wire)),
          traits_(std::move(traits)),
          turns_(setup, traits_.description, wire_.headers.redactor()) {}

    const Traits& traits() const override { return traits_; }
    void cancel() override { turns_.cancel(); }
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        std::unique_ptr<Session> session = std::make_unique<OpenAiSession>(wire_, turns_, std::move(conversation));
        co_return session;
    }

  private:
    Wire wire_;
    Traits traits_;
    detail::HttpTurns turns_;
};

// `openai:` may hold the base URL or the model's name.
json::object with_short_form(json::object args) {
    const json::value* own = args.if_contains("openai");
    if (own != nullptr && own->is_string()) {
        const json::string text = own->get_string();
        args.emplace(std::string_view(text).starts_with("http") ? "base_url" : "model", text);
    }
    return args;
}

constexpr std::string_view own_api = "https://api.openai.com/v1";

std::string endpoint(detail::Args& args) {
    if (args.value("url") != nullptr) {
        return args.url("url");
    }
    std::string base = args.value("base_url") == nullptr ? std::string(own_api) : args.url("base_url");
    while (base.ends_with('/')) {
        base.pop_back();
    }
    if (base.ends_with("/chat/completions")) {
        return base;
    }
    const bool bare = base.find('/', base.find("://") + 3) == std::string::npos;
    return base + (bare ? "/v1/chat/completions" : "/chat/completions");
}

// Servers with one model ignore the name; OpenAI's own needs it.
Result<std::string> model_arg(detail::Args& args, std::string_view url) {
    std::string model = args.text("model", url.starts_with(own_api) ? "" : "default");
    if (model.empty()) {
        return fail(ErrorKind::usage, "agent.model is missing: the name of the model to ask for",
                    "for example model: gpt-4o-mini");
    }
    return model;
}

Result<json::object> parameters_arg(detail::Args& args) {
    json::object parameters;
    if (const json::value* value = args.value("params")) {
        if (!value->is_object()) {
            return fail(ErrorKind::usage, "agent.params must be a mapping of further keys of the request body");
        }
        parameters = value->get_object();
    }
    for (const std::string_view key : {"temperature", "max_tokens"}) {
        if (args.number(key)) {
            parameters[key] = *args.value(key);
        }
    }
    return parameters;
}

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

Result<Wire> read_wire(const json::object& json, const Instance& instance) {
    detail::Args args(json);
    Wire wire;
    wire.url = instance.url_of(endpoint(args));
    wire.shape = {.model = args.take(model_arg(args, wire.url)),
                  .system = args.text("system"),
                  .send_context = args.flag("send_context", false),
                  .stream = args.flag("stream", false),
                  .parameters = args.take(parameters_arg(args))};
    wire.tool_steps = detail::tool_steps_arg(args);
    const std::string_view accept = wire.shape.stream ? "text/event-stream" : "application/json";
    wire.headers = args.take(detail::RequestHeaders::make(headers_with_key(args), accept));
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return wire;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_openai_agent(const Setup& setup) {
    const json::object args = with_short_form(detail::flattened(setup.spec->args, "openai"));
    return make_instances(setup, [&](const Setup& own, const Instance& instance) -> Result<std::unique_ptr<Agent>> {
        auto wire = read_wire(args, instance);
        if (!wire) {
            return std::unexpected(std::move(wire.error()));
        }
        wire->reply_bytes = static_cast<std::size_t>(own.limits->reply_bytes);
        Supervision supervision = instance.supervision(own, wire->url);
        Traits traits{
            .stateless = own.spec->stateless.value_or(true),
            .description = fmt::format("POST {} (model {})", detail::public_url(wire->url), wire->shape.model)};
        auto agent = std::make_unique<OpenAiAgent>(std::move(*wire), std::move(traits), own);
        return supervised(own, std::move(agent), std::move(supervision));
    });
}

}  // namespace sosia::agent
