// Whose port is it? Linux tells in /proc, about our own processes to anybody and about others' to root.
#pragma once
#include <cstdint>
#include <string>

namespace sosia::net {

// "python3 agent.py (process 4711)" for the process that listens on the TCP port; "" when nobody does or the system
// does not tell.
std::string port_holder(std::uint16_t port);

}  // namespace sosia::net
