#include "scoring/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

namespace sosia::scoring {
namespace {

constexpr std::size_t most_output = 64 * 1024;

// Closes its descriptor when it goes.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    void close() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
        fd_ = -1;
    }

  private:
    int fd_;
};

// A command that does not read its input closes the pipe: writing to it is then an error value, not a signal that ends
// the program. Blocked for this thread only, and a signal that came meanwhile is taken away again.
class NoPipeSignal {
  public:
    NoPipeSignal() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoPipeSignal() {
        if (sigismember(&before_, SIGPIPE) == 0) {
            const timespec at_once{};
            sigtimedwait(&pipe_, nullptr, &at_once);
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;

  private:
    sigset_t pipe_{};
    sigset_t before_{};
};

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Starts `sh -c command` in its own process group with the two pipe ends as stdin and stdout. Returns the pid or
// -errno.
int start(const std::string& command, const std::string& directory, int in, int out) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!directory.empty()) {
        posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    }
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // the program ignores it, its children should not
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    std::array<std::string, 3> words{"sh", "-c", command};
    std::array<char*, 4> argv{words[0].data(), words[1].data(), words[2].data(), nullptr};
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed != 0 ? -failed : pid;
}

// Feeds `input` and reads the output until the command closes it or time runs out. Returns false on time-out.
bool exchange(Descriptor& to, Descriptor& from, const std::string& input, std::string& output, std::int64_t deadline) {
    std::size_t sent = 0;
    while (true) {
        const std::int64_t left = deadline - now_ms();
        if (left <= 0) {
            return false;
        }
        std::array<pollfd, 2> waits{pollfd{from.get(), POLLIN, 0}, pollfd{to.get(), POLLOUT, 0}};
        if (poll(waits.data(), to.get() >= 0 ? 2 : 1, static_cast<int>(left)) < 0 && errno != EINTR) {
            return false;
        }
        if (to.get() >= 0 && (waits[1].revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
            const ssize_t n = write(to.get(), input.data() + sent, input.size() - sent);
            sent += n > 0 ? static_cast<std::size_t>(n) : 0;
            if (sent == input.size() || (n < 0 && errno != EAGAIN)) {
                to.close();  // all sent, or the command does not want to read it
            }
        }
        if ((waits[0].revents & (POLLIN | POLLHUP)) != 0) {
            std::array<char, 4096> buffer{};
            const ssize_t n = read(from.get(), buffer.data(), buffer.size());
            if (n <= 0) {
                return true;
            }
            output.append(buffer.data(),
                          std::min(static_cast<std::size_t>(n), most_output - std::min(most_output, output.size())));
        }
    }
}

}  // namespace

CommandResult run_command_with_input(const std::string& command, const std::string& directory, const std::string& input,
                                     std::int64_t timeout_ms) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0) {
        return {.error = std::strerror(errno)};
    }
    Descriptor child_in(in[0]);
    Descriptor to(in[1]);
    if (pipe2(out.data(), O_CLOEXEC) != 0) {
        return {.error = std::strerror(errno)};
    }
    Descriptor from(out[0]);
    Descriptor child_out(out[1]);
    fcntl(to.get(), F_SETFL, O_NONBLOCK);
    const int pid = start(command, directory, child_in.get(), child_out.get());
    if (pid < 0) {
        return {.error = std::strerror(-pid)};
    }
    child_in.close();
    child_out.close();
    const NoPipeSignal quiet;
    CommandResult result;
    if (!exchange(to, from, input, result.output, now_ms() + timeout_ms)) {
        kill(-pid, SIGKILL);
        result.error = fmt::format("took longer than {} ms", timeout_ms);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace sosia::scoring
