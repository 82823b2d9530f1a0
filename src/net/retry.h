// How long to wait before trying again.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/random.h"

namespace sosia::net {

struct RetryPolicy {
    int retries = 2;
    std::chrono::milliseconds base{250};                    // doubles with every retry ...
    std::chrono::milliseconds cap{8'000};                   // ... up to this
    std::chrono::milliseconds longest_retry_after{60'000};  // a server that asks for more is not obeyed beyond this
};

// Wait before retry number `retry` (0-based): uniform over [0, min(cap, base * 2^retry)], so that clients that failed
// together do not come back together. A server's Retry-After is waited out first, then up to `base` more.
std::chrono::milliseconds backoff(const RetryPolicy& policy, int retry, Random& random,
                                  std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

// The value of a Retry-After header: seconds ("120") or a date ("Wed, 21 Oct 2026 07:28:00 GMT"); never negative.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, std::int64_t now_unix_ms);

}  // namespace sosia::net
