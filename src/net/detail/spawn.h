// Starting a guarded shell command with posix_spawn (fork is unsafe in a program with threads).
#pragma once
#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sosia::net::detail {

// A file descriptor that is closed with its owner.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd();
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

struct Spawned {
    pid_t pid = -1;  // leader of the process group of the same number
    Fd lifeline;     // while it is open the group may live
    Fd output;       // read end
    Fd input;        // write end of its stdin; only when it talks
    Fd answers;      // read end of its stdout; only when it talks
};

struct SpawnRequest {
    std::string command;
    std::string directory;
    std::vector<std::string> environment;
    bool talks = false;
    std::chrono::milliseconds grace{2'000};
};

Result<Spawned> spawn(const SpawnRequest& request);

}  // namespace sosia::net::detail
