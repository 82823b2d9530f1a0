// Durations, sizes and shares as people write them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace sosia::spec {

// "30s", "5m", "250ms", "1.5h", "1m30s", "2 minutes"; a plain number is seconds. Milliseconds; nullopt when it is none
// of these or negative.
std::optional<double> parse_duration_ms(std::string_view text);

// "64KB", "1 MB", "10MiB" (both 1024), "512B"; a plain number is bytes.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// "0.85" or "85%".
std::optional<double> parse_share(std::string_view text);

// "50", "50/s", "600/m": a second.
std::optional<double> parse_rate(std::string_view text);

}  // namespace sosia::spec
