// Thousands of conversations need thousands of sockets; shells allow 1,024 open files unless asked for more.
#pragma once
#include <cstdint>

namespace sosia::net {

// Raises the process's limit of open files as far as the system lets it, and returns the limit.
std::uint64_t raise_open_file_limit();

}  // namespace sosia::net
