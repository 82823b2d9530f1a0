// Time comes in from outside, so that tests can own it. The only place that reads the machine's clocks.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace sosia {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual std::int64_t unix_ms() const = 0;    // milliseconds since 1970-01-01 UTC
    virtual std::int64_t steady_us() const = 0;  // monotonic microseconds from an arbitrary start
};

class SystemClock final : public Clock {
  public:
    std::int64_t unix_ms() const override;
    std::int64_t steady_us() const override;
};

// Stands still until told otherwise.
class ManualClock final : public Clock {
  public:
    std::int64_t unix_ms() const override { return now_us_ / 1000; }
    std::int64_t steady_us() const override { return now_us_; }
    void advance(std::chrono::microseconds by) { now_us_ += by.count(); }

  private:
    std::int64_t now_us_ = 1'700'000'000'000'000;
};

// "2026-03-14T09:26:53Z"
std::string iso8601(std::int64_t unix_ms);

}  // namespace sosia
