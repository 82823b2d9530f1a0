// Private to the server room.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace sosia::server {

boost::asio::awaitable<void> pause(std::chrono::milliseconds time);

}  // namespace sosia::server
