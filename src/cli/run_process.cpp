#include "cli/run_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

extern char** environ;  // NOLINT: POSIX names it so

namespace sosia::cli {
namespace json = boost::json;
namespace {

constexpr const char* own_binary = "/proc/self/exe";

// Field 22 of /proc/PID/stat: clock ticks from boot to its start. 0: there is no such process. The second field is the
// program's name in parentheses, which may hold anything.
std::uint64_t started_at(std::int64_t pid) {
    constexpr int fields_between = 19;
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) {
        return 0;
    }
    std::istringstream rest(line.substr(name_end + 1));
    std::string skipped;
    for (int i = 0; i < fields_between; ++i) {
        rest >> skipped;
    }
    std::uint64_t ticks = 0;
    rest >> ticks;
    return ticks;
}

std::int64_t number(const json::object& o, const char* key) {
    const json::value* value = o.if_contains(key);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

// Actions of a spawn, freed in any case.
class Actions {
  public:
    Actions() { posix_spawn_file_actions_init(&actions_); }
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    posix_spawn_file_actions_t* get() { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

// A session of its own, and no signal blocked or ignored that the program expects.
class Attributes {
  public:
    Attributes() {
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    posix_spawnattr_t* get() { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

}  // namespace

json::object this_process() {
    const std::int64_t pid = ::getpid();
    return {{"pid", pid}, {"since", started_at(pid)}};
}

Result<void> interrupt_process(const json::object& process) {
    const std::int64_t pid = number(process, "pid");
    const int handle = pid > 1 ? static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0U)) : -1;
    // From here on the handle means one process, so that nothing can change between looking and asking.
    const bool is_it =
        handle >= 0 && started_at(pid) != 0 && started_at(pid) == static_cast<std::uint64_t>(number(process, "since"));
    const bool asked = is_it && ::syscall(SYS_pidfd_send_signal, handle, SIGINT, nullptr, 0U) == 0;
    if (handle >= 0) {
        ::close(handle);
    }
    return asked ? Result<void>{}
                 : fail(ErrorKind::conflict, "the process of this run cannot be asked to stop",
                        "it has ended, or runs on another machine or under another user");
}

Result<Spawned> Spawned::start(const std::vector<std::string>& arguments, const std::string& directory) {
    const int output = ::memfd_create("sosia-run", MFD_CLOEXEC);
    std::vector<std::string> words{"sosia"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    Actions actions;
    posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(actions.get(), output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(actions.get(), output, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(actions.get(), directory.c_str());
    Attributes attributes;
    pid_t pid = -1;
    const int error =
        output < 0 ? errno : ::posix_spawn(&pid, own_binary, actions.get(), attributes.get(), argv.data(), environ);
    if (error != 0) {
        if (output >= 0) {
            ::close(output);
        }
        return fail(ErrorKind::unavailable,
                    fmt::format("cannot start sosia in {}: {}", directory, std::strerror(error)));
    }
    return Spawned(pid, output);
}

Spawned::~Spawned() {
    if (output_ >= 0) {
        ::close(output_);
    }
}

Spawned::Spawned(Spawned&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), output_(std::exchange(other.output_, -1)), exit_code_(other.exit_code_) {}

Spawned& Spawned::operator=(Spawned&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(output_, other.output_);
    std::swap(exit_code_, other.exit_code_);
    return *this;
}

bool Spawned::running() {
    constexpr int signalled = 128;
    int status = 0;
    if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : signalled + WTERMSIG(status);
        pid_ = -1;
    }
    return pid_ > 0;
}

int Spawned::exit_code() const {
    return exit_code_;
}

std::string Spawned::said() const {
    constexpr off_t most = 2048;
    const off_t size = output_ < 0 ? 0 : ::lseek(output_, 0, SEEK_END);
    std::string out(static_cast<std::size_t>(std::clamp<off_t>(size, 0, most)), '\0');
    const ssize_t got = ::pread(output_, out.data(), out.size(), std::max<off_t>(0, size - most));
    out.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    return out;
}

}  // namespace sosia::cli
