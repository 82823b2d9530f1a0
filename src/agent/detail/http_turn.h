// One turn over HTTP: rate limit, turn time-out, retries with back-off, and what each status means.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "agent/agent.h"
#include "agent/detail/excerpt.h"
#include "agent/make_agent.h"
#include "base/random.h"
#include "net/http_client.h"
#include "net/interrupt.h"
#include "net/rate_limit.h"
#include "net/retry.h"

namespace sosia::agent::detail {

class HttpTurns {
  public:
    // `description` names the request in messages: "POST http://127.0.0.1:8080/chat".
    HttpTurns(const Setup& setup, std::string description, Redactor redactor);

    struct Answer {
        net::HttpResponse response;  // 2xx
        int retries = 0;
    };
    // Makes the sink of one attempt; empty when the body is to be collected. Called once per attempt.
    using MakeSink = std::function<net::ChunkSink()>;

    // Makes the request of one attempt: always the same one.
    using MakeRequest = std::function<net::HttpRequest()>;

    // When the turn must be over, for turns of several requests: set by the first, obeyed by the others. Waiting for
    // the rate limit does not count.
    struct Deadline {
        std::int64_t at_us = 0;  // of the steady clock; 0: not yet known
    };

    // Sends the request until there is a 2xx answer or no sense in trying again. Sets timeout and size limit itself.
    boost::asio::awaitable<std::expected<Answer, Failure>> send(MakeRequest make_request, Random random,
                                                                MakeSink make_sink = {}, Deadline* deadline = nullptr);

    // What a turn does between its requests, in the time that is left of it. A failure is `timeout` or `cancelled`; the
    // work has ended then.
    boost::asio::awaitable<std::expected<bool, Failure>> in_turn(boost::asio::awaitable<bool> work, Deadline deadline);

    // Ends the turns in flight, also those that wait to be sent again, and every later one.
    void cancel();
    // A 2xx answer that is no reply: `why` ends the sentence.
    Failure invalid(const std::string& why, int retries) const;
    // What the agent did wrong, in a sentence that begins with its description.
    Failure at_fault(const std::string& what, int retries) const;
    Random random_for(std::string_view conversation) const;

  private:
    struct Attempt {
        std::expected<net::HttpResponse, Failure> result;
        std::optional<std::chrono::milliseconds> retry_after;
    };

    Attempt judge(net::HttpResult result) const;
    Attempt judge_status(net::HttpResponse response) const;
    Failure failure_of(const net::HttpError& error) const;
    Failure cancelled() const;
    Failure out_of_time() const;
    Failure fail(FailureKind kind, std::string_view message, bool may_retry) const;

    net::Interrupt interrupt_;
    net::HttpClient& http_;
    const Clock& clock_;
    net::RateLimit rate_;
    net::RetryPolicy policy_;
    std::chrono::milliseconds turn_timeout_;
    std::uint64_t reply_bytes_;
    std::uint64_t seed_;
    std::string description_;
    Redactor redactor_;
};

}  // namespace sosia::agent::detail
