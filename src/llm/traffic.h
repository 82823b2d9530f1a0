// How fast and how many at once, per provider and model. A lane that has to wait holds nobody up in another lane.
//
// Requests and tokens a minute come from configuration; what the provider's headers say is obeyed besides. The number
// of calls at once has no bound until the provider refuses one (429, 529); then it falls to 0.7 of what was in flight,
// once per wave of refusals, and grows by one per round of successes.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "llm/make_model.h"
#include "net/http.h"

namespace sosia::llm {

// Units (requests, tokens) a minute, evenly: the arithmetic, free of timers. Times are microseconds of one steady
// clock.
class Pace {
  public:
    // per_minute 0: no limit. After a pause `burst_seconds` worth of units may go at once.
    explicit Pace(double per_minute, double burst_seconds = 1);
    // Takes the units and returns the time from which their owner may go (at or after `now_us`).
    std::int64_t reserve(std::int64_t now_us, double units);
    // Units that were taken and turned out not to be needed (or, below 0, to be too few).
    void give_back(double units);

  private:
    double interval_us_;
    double slack_us_;
    double next_us_ = 0;
    bool started_ = false;
};

// How many at once, the arithmetic of it.
class AdaptiveLimit {
  public:
    explicit AdaptiveLimit(int max_concurrency);  // 0: no bound
    double limit() const { return limit_; }
    bool admits(std::size_t in_flight) const { return static_cast<double>(in_flight) < limit_; }
    void succeeded();
    // A call that began at `started_us` was refused while `in_flight` were under way (itself included).
    void refused(std::int64_t started_us, std::int64_t now_us, std::size_t in_flight);

  private:
    double most_;
    double limit_;
    std::int64_t last_cut_us_ = INT64_MIN;
};

// For how long the headers of an answer ask us to wait before a request of `tokens`; zero when they do not.
std::chrono::microseconds wait_asked_for(const net::Headers& headers, double tokens, std::int64_t now_unix_ms);

struct LaneLimits {
    double requests_per_minute = 0;
    double tokens_per_minute = 0;
    int max_concurrency = 0;
};

class Lane {
    struct State;

  public:
    // Leave to send one request. Given back when it dies.
    class Place {
      public:
        Place() = default;
        Place(Place&& other) noexcept : state_(std::move(other.state_)), started_us_(other.started_us_) {}
        Place& operator=(Place&&) = delete;
        Place(const Place&) = delete;
        ~Place();
        explicit operator bool() const { return state_ != nullptr; }
        std::int64_t started_us() const { return started_us_; }

      private:
        friend class Lane;
        Place(std::shared_ptr<State> state, std::int64_t started_us)
            : state_(std::move(state)), started_us_(started_us) {}
        std::shared_ptr<State> state_;
        std::int64_t started_us_ = 0;
    };

    // The clock outlives the lane.
    Lane(const Clock& clock, LaneLimits limits, Wait wait);

    // First come, first served. Empty when the wait was cut short.
    boost::asio::awaitable<Place> enter(double tokens);
    // What became of the request that `place` was for.
    void succeeded(double tokens_reserved, double tokens_used);
    void refused(const Place& place);
    // Nothing goes before this much time has passed.
    void hold(std::chrono::microseconds time);

    std::size_t in_flight() const;
    std::size_t waiting() const;
    double limit() const;

  private:
    boost::asio::awaitable<bool> wait_until(std::int64_t at_us);
    std::shared_ptr<State> state_;
};

// Lanes by provider and model, shared by all models of a run. A lane's limits are those of the model that came first;
// a later one that asks for less lowers nothing.
class Traffic {
  public:
    explicit Traffic(const Clock& clock, Wait wait = {}) : clock_(clock), wait_(std::move(wait)) {}
    std::shared_ptr<Lane> lane(const std::string& name, const LaneLimits& limits);

  private:
    const Clock& clock_;
    Wait wait_;
    std::map<std::string, std::shared_ptr<Lane>> lanes_;
};

// Waits with the machine's timers.
Wait timer_wait();

}  // namespace sosia::llm
