#include "net/detail/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX wants it declared here

namespace sosia::net::detail {
namespace {

// The guard waits in the same group for the lifeline to break, which happens however Sosia ends, then ends the group.
// It is detached from the command's children, keeps no output open, and ignores the signal it sends.
constexpr const char* guarded_script =
    "( ( trap '' HUP INT TERM; exec >/dev/null 2>&1 </dev/null; read -r line <&3; kill -TERM 0; sleep \"$2\"; kill "
    "-KILL 0 ) & )\n"
    "exec 3<&-\n"
    "exec /bin/sh -c \"$1\"\n";
constexpr int lifeline_in_child = 3;

struct Pipe {
    Fd read;
    Fd write;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(ErrorKind::unavailable, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

class Actions {
  public:
    Actions() { posix_spawn_file_actions_init(&actions_); }
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;

    void give(const Fd& fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd.get(), as); }
    void give_nothing(int as) { posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDONLY, 0); }
    void work_in(const std::string& directory) {
        if (!directory.empty()) {
            posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
        }
    }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

// A group of its own, and none of our signal settings.
class Attributes {
  public:
    Attributes() {
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
    std::vector<std::string> all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::string_view name = text.substr(0, text.find('=') + 1);
        bool replaced = false;
        for (const std::string& one : added) {
            replaced = replaced || one.starts_with(name);
        }
        if (!replaced) {
            all.emplace_back(text);
        }
    }
    all.insert(all.end(), added.begin(), added.end());
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

}  // namespace

Fd::~Fd() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

Result<Spawned> spawn(const SpawnRequest& request) {
    auto lifeline = make_pipe();
    auto output = make_pipe();
    auto input = make_pipe();
    auto answers = make_pipe();
    for (const auto* pipe : {&lifeline, &output, &input, &answers}) {
        if (!*pipe) {
            return std::unexpected(pipe->error());
        }
    }
    // The child's numbers 0 to 3 must not collide with pipe ends on their way there; ours are all above (0 to 2 are
    // open).
    Actions actions;
    actions.work_in(request.directory);
    actions.give(output->write, STDERR_FILENO);
    if (request.talks) {
        actions.give(input->read, STDIN_FILENO);
        actions.give(answers->write, STDOUT_FILENO);
    } else {
        actions.give_nothing(STDIN_FILENO);
        actions.give(output->write, STDOUT_FILENO);
    }
    actions.give(lifeline->read, lifeline_in_child);
    const Attributes attributes;
    std::vector<std::string> words = {"/bin/sh",       "-c",
                                      guarded_script,  "sosia-agent",
                                      request.command, fmt::format("{}", (request.grace.count() + 999) / 1000)};
    std::vector<std::string> environment = merged_environment(request.environment);
    Spawned spawned;
    const int error = posix_spawn(&spawned.pid, "/bin/sh", actions.get(), attributes.get(), pointers(words).data(),
                                  pointers(environment).data());
    if (error != 0) {
        return fail(
            ErrorKind::unavailable, fmt::format("cannot start \"{}\": {}", request.command, std::strerror(error)),
            request.directory.empty() ? std::string{} : fmt::format("does the folder {} exist?", request.directory));
    }
    spawned.lifeline = std::move(lifeline->write);
    spawned.output = std::move(output->read);
    if (request.talks) {
        spawned.input = std::move(input->write);
        spawned.answers = std::move(answers->read);
    }
    return spawned;
}

}  // namespace sosia::net::detail
