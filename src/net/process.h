// A shell command in a process group of its own that never outlives us: not when it is stopped, not when this object
// dies, and not when Sosia itself is killed.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"

namespace sosia::net {

struct ProcessOptions {
    std::string command;                     // for /bin/sh -c
    std::string directory;                   // working directory; "" ours
    std::vector<std::string> environment;    // "NAME=value", added to ours
    std::string log_file;                    // gets the output, from the first byte; "" none
    std::uint64_t log_bytes = 16 << 20;      // the file never grows beyond
    bool talks = false;                      // stdin and stdout are ours (send_line, read_line); only stderr is output
    std::chrono::milliseconds grace{2'000};  // between asking to end and killing
};

class Process {
  public:
    enum class ReadError { ended, too_long, cancelled };

    static Result<std::unique_ptr<Process>> start(const boost::asio::any_io_executor& executor,
                                                  const ProcessOptions& options);
    // Kills the group at once.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    bool running() const;
    // Ended by itself with exit code 0, as commands do that put a server into the background.
    bool ended_well() const;
    // "ended with exit code 3", "was killed by signal 9 (Killed)", "is running".
    std::string state() const;
    // Returns when it has ended and its output is read, or after the limit: a closed connection comes a moment before
    // the end.
    boost::asio::awaitable<void> wait_for_end(std::chrono::milliseconds limit);
    // The last lines of its output, at most a few hundred bytes.
    std::string last_output() const;
    // Kills the whole group at once, without waiting for it.
    void kill();
    // Ends the whole group: SIGTERM, then SIGKILL after the grace. Returns when it is gone. Not to be cancelled.
    boost::asio::awaitable<void> stop();

    // For a process that talks. A line comes without its end.
    boost::asio::awaitable<bool> send_line(std::string line);
    boost::asio::awaitable<std::expected<std::string, ReadError>> read_line(std::size_t max_bytes);

  private:
    struct State;
    explicit Process(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace sosia::net
