#include "net/process.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgot the linkage for C++
}

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "net/broken_pipe.h"
#include "net/detail/process_log.h"
#include "net/detail/spawn.h"

namespace sosia::net {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds poll_interval{20};  // only where the kernel has no descriptors for processes

}  // namespace

struct Process::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor, detail::Spawned spawned, const ProcessOptions& options)
        : pid(spawned.pid),
          grace(options.grace),
          lifeline(std::move(spawned.lifeline)),
          log(options.log_file, options.log_bytes),
          output(executor, spawned.output.release()),
          exit_watch(executor),
          exit_poll(executor),
          changed(executor),
          input(executor),
          answers(executor) {
        if (spawned.input) {
            input.assign(spawned.input.release());
            answers.assign(spawned.answers.release());
        }
        if (const int fd = ::pidfd_open(pid, 0); fd >= 0) {
            exit_watch.assign(fd);
        }
    }

    void watch() {
        read_output();
        wait_for_exit();
    }

    void read_output() {
        output.async_read_some(asio::buffer(piece),
                               [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
                                   self->log.append({self->piece.data(), bytes});
                                   if (error) {
                                       self->output_ended = true;
                                       self->changed.cancel();
                                   } else {
                                       self->read_output();
                                   }
                               });
    }

    void wait_for_exit() {
        auto seen = [self = shared_from_this()](const boost::system::error_code& error) {
            if (!error && !self->reap(WNOHANG)) {
                self->wait_for_exit();
            }
        };
        if (exit_watch.is_open()) {
            exit_watch.async_wait(asio::posix::stream_descriptor::wait_read, std::move(seen));
        } else {
            exit_poll.expires_after(poll_interval);
            exit_poll.async_wait(std::move(seen));
        }
    }

    bool reap(int flags) {
        int raw = 0;
        if (!status && ::waitpid(pid, &raw, flags) == pid) {
            status = raw;
            changed.cancel();
        }
        return status.has_value();
    }

    void signal_group(int signal) const { ::kill(-pid, signal); }

    // Until the leader has ended and nobody holds its output, or the time is over.
    asio::awaitable<void> wait_for_end(milliseconds limit) {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while ((!status || !output_ended) && std::chrono::steady_clock::now() < deadline) {
            changed.expires_at(deadline);
            co_await changed.async_wait(as_result);
        }
    }

    void let_go() {
        boost::system::error_code ignored;
        for (auto* descriptor : {&output, &exit_watch, &input, &answers}) {
            descriptor->close(ignored);
        }
        exit_poll.cancel();
        lifeline = {};
    }

    pid_t pid;
    milliseconds grace;
    detail::Fd lifeline;
    detail::ProcessLog log;
    std::array<char, 16 << 10> piece{};
    asio::posix::stream_descriptor output;
    asio::posix::stream_descriptor exit_watch;
    asio::steady_timer exit_poll;
    asio::steady_timer changed;
    asio::posix::stream_descriptor input;
    asio::posix::stream_descriptor answers;
    std::string answer_buffer;
    std::optional<int> status;
    bool output_ended = false;
    bool stopping = false;
    bool gone = false;
};

Result<std::unique_ptr<Process>> Process::start(const asio::any_io_executor& executor, const ProcessOptions& options) {
    ignore_broken_pipes();
    auto spawned = detail::spawn({.command = options.command,
                                  .directory = options.directory,
                                  .environment = options.environment,
                                  .talks = options.talks,
                                  .grace = options.grace});
    if (!spawned) {
        return std::unexpected(std::move(spawned.error()));
    }
    auto state = std::make_shared<State>(executor, std::move(*spawned), options);
    state->watch();
    return std::unique_ptr<Process>(new Process(std::move(state)));
}

Process::Process(std::shared_ptr<State> state) : state_(std::move(state)) {}

Process::~Process() {
    if (!state_->gone) {
        state_->signal_group(SIGKILL);
        state_->reap(0);
    }
    state_->let_go();
}

bool Process::running() const {
    state_->reap(WNOHANG);
    return !state_->status;
}

bool Process::ended_well() const {
    return state_->status && WIFEXITED(*state_->status) && WEXITSTATUS(*state_->status) == 0;
}

std::string Process::state() const {
    if (!state_->status) {
        return "is running";
    }
    const int status = *state_->status;
    if (WIFSIGNALED(status)) {
        return fmt::format("was killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    }
    const int code = WEXITSTATUS(status);
    return fmt::format("ended with exit code {}{}", code, code == 127 ? " (command not found)" : "");
}

std::string Process::last_output() const {
    return state_->log.tail();
}

asio::awaitable<void> Process::wait_for_end(milliseconds limit) {
    const std::shared_ptr<State> state = state_;
    co_await state->wait_for_end(limit);
}

void Process::kill() {
    if (!state_->gone) {
        state_->signal_group(SIGKILL);
    }
}

asio::awaitable<void> Process::stop() {
    const std::shared_ptr<State> state = state_;
    if (std::exchange(state->stopping, true)) {
        co_return;
    }
    state->signal_group(SIGTERM);
    co_await state->wait_for_end(state->grace);
    state->signal_group(SIGKILL);
    state->reap(0);  // after SIGKILL it ends at once
    state->gone = true;
    state->let_go();
}

asio::awaitable<bool> Process::send_line(std::string line) {
    const std::shared_ptr<State> state = state_;
    line += '\n';
    const auto [error, bytes] = co_await asio::async_write(state->input, asio::buffer(line), as_result);
    co_return !error;
}

asio::awaitable<std::expected<std::string, Process::ReadError>> Process::read_line(std::size_t max_bytes) {
    const std::shared_ptr<State> state = state_;
    auto buffer = asio::dynamic_buffer(state->answer_buffer, max_bytes + 1);
    const auto [error, length] = co_await asio::async_read_until(state->answers, buffer, '\n', as_result);
    if (error == asio::error::operation_aborted) {
        co_return std::unexpected(ReadError::cancelled);
    }
    if (error == asio::error::not_found) {
        co_return std::unexpected(ReadError::too_long);
    }
    const bool last_without_end = error && !state->answer_buffer.empty();
    if (error && !last_without_end) {
        co_return std::unexpected(ReadError::ended);
    }
    std::string line = state->answer_buffer.substr(0, last_without_end ? std::string::npos : length - 1);
    state->answer_buffer.erase(0, last_without_end ? std::string::npos : length);
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    co_return line;
}

}  // namespace sosia::net
