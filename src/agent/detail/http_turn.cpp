#include "agent/detail/http_turn.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/detail/in_time.h"
#include "base/hash.h"
#include "base/text.h"

namespace sosia::agent::detail {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

bool is_transient(net::HttpErrorKind kind) {
    return kind == net::HttpErrorKind::refused || kind == net::HttpErrorKind::reset ||
           kind == net::HttpErrorKind::resolve;
}

bool is_transient(int status) {
    const bool server_busy = status >= 500 && status != 501 && status != 505;
    return status == 408 || status == 425 || status == 429 || server_busy;
}

// What a person should look at, in parentheses.
std::string status_note(const net::HttpResponse& response) {
    switch (response.status) {
        case 401:
        case 403:
            return " (are the agent's key and headers right?)";
        case 404:
            return " (is the path of the URL right?)";
        case 405:
            return " (is agent.method right?)";
        default:
            break;
    }
    const auto location = response.headers.find("location");
    if (response.status < 300 || response.status > 399 || !location) {
        return {};
    }
    return fmt::format(" (a redirect to {}, which is not followed)", public_url(to_valid_utf8(*location)));
}

}  // namespace

HttpTurns::HttpTurns(const Setup& setup, std::string description, Redactor redactor)
    : interrupt_(setup.executor),
      http_(*setup.http),
      clock_(*setup.clock),
      rate_(setup.executor, *setup.clock, setup.limits->rate),
      policy_{.retries = setup.limits->retries},
      turn_timeout_(setup.limits->turn_timeout_ms),
      reply_bytes_(setup.limits->reply_bytes),
      seed_(setup.seed),
      description_(std::move(description)),
      redactor_(std::move(redactor)) {}

Random HttpTurns::random_for(std::string_view conversation) const {
    return Random(seed_, "agent.retry").derive(hash64(conversation));
}

asio::awaitable<std::expected<HttpTurns::Answer, Failure>> HttpTurns::send(MakeRequest make_request, Random random,
                                                                           MakeSink make_sink, Deadline* deadline) {
    const std::int64_t came_us = clock_.steady_us();
    if (const bool may_send = co_await rate_.acquire(); !may_send) {
        co_return std::unexpected(cancelled());
    }
    const std::int64_t now_us = clock_.steady_us();
    const std::int64_t known_us = deadline == nullptr ? 0 : deadline->at_us;
    const std::int64_t deadline_us =
        known_us == 0 ? now_us + turn_timeout_.count() * 1000 : known_us + now_us - came_us;
    if (deadline != nullptr) {
        deadline->at_us = deadline_us;
    }
    if (deadline_us <= now_us) {
        co_return std::unexpected(out_of_time());
    }
    for (int retries = 0;; ++retries) {
        net::HttpRequest request = make_request();
        request.max_body = reply_bytes_;
        request.timeout = milliseconds(std::max<std::int64_t>(1, (deadline_us - clock_.steady_us()) / 1000));
        const bool last = retries >= policy_.retries;
        net::ChunkSink sink = make_sink ? make_sink() : net::ChunkSink{};
        net::HttpResult result = co_await http_.send(std::move(request), std::move(sink));
        Attempt attempt = judge(std::move(result));
        if (attempt.result) {
            co_return Answer{std::move(*attempt.result), retries};
        }
        Failure failure = std::move(attempt.result.error());
        failure.retries = retries;
        if (last || !failure.may_retry || failure.kind == FailureKind::timeout) {
            co_return std::unexpected(std::move(failure));
        }
        const milliseconds wait = net::backoff(policy_, retries, random, attempt.retry_after);
        if (clock_.steady_us() + wait.count() * 1000 >= deadline_us) {
            failure.message += " The turn's time does not allow for another try.";
            co_return std::unexpected(std::move(failure));
        }
        const bool waited = co_await interrupt_.sleep(wait);
        const bool may_send = waited && co_await rate_.acquire();
        if (!may_send) {
            co_return std::unexpected(cancelled());
        }
    }
}

asio::awaitable<std::expected<bool, Failure>> HttpTurns::in_turn(asio::awaitable<bool> work, Deadline deadline) {
    const auto left = milliseconds(std::max<std::int64_t>(1, (deadline.at_us - clock_.steady_us()) / 1000));
    const std::expected<bool, FailureKind> done = co_await in_time(std::move(work), interrupt_, left);
    if (done) {
        co_return *done;
    }
    co_return std::unexpected(done.error() == FailureKind::cancelled ? cancelled() : out_of_time());
}

Failure HttpTurns::out_of_time() const {
    return fail(FailureKind::timeout, fmt::format("gave no complete answer within {} ms.", turn_timeout_.count()),
                true);
}

HttpTurns::Attempt HttpTurns::judge(net::HttpResult result) const {
    if (!result) {
        return {std::unexpected(failure_of(result.error())), std::nullopt};
    }
    return judge_status(std::move(*result));
}

HttpTurns::Attempt HttpTurns::judge_status(net::HttpResponse response) const {
    if (response.status >= 200 && response.status < 300) {
        return {std::move(response), std::nullopt};
    }
    std::optional<milliseconds> retry_after;
    if (const auto value = response.headers.find("retry-after")) {
        retry_after = net::parse_retry_after(*value, clock_.unix_ms());
    }
    std::string message =
        fmt::format("answered with status {}{}: {}", response.status, status_note(response), excerpt(response.body));
    const FailureKind kind = FailureKind::unreachable;
    return {std::unexpected(fail(kind, message, is_transient(response.status))), retry_after};
}

Failure HttpTurns::failure_of(const net::HttpError& error) const {
    switch (error.kind) {
        case net::HttpErrorKind::timeout:
            return out_of_time();
        case net::HttpErrorKind::cancelled:
            return cancelled();
        case net::HttpErrorKind::refused:
            return fail(FailureKind::unreachable,
                        fmt::format("found nobody there (refused): {} Is the agent running? With agent.start Sosia "
                                    "starts it.",
                                    error.message),
                        is_transient(error.kind));
        case net::HttpErrorKind::malformed:
            return fail(FailureKind::unreachable,
                        fmt::format("sent something that is no HTTP (malformed): {}", error.message), false);
        default:
            return fail(FailureKind::unreachable, fmt::format("failed ({}): {}", to_string(error.kind), error.message),
                        is_transient(error.kind));
    }
}

void HttpTurns::cancel() {
    interrupt_.trigger();
    rate_.cancel();
    http_.cancel_all();
}

Failure HttpTurns::cancelled() const {
    return fail(FailureKind::cancelled, "was cancelled.", false);
}

Failure HttpTurns::fail(FailureKind kind, std::string_view message, bool may_retry) const {
    return Failure{
        .kind = kind, .message = redactor_.clean(fmt::format("{} {}", description_, message)), .may_retry = may_retry};
}

Failure HttpTurns::invalid(const std::string& why, int retries) const {
    return at_fault(fmt::format("gave an answer that is no reply: {}", why), retries);
}

Failure HttpTurns::at_fault(const std::string& what, int retries) const {
    Failure failure = fail(FailureKind::invalid_reply, what, false);
    failure.retries = retries;
    return failure;
}

}  // namespace sosia::agent::detail
