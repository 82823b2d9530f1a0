#include "llm/http_model.h"

#include <fmt/format.h>

#include <utility>

#include "llm/answer_stream.h"
#include "llm/json_read.h"
#include "llm/prices.h"

namespace sosia::llm {
namespace {

namespace asio = boost::asio;
using Attempt = HttpCaller::Attempt;

class HttpModel final : public ChatModel {
  public:
    HttpModel(HttpModelSetup setup, std::unique_ptr<Wire> wire, HttpCaller caller, const PriceTable* prices)
        : setup_(std::move(setup)), wire_(std::move(wire)), caller_(std::move(caller)), prices_(prices) {}

    const Traits& traits() const override { return setup_.traits; }

    asio::awaitable<ChatResult> complete(ChatRequest given) override {
        const ChatRequest request = with_defaults(std::move(given));
        const auto tokens = static_cast<double>(estimated_input_tokens(request) + request.sampling.max_tokens);
        ChatAnswer answer;
        auto try_once = [this, &request, &answer] { return send(request, answer); };
        auto give_in = [this](const ErrorWords& words) { return wire_->give_in(words.param, words.message); };
        std::optional<Failure> failure = co_await caller_.call(tokens, std::move(try_once), std::move(give_in));
        if (failure) {
            co_return std::unexpected(std::move(*failure));
        }
        price(answer);
        co_return answer;
    }

  private:
    ChatRequest with_defaults(ChatRequest request) const {
        Sampling& sampling = request.sampling;
        sampling.temperature = sampling.temperature ? sampling.temperature : setup_.defaults.temperature;
        sampling.top_p = sampling.top_p ? sampling.top_p : setup_.defaults.top_p;
        sampling.seed = sampling.seed ? sampling.seed : setup_.defaults.seed;
        return request;
    }

    asio::awaitable<Attempt> send(const ChatRequest& request, ChatAnswer& into) {
        net::HttpRequest http = wire_->request(request);
        const std::int64_t began = caller_.clock().steady_us();
        if (request.stream) {
            Attempt streamed = co_await send_streamed(std::move(http), began, into);
            co_return streamed;
        }
        net::HttpResult answer = co_await caller_.send(std::move(http));
        std::optional<Attempt> refused = caller_.refused(answer);
        if (refused) {
            co_return std::move(*refused);
        }
        ChatResult result = read(answer->body);
        co_return taken(std::move(result), std::move(answer->headers), began, 0, into);
    }

    asio::awaitable<Attempt> send_streamed(net::HttpRequest http, std::int64_t began, ChatAnswer& into) {
        const auto stream =
            std::make_shared<AnswerStream>(*wire_, static_cast<std::size_t>(caller_.setup().max_answer_bytes));
        const auto first = std::make_shared<std::int64_t>(0);
        auto sink = [stream, first, &clock = caller_.clock()](std::string_view bytes) {
            stream->feed(bytes);  // read to its end in any case, so that the connection can be used again
            if (*first == 0 && stream->begun()) {
                *first = clock.steady_us();
            }
            return true;
        };
        net::HttpResult answer = co_await caller_.send(std::move(http), std::move(sink));
        const bool answered = answer.has_value();
        std::optional<Attempt> refused = caller_.refused(answer);
        // What breaks after the provider's own end of the stream breaks nothing.
        if (refused && (answered || !stream->complete())) {
            co_return std::move(*refused);
        }
        ChatResult result = stream->finish(answered);
        co_return taken(std::move(result), answered ? std::move(answer->headers) : net::Headers{}, began, *first, into);
    }

    ChatResult read(std::string& body) const {
        const auto parsed = parse_json(body);
        if (!parsed) {
            return std::unexpected(
                malformed(fmt::format("{}: {}", parsed.error(), excerpt(caller_.clean(std::move(body))))));
        }
        return wire_->read(*parsed);
    }

    Attempt taken(ChatResult result, net::Headers headers, std::int64_t began, std::int64_t first,
                  ChatAnswer& into) const {
        Attempt attempt{.headers = std::move(headers)};
        if (!result) {
            attempt.failure = std::move(result.error());
            return attempt;
        }
        into = std::move(*result);
        into.duration_us = caller_.clock().steady_us() - began;
        into.first_token_us = first == 0 ? into.duration_us : first - began;
        attempt.tokens = static_cast<double>(into.usage.input + into.usage.output);
        return attempt;
    }

    void price(ChatAnswer& answer) const {
        if (prices_ == nullptr) {
            return;
        }
        answer.cost_usd = prices_->cost(traits().name, answer.usage);
        if (!answer.cost_usd && !setup_.priced_as.empty()) {
            answer.cost_usd = prices_->cost(setup_.priced_as + answer.model, answer.usage);
        }
    }

    HttpModelSetup setup_;
    std::unique_ptr<Wire> wire_;
    HttpCaller caller_;
    const PriceTable* prices_;
};

}  // namespace

std::shared_ptr<ChatModel> make_http_model(HttpModelSetup setup, std::unique_ptr<Wire> wire, HttpCaller caller,
                                           const PriceTable* prices) {
    return std::make_shared<HttpModel>(std::move(setup), std::move(wire), std::move(caller), prices);
}

}  // namespace sosia::llm
