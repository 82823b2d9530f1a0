#include "net/rate_limit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sosia::net {

RateSchedule::RateSchedule(double per_second, int burst)
    : interval_us_(per_second > 0 ? 1e6 / per_second : 0), slack_us_(interval_us_ * (std::max(burst, 1) - 1)) {}

std::int64_t RateSchedule::reserve(std::int64_t now_us) {
    const auto now = static_cast<double>(now_us);
    if (!std::exchange(started_, true)) {
        next_us_ = now - slack_us_;
    }
    const double at = std::max(next_us_, now - slack_us_);
    next_us_ = at + interval_us_;
    return std::max(now_us, static_cast<std::int64_t>(std::ceil(at)));
}

RateLimit::RateLimit(boost::asio::any_io_executor executor, const Clock& clock, double per_second, int burst)
    : interrupt_(std::move(executor)), clock_(clock), limited_(per_second > 0), schedule_(per_second, burst) {}

boost::asio::awaitable<bool> RateLimit::acquire() {
    const std::int64_t now = clock_.steady_us();
    const std::int64_t at = limited_ ? schedule_.reserve(now) : now;
    if (at <= now) {
        co_return !interrupt_.triggered();
    }
    const bool slept = co_await interrupt_.sleep(std::chrono::microseconds(at - now));
    co_return slept;
}

}  // namespace sosia::net
