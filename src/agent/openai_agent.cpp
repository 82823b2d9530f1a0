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
};

class OpenAiSession final : public Session {
  public:
    OpenAiSession(const Wire& wire, detail::HttpTurns& turns, std::string conversation)
        : wire_(wire), turns_(turns), conversation_(std::move(conversation)) {}

    asio::awaitable<Exchange> send(Request request) override {
        auto make_request = [&] { return http_request(request); };
        const Random random = turns_.random_for(conversation_).derive(static_cast<std::uint64_t>(request.turn));
        std::unique_ptr<detail::OpenAiStream> stream;
        detail::HttpTurns::MakeSink make_sink;
        if (wire_.shape.stream) {
            make_sink = [this, &stream] { return sink_into(stream); };
        }
        auto answer = co_await turns_.send(make_request, random, std::move(make_sink));
        const bool complete = answer.has_value() || (stream && stream->done());
        if (!complete) {
            co_return std::unexpected(std::move(answer.error()));
        }
        const int retries = answer ? answer->retries : answer.error().retries;
        auto reply = stream ? stream->finish() : detail::read_openai_reply(answer->response.body);
        if (!reply) {
            co_return std::unexpected(turns_.invalid(reply.error(), retries));
        }
        reply->retries = retries;
        co_return std::move(*reply);
    }

  private:
    net::HttpRequest http_request(const Request& request) const {
        return {.method = "POST",
                .url = wire_.url,
                .headers = wire_.headers.render(request, true),
                .body = detail::openai_request(wire_.shape, request)};
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
