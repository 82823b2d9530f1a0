// One question over HTTP: its lane, its attempts, and what is said when all of them failed. What is sent and how the
// answer is read is the caller's.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/random.h"
#include "llm/make_model.h"
#include "llm/provider_error.h"
#include "llm/traffic.h"
#include "net/retry.h"

namespace sosia::llm {

class HttpCaller {
  public:
    struct Setup {
        std::string name;    // of the model, for messages
        std::string secret;  // the key: cut out of everything that is said
        std::chrono::milliseconds timeout{60'000};
        int retries = 4;
        std::uint64_t max_answer_bytes = 8U << 20U;
    };
    HttpCaller(Setup setup, std::shared_ptr<Lane> lane, const ModelParts& parts);

    // What came of one attempt.
    struct Attempt {
        std::optional<Failure> failure;  // nothing: it worked
        net::Headers headers;
        ErrorWords refusal;  // of a 4xx
        double tokens = 0;   // used; 0: nobody said
    };
    using TryOnce = std::function<boost::asio::awaitable<Attempt>()>;
    // Asked about a refused request: true when the next one will ask for less.
    using GiveIn = std::function<bool(const ErrorWords&)>;

    // Tries until it works or there is no sense in going on. Nothing when it worked.
    boost::asio::awaitable<std::optional<Failure>> call(double tokens, TryOnce try_once, GiveIn give_in);

    // Sets time and size limits and sends.
    boost::asio::awaitable<net::HttpResult> send(net::HttpRequest request, net::ChunkSink sink = {});
    // No 2xx answer: what that means. Nothing when it is one.
    std::optional<Attempt> refused(net::HttpResult& answer) const;
    std::string clean(std::string text) const;
    const Clock& clock() const { return clock_; }
    const Setup& setup() const { return setup_; }

  private:
    bool worth_another(const Failure& failure, int tries) const;
    Failure told(Failure failure, int tries) const;
    boost::asio::awaitable<Attempt> one_in_lane(double tokens, const TryOnce& try_once);
    void report(const Lane::Place& place, const Attempt& attempt, double tokens);

    Setup setup_;
    std::shared_ptr<Lane> lane_;
    net::HttpClient& http_;
    const Clock& clock_;
    Wait wait_;
    net::RetryPolicy policy_;
    Random random_;
    std::uint64_t next_call_ = 0;
};

// `text` without the secret, also where only its beginning is left.
std::string without_secret(std::string text, std::string_view secret);

}  // namespace sosia::llm
