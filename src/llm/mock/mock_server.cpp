#include "llm/mock/mock_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/mock/mock_embeddings.h"
#include "llm/mock/mock_exchange.h"
#include "llm/mock/mock_prompt_cache.h"
#include "llm/traffic.h"
#include "net/http_server.h"

namespace sosia::llm::mock {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using std::chrono::milliseconds;

const MockProtocol* protocol_of(std::string_view path) {
    if (path.ends_with("/chat/completions")) {
        return &openai_chat_protocol();
    }
    if (path.ends_with("/responses")) {
        return &openai_responses_protocol();
    }
    if (path.ends_with("/messages")) {
        return &anthropic_protocol();
    }
    const bool google = path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent");
    return google ? &gemini_protocol() : nullptr;
}

std::string_view words_of(FailureKind kind) {
    switch (kind) {
        case FailureKind::authentication:
            return "API key not valid. Incorrect API key provided.";
        case FailureKind::quota:
            return "Your credit balance is too low: you exceeded your current quota, please check your plan and "
                   "billing "
                   "details.";
        case FailureKind::rate_limited:
            return "Rate limit reached for requests.";
        case FailureKind::overloaded:
            return "Overloaded";
        case FailureKind::context_length:
            return "prompt is too long: this model's maximum context length is 1000 tokens.";
        case FailureKind::content_filter:
            return "The response was filtered due to the prompt triggering the content management policy.";
        case FailureKind::unreachable:
            return "The server had an error while processing your request.";
        default:
            return "The mock was asked to refuse this request.";
    }
}

// Providers name the key they refuse; ours names all of it, so that callers can prove that they pass none on.
std::string refusal_words(FailureKind kind, const net::Headers& headers) {
    std::string words(words_of(kind));
    for (const char* name : {"authorization", "x-api-key", "api-key", "x-goog-api-key"}) {
        const auto key = kind == FailureKind::authentication ? headers.find(name) : std::nullopt;
        words += key ? fmt::format(" It was: {}", shorten(std::string(*key), 200)) : "";
    }
    return words;
}

net::ServerResponse refused(const MockProtocol& protocol, FailureKind kind, double retry_after_seconds,
                            const net::Headers& headers) {
    net::ServerResponse out{
        .status = protocol.status(kind), .body = protocol.refusal({kind, refusal_words(kind, headers)}), .headers = {}};
    if (kind == FailureKind::rate_limited) {
        out.headers.add("Retry-After", fmt::format("{}", static_cast<int>(std::ceil(retry_after_seconds))));
        out.headers.add("retry-after-ms", fmt::format("{}", std::lround(retry_after_seconds * 1000)));
    }
    return out;
}

net::ServerResponse bad_request(const MockProtocol& protocol, std::string message) {
    return {.status = 400, .body = protocol.refusal({FailureKind::bad_request, std::move(message)}), .headers = {}};
}

bool key_fits(const net::Headers& headers, std::string_view query, const std::string& key) {
    if (key.empty()) {
        return true;
    }
    const auto is = [&](std::string_view name, const std::string& value) { return headers.find(name) == value; };
    return is("authorization", "Bearer " + key) || is("x-api-key", key) || is("api-key", key) ||
           is("x-goog-api-key", key) || query == "key=" + key;
}

std::int64_t tokens_in(std::string_view text) {
    constexpr std::size_t bytes_per_token = 4;
    return static_cast<std::int64_t>((text.size() + bytes_per_token - 1) / bytes_per_token);
}

std::int64_t output_tokens(const MockReply& reply) {
    std::int64_t out = tokens_in(reply.text);
    for (const ToolCall& call : reply.calls) {
        out += tokens_in(call.name) + tokens_in(json_text(call.arguments));
    }
    return std::max<std::int64_t>(out, 1);
}

// The faults that spoil a good answer before it is written.
void spoil(MockReply& reply, FaultKind kind) {
    if (kind == FaultKind::cut_short) {
        reply.text = shorten(reply.text, std::max<std::size_t>(4, reply.text.size() / 2));
        reply.finish = Finish::length;
    } else if (kind == FaultKind::silent) {
        reply.text.clear();
        reply.calls.clear();
        reply.finish = Finish::stop;
    }
}

// Those that spoil its bytes.
std::string spoiled_bytes(std::string bytes, const Fault& fault, std::uint64_t seed) {
    switch (fault.kind) {
        case FaultKind::malformed:
        case FaultKind::truncated:
            bytes.resize(std::min(fault.bytes.value_or(bytes.size() / 2), bytes.size()));
            break;
        case FaultKind::garbage: {
            Random random(seed, "mock.garbage");
            std::ranges::generate(bytes, [&random] { return static_cast<char>(random.below(256)); });
            break;
        }
        case FaultKind::wrong_shape:
            return R"({"status": "ok", "data": [1, 2, 3]})";
        case FaultKind::bad_arguments:
            bytes = replace_all(std::move(bytes), R"("arguments":"{)", R"("arguments":"{{)");
            bytes = replace_all(std::move(bytes), R"("partial_json":"{)", R"("partial_json":"{{)");
            break;
        case FaultKind::empty:
            bytes.clear();
            break;
        default:
            break;
    }
    return bytes;
}

}  // namespace

struct MockServer::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor e, const Clock& c, MockOptions o, Wait w)
        : clock(c),
          options(std::move(o)),
          wait(w ? std::move(w) : timer_wait()),
          faults(options.faults, options.seed),
          executor(std::move(e)) {}

    // A request that is still under way keeps the state alive; the state does not keep itself.
    Result<void> start() {
        auto handler = [weak = weak_from_this()](net::ServerRequest request) {
            return handle_for(weak.lock(), std::move(request));
        };
        server.emplace(
            executor,
            net::HttpServer::Options{.address = options.address, .port = options.port, .max_body = 32U << 20U},
            std::move(handler));
        return server->start();
    }

    static asio::awaitable<net::ServerResponse> handle_for(std::shared_ptr<State> self, net::ServerRequest request) {
        net::ServerResponse response{.status = 503, .headers = {}};
        if (self) {
            response = co_await self->handle(std::move(request));
        }
        co_return response;
    }

    asio::awaitable<net::ServerResponse> handle(net::ServerRequest request) {
        ++requests;
        const MockProtocol* protocol = protocol_of(request.path);
        if (options.latency.count() > 0) {
            co_await wait(options.latency);
        }
        const bool google = request.path.ends_with(":batchEmbedContents");
        if (google || request.path.ends_with("/embeddings")) {
            net::ServerResponse vectors = co_await embeddings(google, request);
            co_return vectors;
        }
        if (request.path.ends_with("/models") && request.method == "GET") {
            co_return net::ServerResponse{.body =
                                              R"({"object":"list","data":[{"id":"mock","object":"model","created":0,)"
                                              R"("owned_by":"sosia"}]})",
                                          .headers = {}};
        }
        if (protocol == nullptr || request.method != "POST") {
            co_return net::ServerResponse{
                .status = 404, .body = R"({"error":{"message":"no such address","type":"not_found"}})", .headers = {}};
        }
        net::ServerResponse response = co_await answer(*protocol, request);
        co_return response;
    }

    asio::awaitable<void> dally(const Fault& fault) {
        if (fault.kind == FaultKind::stall || fault.kind == FaultKind::slow) {
            constexpr milliseconds a_day{86'400'000};
            const bool stalls = fault.kind == FaultKind::stall;
            co_await wait(stalls ? a_day : milliseconds(std::lround(fault.seconds * 1000)));
        }
    }

    // With key and faults as everything else has them.
    asio::awaitable<net::ServerResponse> embeddings(bool google, const net::ServerRequest& request) {
        const MockProtocol& protocol = google ? gemini_protocol() : openai_chat_protocol();
        if (!key_fits(request.headers, request.query, options.key)) {
            co_return refused(protocol, FailureKind::authentication, 0, request.headers);
        }
        const Result<std::optional<Fault>> asked = asked_for(request, "");
        if (!asked) {
            co_return bad_request(protocol, asked.error().message);
        }
        const std::uint64_t hash = hash64(request.body);
        const Fault fault = faults.next(hash, *asked);
        co_await dally(fault);
        if (const auto refusal = refusal_of(fault.kind)) {
            co_return refused(protocol, *refusal, fault.seconds, request.headers);
        }
        std::string body = google ? google_embeddings_answer(request.body) : embeddings_answer(request.body);
        co_return net::ServerResponse{.body = spoiled_bytes(std::move(body), fault, hash), .headers = {}};
    }

    asio::awaitable<net::ServerResponse> answer(const MockProtocol& protocol, const net::ServerRequest& request) {
        if (!key_fits(request.headers, request.query, options.key)) {
            co_return refused(protocol, FailureKind::authentication, 0, request.headers);
        }
        const auto body = parse_json(request.body);
        if (!body || !body->is_object()) {
            co_return bad_request(protocol, "We could not parse the JSON body of your request.");
        }
        if (options.record) {
            options.record(*body);
        }
        const auto question = protocol.read(request.path, body->get_object());
        if (!question) {
            co_return bad_request(protocol, question.error());
        }
        MockScript::Line line = options.script.answer(*question, options.seed);
        const Result<std::optional<Fault>> asked = asked_for(request, line.fault);
        if (!asked) {
            co_return bad_request(protocol, asked.error().message);
        }
        const std::uint64_t hash = hash64(request.body);
        const Fault fault = faults.next(hash, *asked);
        co_await dally(fault);
        const double over = over_limit_seconds();
        if (over > 0) {
            co_return with_limits(protocol, refused(protocol, FailureKind::rate_limited, over, request.headers));
        }
        if (const auto refusal = refusal_of(fault.kind)) {
            co_return with_limits(protocol, refused(protocol, *refusal, fault.seconds, request.headers));
        }
        complete(*question, line.reply);
        spoil(line.reply, fault.kind);
        net::ServerResponse response =
            question->stream
                ? streamed(protocol, *question, line.reply, fault, hash)
                : net::ServerResponse{.body = spoiled_bytes(protocol.whole(*question, line.reply), fault, hash),
                                      .headers = {}};
        if (fault.kind == FaultKind::reset) {
            response.reset_after = fault.bytes.value_or(response.body.size() / 2);
        }
        co_return with_limits(protocol, std::move(response));
    }

    // The header first, then what the script wants.
    static Result<std::optional<Fault>> asked_for(const net::ServerRequest& request, const std::string& scripted) {
        const auto header = request.headers.find("x-mock-fault");
        const std::string_view text = header ? *header : std::string_view(scripted);
        if (text.empty()) {
            return std::optional<Fault>{};
        }
        const Result<Fault> fault = parse_fault(text);
        if (!fault) {
            return std::unexpected(fault.error());
        }
        return std::optional<Fault>{*fault};
    }

    void complete(const MockQuestion& question, MockReply& reply) {
        reply.created = clock.unix_ms() / 1000;
        std::int64_t input = 0;
        for (const Message& message : question.messages) {
            input += tokens_in(message.text) + 4;
        }
        reply.usage = {.input = input, .output = output_tokens(reply)};
        if (!question.messages.empty()) {
            const std::string& first = question.messages.front().text;
            reply.usage.cached_input = std::min(input, prompts.cached_tokens(first, tokens_in(first)));
        }
    }

    net::ServerResponse streamed(const MockProtocol& protocol, const MockQuestion& question, const MockReply& reply,
                                 const Fault& fault, std::uint64_t hash) {
        std::vector<std::string> events = protocol.events(question, reply);
        if (fault.kind == FaultKind::stream_error) {
            events.resize(std::min<std::size_t>(events.size(), 2));
            events.push_back(protocol.refusal_event({FailureKind::overloaded, "Overloaded"}));
        }
        std::string all;
        for (const std::string& event : events) {
            all += event;
        }
        const std::string bytes = spoiled_bytes(all, fault, hash);
        const bool as_written = bytes == all;
        net::ServerResponse out{.content_type = "text/event-stream", .headers = {}};
        out.headers.add("Cache-Control", "no-cache");
        if (bytes.empty() || (as_written && options.token_delay.count() == 0) || fault.kind == FaultKind::reset) {
            out.body = bytes;  // in one piece: nobody waits between them
            return out;
        }
        auto left = std::make_shared<std::vector<std::string>>(as_written ? std::move(events)
                                                                          : std::vector<std::string>{bytes});
        std::ranges::reverse(*left);
        out.more = [self = shared_from_this(), left]() { return next_piece(self, left); };
        return out;
    }

    static asio::awaitable<std::optional<std::string>> next_piece(std::shared_ptr<State> self,
                                                                  std::shared_ptr<std::vector<std::string>> left) {
        if (left->empty()) {
            co_return std::nullopt;
        }
        if (self->options.token_delay.count() > 0) {
            co_await self->wait(self->options.token_delay);
        }
        std::optional<std::string> piece = std::move(left->back());
        left->pop_back();
        co_return piece;
    }

    // How long until there is room for this request; 0 when there is, and it is taken.
    double over_limit_seconds() {
        if (options.requests_per_minute <= 0) {
            return 0;
        }
        const double now = static_cast<double>(clock.steady_us()) / 60e6;
        allowance =
            std::min(options.requests_per_minute / 60, allowance + (now - last_minute) * options.requests_per_minute);
        last_minute = now;
        if (allowance >= 1) {
            --allowance;
            return 0;
        }
        return (1 - allowance) * 60 / options.requests_per_minute;
    }

    net::ServerResponse with_limits(const MockProtocol& protocol, net::ServerResponse response) const {
        if (options.requests_per_minute > 0) {
            const auto limit = static_cast<std::int64_t>(options.requests_per_minute);
            protocol.add_limits(response.headers, limit, static_cast<std::int64_t>(std::floor(allowance)),
                                clock.unix_ms());
        } else {
            constexpr std::int64_t plenty = 10'000;
            protocol.add_limits(response.headers, plenty, plenty - 1, clock.unix_ms());
        }
        response.headers.add("x-request-id", "req_mock");
        return response;
    }

    const Clock& clock;
    MockOptions options;
    Wait wait;
    FaultPlan faults;
    PromptCache prompts;
    double allowance = 0;
    double last_minute = 0;
    std::uint64_t requests = 0;
    asio::any_io_executor executor;
    std::optional<net::HttpServer> server;
};

MockServer::MockServer(asio::any_io_executor executor, const Clock& clock, MockOptions options, Wait wait)
    : state_(std::make_shared<State>(std::move(executor), clock, std::move(options), std::move(wait))) {
    state_->allowance = std::max(1.0, state_->options.requests_per_minute / 60);
    state_->last_minute = static_cast<double>(clock.steady_us()) / 60e6;
}

MockServer::~MockServer() {
    stop();
}

Result<void> MockServer::start() {
    return state_->start();
}

void MockServer::stop() {
    if (state_->server) {
        state_->server->stop();
    }
}

std::uint16_t MockServer::port() const {
    return state_->server ? state_->server->port() : std::uint16_t{0};
}

std::string MockServer::url() const {
    return state_->server ? state_->server->url("") : std::string{};
}

std::uint64_t MockServer::requests() const {
    return state_->requests;
}

}  // namespace sosia::llm::mock
