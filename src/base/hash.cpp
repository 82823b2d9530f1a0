#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"

namespace sosia {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string content_hash(std::string_view bytes) {
    const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
    return hex(h.high64) + hex(h.low64);
}

std::string hex(std::uint64_t value, int digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    std::string out(static_cast<std::size_t>(digits), '0');
    for (int i = 0; i < digits; ++i) {
        out[static_cast<std::size_t>(i)] = alphabet[(value >> (60 - 4 * i)) & 0xF];
    }
    return out;
}

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::usage:
            return "usage";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::timeout:
            return "timeout";
        case ErrorKind::malformed:
            return "malformed";
        case ErrorKind::limit:
            return "limit";
        case ErrorKind::cancelled:
            return "cancelled";
        case ErrorKind::conflict:
            return "conflict";
    }
    return "unknown";
}

}  // namespace sosia
