// Waiting that somebody else can end: for back-off, rate limits and readiness when the run is to stop now.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>

namespace sosia::net {

class Interrupt {
  public:
    explicit Interrupt(boost::asio::any_io_executor executor);
    // True when the whole time has passed, false when interrupted, before or meanwhile, or cancelled.
    boost::asio::awaitable<bool> sleep(std::chrono::microseconds time);
    // Ends all waits, now and later.
    void trigger();
    bool triggered() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sosia::net
