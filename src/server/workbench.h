// Where reading that takes long is done, so that the server's thread keeps answering meanwhile. Private to the server
// room.
#pragma once
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

namespace sosia::server {

class Workbench {
  public:
    Workbench();
    // Asks jobs to stop and waits for them.
    ~Workbench();
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;

    // Runs `job` on another thread; resumes on the caller's when it is done. The job must not throw.
    boost::asio::awaitable<void> run(std::function<void()> job);
    // Set when the server is to end: long jobs look at it now and then.
    const std::atomic<bool>& stopping() const { return stopping_; }

  private:
    struct Threads;
    std::atomic<bool> stopping_ = false;
    std::unique_ptr<Threads> threads_;
};

}  // namespace sosia::server
