#include "agent/detail/line_worker.h"

#include <fmt/format.h>

#include <utility>

#include "net/deadline.h"

namespace sosia::agent::detail {
namespace asio = boost::asio;

namespace {

Failure cancelled() {
    return {FailureKind::cancelled, "The turn was cancelled."};
}

constexpr std::chrono::milliseconds time_to_die{500};  // between closing its output and the end of a process

}  // namespace

LineWorker::LineWorker(asio::any_io_executor executor, ProcessOptions options)
    : executor_(executor), options_(std::move(options)), one_at_a_time_(std::move(executor), 1) {
    options_.talks = true;
}

Result<void> LineWorker::start() {
    if (process_ && process_->running()) {
        return {};
    }
    auto process = Process::start(executor_, options_);
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    process_ = std::move(*process);
    has_answered_ = false;
    return {};
}

asio::awaitable<std::expected<std::string, Failure>> LineWorker::ask(std::string line,
                                                                     std::chrono::milliseconds turn_timeout,
                                                                     std::size_t max_bytes) {
    const net::Semaphore::Permit permit = co_await one_at_a_time_.acquire();
    if (!permit || cancelled_) {
        co_return std::unexpected(cancelled());
    }
    const Result<void> started = start();
    if (!started) {
        co_return std::unexpected(Failure{FailureKind::unreachable, started.error().message});
    }
    auto answer = co_await net::with_deadline(exchange(std::move(line), max_bytes), turn_timeout);
    if (answer && *answer) {
        has_answered_ = true;
        co_return std::move(**answer);
    }
    Failure failure{FailureKind::timeout, fmt::format("\"{}\" gave no line within {} ms and was stopped.",
                                                      options_.command, turn_timeout.count())};
    if (answer) {
        failure = co_await failure_of(answer->error(), max_bytes);
    }
    process_.reset();  // a late answer must not be taken for the next one
    co_return std::unexpected(std::move(failure));
}

asio::awaitable<std::expected<std::string, Process::ReadError>> LineWorker::exchange(std::string line,
                                                                                     std::size_t max_bytes) {
    // Writing to a process that is gone fails silently: it may have left an answer, and if not, reading says so.
    co_await process_->send_line(line);
    auto answer = co_await process_->read_line(max_bytes);
    const bool answers_once = !answer && !cancelled_ && answer.error() == Process::ReadError::ended && has_answered_;
    if (!answers_once) {
        co_return answer;
    }
    // It answered before and was on its way out when this line came, so the line was not read.
    process_.reset();
    const Result<void> started = start();
    if (!started) {
        co_return answer;
    }
    co_await process_->send_line(std::move(line));
    auto second = co_await process_->read_line(max_bytes);
    co_return second;
}

asio::awaitable<Failure> LineWorker::failure_of(Process::ReadError error, std::size_t max_bytes) {
    if (error == Process::ReadError::cancelled || cancelled_) {
        co_return cancelled();
    }
    if (error == Process::ReadError::too_long) {
        co_return Failure{
            FailureKind::unreachable,
            fmt::format("\"{}\" wrote a line longer than the limit of {} bytes.", options_.command, max_bytes)};
    }
    if (!process_) {
        co_return Failure{FailureKind::unreachable, fmt::format("\"{}\" cannot be started again.", options_.command)};
    }
    co_await process_->wait_for_end(time_to_die);
    const std::string output = process_->last_output();
    const std::string state = process_->running() ? "closed its output" : process_->state();
    co_return Failure{FailureKind::unreachable,
                      fmt::format("\"{}\" {} before it answered.{}", options_.command, state,
                                  output.empty() ? "" : " Its last output:\n" + output),
                      true};
}

asio::awaitable<void> LineWorker::discard() {
    const net::Semaphore::Permit permit = co_await one_at_a_time_.acquire();
    process_.reset();
}

void LineWorker::cancel() {
    cancelled_ = true;
    if (process_) {
        process_->kill();
    }
}

asio::awaitable<void> LineWorker::stop() {
    if (process_) {
        co_await process_->stop();
        process_.reset();
    }
}

}  // namespace sosia::agent::detail
