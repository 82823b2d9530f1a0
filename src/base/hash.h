// Content hashes: equal bytes give equal hashes on every machine. Not for secrets (XXH3 is no cryptographic hash).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace sosia {

// 64-bit XXH3 of `bytes`.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

// 128-bit XXH3 as 32 lower-case hex digits: the content hash of files and definitions.
std::string content_hash(std::string_view bytes);

// `value` as exactly `digits` lower-case hex digits (the high ones are kept; digits <= 16).
std::string hex(std::uint64_t value, int digits = 16);

}  // namespace sosia
