#include "llm/http_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "llm/answer_stream.h"
#include "llm/json_read.h"
#include "llm/prices.h"
#include "llm/provider_error.h"
#include "net/retry.h"

namespace sosia::llm {
namespace {

namespace asio = boost::asio;
using std::chrono::microseconds;
using std::chrono::milliseconds;

Failure cancelled() {
    return {.kind = FailureKind::cancelled, .message = "cancelled"};
}

// One request and what came of it.
struct Attempt {
    ChatResult result;
    net::Headers headers;
    ErrorWords refusal;  // of a 4xx
};

class HttpModel final : public ChatModel {
  public:
    HttpModel(HttpModelSetup setup, std::unique_ptr<Wire> wire, std::shared_ptr<Lane> lane, const ModelParts& parts)
        : setup_(std::move(setup)),
          wire_(std::move(wire)),
          lane_(std::move(lane)),
          http_(parts.http),
          clock_(parts.clock),
          prices_(parts.prices),
          wait_(parts.wait ? parts.wait : timer_wait()),
          policy_{.retries = setup_.retries, .base = milliseconds(500), .cap = milliseconds(20'000)},
          random_(parts.seed, "llm.retry") {}

    const Traits& traits() const override { return setup_.traits; }

    asio::awaitable<ChatResult> complete(ChatRequest request) override {
        try {
            ChatResult result = co_await attempts(with_defaults(std::move(request)));
            co_return result;
        } catch (const boost::system::system_error& error) {
            if (error.code() != asio::error::operation_aborted) {
                throw;
            }
        }
        co_return std::unexpected(cancelled());
    }

  private:
    ChatRequest with_defaults(ChatRequest request) const {
        Sampling& sampling = request.sampling;
        sampling.temperature = sampling.temperature ? sampling.temperature : setup_.defaults.temperature;
        sampling.top_p = sampling.top_p ? sampling.top_p : setup_.defaults.top_p;
        sampling.seed = sampling.seed ? sampling.seed : setup_.defaults.seed;
        return request;
    }

    asio::awaitable<ChatResult> attempts(ChatRequest request) {
        const auto tokens = static_cast<double>(estimated_input_tokens(request) + request.sampling.max_tokens);
        Random random = random_.derive(next_call_++);
        for (int tries = 0;; ++tries) {
            Attempt attempt = co_await one_in_lane(request, tokens);
            if (attempt.result) {
                price(*attempt.result);
                co_return std::move(attempt.result);
            }
            Failure failure = std::move(attempt.result.error());
            const bool asks_less = failure.kind == FailureKind::bad_request &&
                                   wire_->give_in(attempt.refusal.param, attempt.refusal.message);
            if (asks_less) {
                --tries;  // every member is given up at most once, so this ends
                continue;
            }
            if (!worth_another(failure, tries)) {
                co_return std::unexpected(told(std::move(failure), tries));
            }
            const microseconds pause = net::backoff(policy_, tries, random, failure.retry_after);
            const bool waited = co_await wait_(pause);
            if (!waited) {
                co_return std::unexpected(cancelled());
            }
        }
    }

    bool worth_another(const Failure& failure, int tries) const {
        const bool costly = failure.kind == FailureKind::timeout || failure.kind == FailureKind::malformed;
        const int allowed = costly ? std::min(1, policy_.retries) : policy_.retries;
        const bool too_far = failure.retry_after && *failure.retry_after > policy_.longest_retry_after;
        return may_pass(failure.kind) && tries < allowed && !too_far;
    }

    Failure told(Failure failure, int tries) const {
        failure.message = without_secret(std::move(failure.message), setup_.secret);
        failure.message = fmt::format("{}: {}", traits().name, failure.message);
        if (tries > 0) {
            failure.message += fmt::format(" (tried {} times)", tries + 1);
        }
        return failure;
    }

    asio::awaitable<Attempt> one_in_lane(const ChatRequest& request, double tokens) {
        Lane::Place place = co_await lane_->enter(tokens);
        if (!place) {
            co_return Attempt{.result = std::unexpected(cancelled())};
        }
        Attempt attempt = co_await send(request);
        report(place, attempt, tokens);
        co_return attempt;
    }

    // Lets the lane know how it went: its speed is common to all who use it.
    void report(const Lane::Place& place, const Attempt& attempt, double tokens) {
        if (attempt.result) {
            const Usage& usage = attempt.result->usage;
            const auto used = static_cast<double>(usage.input + usage.output);
            lane_->succeeded(tokens, used > 0 ? used : tokens);
        } else {
            const Failure& failure = attempt.result.error();
            if (failure.kind == FailureKind::rate_limited || failure.kind == FailureKind::overloaded) {
                lane_->refused(place);
            }
            if (failure.retry_after && may_pass(failure.kind)) {
                lane_->hold(std::min(*failure.retry_after, policy_.longest_retry_after));
            }
        }
        const microseconds asked = wait_asked_for(attempt.headers, tokens, clock_.unix_ms());
        if (asked.count() > 0) {
            lane_->hold(asked);
        }
    }

    asio::awaitable<Attempt> send(const ChatRequest& request) {
        net::HttpRequest http = wire_->request(request);
        http.timeout = setup_.timeout;
        http.max_body = setup_.max_answer_bytes;
        const std::int64_t began = clock_.steady_us();
        if (request.stream) {
            Attempt streamed = co_await send_streamed(std::move(http), began);
            co_return streamed;
        }
        net::HttpResult answer = co_await http_.send(std::move(http));
        Attempt attempt = judge(std::move(answer));
        take_time(attempt, began, clock_.steady_us());
        co_return attempt;
    }

    asio::awaitable<Attempt> send_streamed(net::HttpRequest http, std::int64_t began) {
        const auto stream = std::make_shared<AnswerStream>(*wire_, static_cast<std::size_t>(setup_.max_answer_bytes));
        const auto first = std::make_shared<std::int64_t>(0);
        auto sink = [stream, first, &clock = clock_](std::string_view bytes) {
            const bool more = stream->feed(bytes);
            if (*first == 0 && stream->begun()) {
                *first = clock.steady_us();
            }
            static_cast<void>(more);  // the rest is read to its end, so that the connection can be used again
            return true;
        };
        net::HttpResult answer = co_await http_.send(std::move(http), std::move(sink));
        const bool ok = answer && answer->status >= 200 && answer->status < 300;
        if (!ok && (answer || !stream->complete())) {
            Attempt failed = judge(std::move(answer));
            co_return failed;
        }
        Attempt attempt{.result = stream->finish(answer.has_value())};
        if (answer) {
            attempt.headers = std::move(answer->headers);
        }
        take_time(attempt, began, *first);
        co_return attempt;
    }

    void take_time(Attempt& attempt, std::int64_t began, std::int64_t first) const {
        if (attempt.result) {
            attempt.result->duration_us = clock_.steady_us() - began;
            attempt.result->first_token_us = first == 0 ? attempt.result->duration_us : first - began;
        }
    }

    Attempt judge(net::HttpResult answer) const {
        if (!answer) {
            return {.result = std::unexpected(failure_of(answer.error(), setup_.timeout))};
        }
        Attempt attempt{.result = std::unexpected(cancelled()), .headers = std::move(answer->headers)};
        answer->headers = attempt.headers;
        if (answer->status < 200 || answer->status > 299) {
            answer->body = without_secret(std::move(answer->body), setup_.secret);
            attempt.result = std::unexpected(failure_of(*answer, clock_.unix_ms()));
            const auto body = parse_json(answer->body);
            attempt.refusal = body ? error_words(*body) : ErrorWords{};
            return attempt;
        }
        const auto body = parse_json(answer->body);
        if (!body) {
            attempt.result = std::unexpected(malformed(
                fmt::format("{}: {}", body.error(), excerpt(without_secret(std::move(answer->body), setup_.secret)))));
        } else {
            attempt.result = wire_->read(*body);
        }
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
    std::shared_ptr<Lane> lane_;
    net::HttpClient& http_;
    const Clock& clock_;
    const PriceTable* prices_;
    Wait wait_;
    net::RetryPolicy policy_;
    Random random_;
    std::uint64_t next_call_ = 0;
};

}  // namespace

std::string without_secret(std::string text, std::string_view secret) {
    constexpr std::size_t telling = 10;  // a beginning of so many characters is taken for the secret
    constexpr std::string_view mark = "[key]";
    if (secret.size() < telling / 2) {
        return text;
    }
    const std::string_view beginning = secret.substr(0, telling);
    std::size_t at = 0;
    while ((at = text.find(beginning, at)) != std::string::npos) {
        const auto [in_text, in_secret] = std::ranges::mismatch(std::string_view(text).substr(at), secret);
        text.replace(at, static_cast<std::size_t>(in_secret - secret.begin()), mark);
        at += mark.size();
    }
    return text;
}

std::shared_ptr<ChatModel> make_http_model(HttpModelSetup setup, std::unique_ptr<Wire> wire, std::shared_ptr<Lane> lane,
                                           const ModelParts& parts) {
    return std::make_shared<HttpModel>(std::move(setup), std::move(wire), std::move(lane), parts);
}

}  // namespace sosia::llm
