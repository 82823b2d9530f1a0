// One process that answers one JSON line with one JSON line, and is started again when it died or got out of step.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "agent/process.h"
#include "net/semaphore.h"

namespace sosia::agent::detail {

class LineWorker {
  public:
    LineWorker(boost::asio::any_io_executor executor, ProcessOptions options);

    Result<void> start();
    // One exchange; waits its turn first. `turn_timeout` counts from then on.
    boost::asio::awaitable<std::expected<std::string, Failure>> ask(std::string line,
                                                                    std::chrono::milliseconds turn_timeout,
                                                                    std::size_t max_bytes);
    // After an answer that was none: what else the process wrote can no longer be matched with a question.
    boost::asio::awaitable<void> discard();
    boost::asio::awaitable<void> stop();
    // Kills the process; every turn ends as cancelled from now on.
    void cancel();

    int conversations = 0;  // that use it now

  private:
    boost::asio::awaitable<std::expected<std::string, Process::ReadError>> exchange(std::string line,
                                                                                    std::size_t max_bytes);
    boost::asio::awaitable<Failure> failure_of(Process::ReadError error, std::size_t max_bytes);

    boost::asio::any_io_executor executor_;
    ProcessOptions options_;
    std::unique_ptr<Process> process_;
    net::Semaphore one_at_a_time_;
    bool cancelled_ = false;
    bool has_answered_ = false;  // since its start
};

}  // namespace sosia::agent::detail
