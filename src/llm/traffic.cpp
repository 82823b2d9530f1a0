#include "llm/traffic.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace sosia::llm {

namespace asio = boost::asio;
using std::chrono::microseconds;

Pace::Pace(double per_minute, double burst_seconds)
    : interval_us_(per_minute > 0 ? 60e6 / per_minute : 0), slack_us_(burst_seconds * 1e6) {}

std::int64_t Pace::reserve(std::int64_t now_us, double units) {
    if (interval_us_ <= 0) {
        return now_us;
    }
    const auto now = static_cast<double>(now_us);
    if (!std::exchange(started_, true)) {
        next_us_ = now - slack_us_;
    }
    const double at = std::max(next_us_, now - slack_us_);
    next_us_ = at + units * interval_us_;
    return std::max(now_us, static_cast<std::int64_t>(std::ceil(at)));
}

void Pace::give_back(double units) {
    next_us_ -= units * interval_us_;
}

AdaptiveLimit::AdaptiveLimit(int max_concurrency)
    : most_(max_concurrency > 0 ? max_concurrency : std::numeric_limits<double>::infinity()), limit_(most_) {}

void AdaptiveLimit::succeeded() {
    limit_ = std::min(most_, limit_ + 1 / limit_);
}

void AdaptiveLimit::refused(std::int64_t started_us, std::int64_t now_us, std::size_t in_flight) {
    constexpr double kept = 0.7;
    if (started_us <= last_cut_us_) {
        return;  // it was sent before the last cut could help
    }
    last_cut_us_ = now_us;
    limit_ = std::max(1.0, std::floor(kept * std::min(limit_, static_cast<double>(in_flight))));
}

struct Lane::State : std::enable_shared_from_this<State> {
    using Handler = std::move_only_function<void(bool)>;
    struct Waiter {
        asio::any_io_executor executor;
        Handler handler;
    };

    State(const Clock& c, const LaneLimits& limits, Wait w)
        : clock(c),
          wait(w ? std::move(w) : timer_wait()),
          requests(limits.requests_per_minute),
          tokens(limits.tokens_per_minute, token_burst_seconds),
          concurrency(limits.max_concurrency) {}

    static constexpr double token_burst_seconds = 6;

    bool admits() const { return waiters.empty() && concurrency.admits(in_flight); }

    void queue(Waiter waiter, asio::cancellation_slot slot) {
        const std::uint64_t ticket = next_ticket++;
        waiters.emplace(ticket, std::move(waiter));
        if (slot.is_connected()) {
            slot.assign([weak = weak_from_this(), ticket](asio::cancellation_type) {
                if (const auto self = weak.lock()) {
                    self->leave_queue(ticket);
                }
            });
        }
    }

    void leave_queue(std::uint64_t ticket) {
        const auto at = waiters.find(ticket);
        if (at != waiters.end()) {
            Waiter waiter = std::move(at->second);
            waiters.erase(at);
            finish(std::move(waiter), false);
        }
    }

    void admit_waiting() {
        while (!waiters.empty() && concurrency.admits(in_flight)) {
            Waiter waiter = std::move(waiters.begin()->second);
            waiters.erase(waiters.begin());
            ++in_flight;
            finish(std::move(waiter), true);
        }
    }

    static void finish(Waiter waiter, bool admitted) {
        asio::post(waiter.executor, [handler = std::move(waiter.handler), admitted]() mutable { handler(admitted); });
    }

    const Clock& clock;
    Wait wait;
    Pace requests;
    Pace tokens;
    AdaptiveLimit concurrency;
    std::int64_t held_until_us = INT64_MIN;
    std::size_t in_flight = 0;
    std::uint64_t next_ticket = 0;
    std::map<std::uint64_t, Waiter> waiters;  // by order of arrival
};

Lane::Place::~Place() {
    if (state_) {
        --state_->in_flight;
        state_->admit_waiting();
    }
}

Lane::Lane(const Clock& clock, LaneLimits limits, Wait wait)
    : state_(std::make_shared<State>(clock, limits, std::move(wait))) {}

asio::awaitable<Lane::Place> Lane::enter(double tokens) {
    const std::shared_ptr<State> state = state_;
    bool admitted = state->admits();
    if (admitted) {
        ++state->in_flight;
    } else {
        const asio::any_io_executor executor = co_await asio::this_coro::executor;
        auto initiate = [&](auto handler) {
            const auto slot = asio::get_associated_cancellation_slot(handler);
            state->queue({executor, State::Handler(std::move(handler))}, slot);
        };
        admitted =
            co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(initiate, asio::use_awaitable);
    }
    if (!admitted) {
        co_return Place{};
    }
    Place place(state, state->clock.steady_us());  // from here on it is given back, whatever happens
    const std::int64_t now = state->clock.steady_us();
    const std::int64_t at = std::max(state->requests.reserve(now, 1), state->tokens.reserve(now, tokens));
    const bool waited = co_await wait_until(at);
    if (!waited) {
        co_return Place{};
    }
    place.started_us_ = state->clock.steady_us();
    co_return place;
}

// A hold may come, and be lengthened, while we wait.
asio::awaitable<bool> Lane::wait_until(std::int64_t at_us) {
    const std::shared_ptr<State> state = state_;
    while (true) {
        const std::int64_t until = std::max(at_us, state->held_until_us);
        const std::int64_t now = state->clock.steady_us();
        if (until <= now) {
            co_return true;
        }
        const bool waited = co_await state->wait(microseconds(until - now));
        if (!waited) {
            co_return false;
        }
    }
}

void Lane::succeeded(double tokens_reserved, double tokens_used) {
    state_->tokens.give_back(tokens_reserved - tokens_used);
    state_->concurrency.succeeded();
    state_->admit_waiting();
}

void Lane::refused(const Place& place) {
    state_->concurrency.refused(place.started_us(), state_->clock.steady_us(), state_->in_flight);
}

void Lane::hold(microseconds time) {
    state_->held_until_us = std::max(state_->held_until_us, state_->clock.steady_us() + time.count());
}

std::size_t Lane::in_flight() const {
    return state_->in_flight;
}
std::size_t Lane::waiting() const {
    return state_->waiters.size();
}
double Lane::limit() const {
    return state_->concurrency.limit();
}

std::shared_ptr<Lane> Traffic::lane(const std::string& name, const LaneLimits& limits) {
    std::shared_ptr<Lane>& lane = lanes_[name];
    if (!lane) {
        lane = std::make_shared<Lane>(clock_, limits, wait_);
    }
    return lane;
}

Wait timer_wait() {
    return [](microseconds time) -> asio::awaitable<bool> {
        asio::steady_timer timer(co_await asio::this_coro::executor, time);
        const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return !error;
    };
}

}  // namespace sosia::llm
