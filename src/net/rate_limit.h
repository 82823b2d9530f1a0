// At most N requests a second, first come, first served.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "base/clock.h"
#include "net/interrupt.h"

namespace sosia::net {

// The arithmetic, free of timers: who comes at which time may go when. Times are microseconds of one steady clock.
class RateSchedule {
  public:
    // `burst` requests may go at once after a pause.
    RateSchedule(double per_second, int burst);
    // Takes the next place and returns the time from which its owner may go (at or after `now_us`).
    std::int64_t reserve(std::int64_t now_us);

  private:
    double interval_us_;
    double slack_us_;
    double next_us_ = 0;
    bool started_ = false;
};

class RateLimit {
  public:
    // per_second 0: no limit. The clock outlives this object.
    RateLimit(boost::asio::any_io_executor executor, const Clock& clock, double per_second, int burst = 1);
    // True when the caller may send; false when the wait was ended by cancel() or cancelled. The place is then lost.
    boost::asio::awaitable<bool> acquire();
    // Ends all waits, now and later.
    void cancel() { interrupt_.trigger(); }

  private:
    Interrupt interrupt_;
    const Clock& clock_;
    bool limited_;
    RateSchedule schedule_;
};

}  // namespace sosia::net
