#include "llm/http_caller.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "llm/json_read.h"

namespace sosia::llm {

namespace asio = boost::asio;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

Failure cancelled() {
    return {.kind = FailureKind::cancelled, .message = "cancelled"};
}

}  // namespace

HttpCaller::HttpCaller(Setup setup, std::shared_ptr<Lane> lane, const ModelParts& parts)
    : setup_(std::move(setup)),
      lane_(std::move(lane)),
      http_(parts.http),
      clock_(parts.clock),
      wait_(parts.wait ? parts.wait : timer_wait()),
      policy_{.retries = setup_.retries, .base = milliseconds(500), .cap = milliseconds(20'000)},
      random_(parts.seed, "llm.retry") {}

asio::awaitable<std::optional<Failure>> HttpCaller::call(double tokens, TryOnce try_once, GiveIn give_in) {
    try {
        Random random = random_.derive(next_call_++);
        int tries = 0;
        while (true) {
            const Attempt attempt = co_await one_in_lane(tokens, try_once);
            if (!attempt.failure) {
                co_return std::nullopt;
            }
            const Failure& failure = *attempt.failure;
            if (failure.kind == FailureKind::bad_request && give_in && give_in(attempt.refusal)) {
                continue;  // every member is given up at most once, so this ends
            }
            if (!worth_another(failure, tries)) {
                co_return told(failure, tries);
            }
            const microseconds pause = net::backoff(policy_, tries, random, failure.retry_after);
            const bool waited = co_await wait_(pause);
            if (!waited) {
                co_return cancelled();
            }
            ++tries;
        }
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) {
            throw;
        }
    }
    co_return cancelled();
}

bool HttpCaller::worth_another(const Failure& failure, int tries) const {
    const bool costly = failure.kind == FailureKind::timeout || failure.kind == FailureKind::malformed;
    const int allowed = costly ? std::min(1, policy_.retries) : policy_.retries;
    const bool too_far = failure.retry_after && *failure.retry_after > policy_.longest_retry_after;
    return may_pass(failure.kind) && tries < allowed && !too_far;
}

Failure HttpCaller::told(Failure failure, int tries) const {
    failure.message = fmt::format("{}: {}", setup_.name, clean(std::move(failure.message)));
    if (tries > 0) {
        failure.message += fmt::format(" (tried {} times)", tries + 1);
    }
    return failure;
}

asio::awaitable<HttpCaller::Attempt> HttpCaller::one_in_lane(double tokens, const TryOnce& try_once) {
    const Lane::Place place = co_await lane_->enter(tokens);
    if (!place) {
        co_return Attempt{.failure = cancelled()};
    }
    Attempt attempt = co_await try_once();
    report(place, attempt, tokens);
    co_return attempt;
}

// Lets the lane know how it went: its speed is common to all who use it.
void HttpCaller::report(const Lane::Place& place, const Attempt& attempt, double tokens) {
    if (!attempt.failure) {
        lane_->succeeded(tokens, attempt.tokens > 0 ? attempt.tokens : tokens);
    } else {
        const Failure& failure = *attempt.failure;
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

asio::awaitable<net::HttpResult> HttpCaller::send(net::HttpRequest request, net::ChunkSink sink) {
    request.timeout = setup_.timeout;
    request.max_body = setup_.max_answer_bytes;
    net::HttpResult result = co_await http_.send(std::move(request), std::move(sink));
    co_return result;
}

std::optional<HttpCaller::Attempt> HttpCaller::refused(net::HttpResult& answer) const {
    if (!answer) {
        return Attempt{.failure = failure_of(answer.error(), setup_.timeout)};
    }
    if (answer->status >= 200 && answer->status <= 299) {
        return std::nullopt;
    }
    answer->body = clean(std::move(answer->body));
    const auto body = parse_json(answer->body);
    return Attempt{.failure = failure_of(*answer, clock_.unix_ms()),
                   .headers = answer->headers,
                   .refusal = body ? error_words(*body) : ErrorWords{}};
}

std::string HttpCaller::clean(std::string text) const {
    return without_secret(std::move(text), setup_.secret);
}

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

}  // namespace sosia::llm
