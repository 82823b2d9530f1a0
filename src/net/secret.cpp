#include "net/secret.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "base/hash.h"

namespace sosia::net {

std::string random_key() {
    std::array<std::uint64_t, 2> bits{};
    // Up to 256 bytes come whole; before the system has gathered entropy it waits.
    if (::getrandom(bits.data(), sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return hex(bits[0]) + hex(bits[1]);
}

}  // namespace sosia::net
