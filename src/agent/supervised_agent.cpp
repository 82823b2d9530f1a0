#include "agent/supervised_agent.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/excerpt.h"
#include "agent/detail/start_options.h"
#include "agent/process.h"
#include "net/interrupt.h"
#include "net/port_holder.h"
#include "net/tcp_probe.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds time_to_die{100};

std::string output_note(const Process& process) {
    const std::string output = process.last_output();
    return output.empty() ? " It wrote nothing." : fmt::format(" Its last output:\n{}", output);
}

std::unexpected<Error> port_taken(std::uint16_t port) {
    const std::string holder = net::port_holder(port);
    return fail(ErrorKind::conflict,
                fmt::format("{} already listens on port {}, where agent.start is to run: it would be rehearsed instead",
                            holder.empty() ? "another program" : holder, port),
                "stop it, give the agent another port, or remove agent.start to rehearse what runs there");
}

class SupervisedSession final : public Session {
  public:
    SupervisedSession(std::unique_ptr<Session> inner, Process& process) : inner_(std::move(inner)), process_(process) {}

    asio::awaitable<Exchange> send(Request request) override {
        Exchange exchange = co_await inner_->send(request);
        if (exchange || exchange.error().kind != FailureKind::unreachable) {
            co_return exchange;
        }
        co_await process_.wait_for_end(time_to_die);
        if (!process_.running() && !process_.ended_well()) {
            Failure& failure = exchange.error();
            failure.message += fmt::format(" The agent's process {}.{}", process_.state(), output_note(process_));
            failure.may_retry = false;
        }
        co_return exchange;
    }

    asio::awaitable<void> close() override { return inner_->close(); }

  private:
    std::unique_ptr<Session> inner_;
    Process& process_;
};

class SupervisedAgent final : public Agent {
  public:
    SupervisedAgent(const Setup& setup, std::unique_ptr<Agent> inner, Supervision supervision, ProcessOptions options)
        : inner_(std::move(inner)),
          supervision_(std::move(supervision)),
          options_(std::move(options)),
          ready_timeout_(setup.spec->ready_timeout_ms),
          executor_(setup.executor),
          interrupt_(setup.executor),
          http_(*setup.http),
          clock_(*setup.clock),
          where_(net::host_port(supervision_.url)) {}

    const Traits& traits() const override { return inner_->traits(); }
    asio::awaitable<Result<void>> start() override;
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override;
    asio::awaitable<void> stop() override;
    void cancel() override {
        interrupt_.trigger();
        inner_->cancel();
    }

  private:
    asio::awaitable<Result<void>> check_free() const;
    asio::awaitable<Result<void>> wait_until_ready();
    asio::awaitable<bool> is_ready() const;
    std::string ready_sign() const;

    std::unique_ptr<Agent> inner_;
    Supervision supervision_;
    ProcessOptions options_;
    milliseconds ready_timeout_;
    asio::any_io_executor executor_;
    net::Interrupt interrupt_;
    net::HttpClient& http_;
    const Clock& clock_;
    std::optional<net::HostPort> where_;
    std::unique_ptr<Process> process_;
};

asio::awaitable<Result<void>> SupervisedAgent::start() {
    Result<void> free = co_await check_free();
    if (!free) {
        co_return free;
    }
    auto process = Process::start(executor_, options_);
    if (!process) {
        co_return std::unexpected(std::move(process.error()));
    }
    process_ = std::move(*process);
    Result<void> ready = co_await wait_until_ready();
    if (!ready) {
        co_await process_->stop();
        co_return ready;
    }
    Result<void> started = co_await inner_->start();
    co_return started;
}

// Somebody who listens already would be rehearsed in place of the agent that `start` starts.
asio::awaitable<Result<void>> SupervisedAgent::check_free() const {
    for (const auto& where : {where_, net::host_port(supervision_.ready)}) {
        const bool ours = where && where->loopback;
        const bool taken = ours && co_await net::accepts_connections(*where, 1s);
        if (taken) {
            co_return port_taken(where->port);
        }
    }
    co_return Result<void>{};
}

std::string SupervisedAgent::ready_sign() const {
    return supervision_.ready.empty() ? fmt::format("port {} accepts no connection", where_->port)
                                      : fmt::format("{} gives no 2xx answer", detail::public_url(supervision_.ready));
}

asio::awaitable<bool> SupervisedAgent::is_ready() const {
    if (supervision_.ready.empty()) {
        const bool accepted = co_await net::accepts_connections(*where_, 1s);
        co_return accepted;
    }
    net::HttpRequest request{.url = supervision_.ready, .timeout = 2s, .max_body = 64 << 10};
    const net::HttpResult result = co_await http_.send(std::move(request));
    co_return result && result->status >= 200 && result->status < 300;
}

asio::awaitable<Result<void>> SupervisedAgent::wait_until_ready() {
    const std::int64_t deadline_us = clock_.steady_us() + ready_timeout_.count() * 1000;
    milliseconds pause = 10ms;
    while (true) {
        const bool ready = co_await is_ready();
        if (!process_->running() && !process_->ended_well()) {
            co_return fail(ErrorKind::unavailable,
                           fmt::format("the agent \"{}\" {} before it was ready.{}", options_.command,
                                       process_->state(), output_note(*process_)),
                           options_.log_file.empty() ? std::string{} : "its whole output is in " + options_.log_file);
        }
        if (ready) {
            co_return Result<void>{};
        }
        if (clock_.steady_us() >= deadline_us) {
            co_return fail(ErrorKind::timeout,
                           fmt::format("the agent \"{}\" was not ready within {} ms: {}.{}", options_.command,
                                       ready_timeout_.count(), ready_sign(), output_note(*process_)),
                           "check that agent.url has the port it listens on; ready_timeout allows for more time");
        }
        const bool waited = co_await interrupt_.sleep(pause);
        if (!waited) {
            co_return fail(ErrorKind::cancelled,
                           fmt::format("the start of the agent \"{}\" was interrupted", options_.command));
        }
        pause = std::min(pause * 3 / 2, milliseconds(250));
    }
}

asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> SupervisedAgent::open(std::string conversation) {
    auto session = co_await inner_->open(std::move(conversation));
    if (session && process_) {
        *session = std::make_unique<SupervisedSession>(std::move(*session), *process_);
    }
    co_return session;
}

asio::awaitable<void> SupervisedAgent::stop() {
    co_await inner_->stop();
    if (process_) {
        co_await process_->stop();
    }
}

}  // namespace

Result<std::unique_ptr<Agent>> supervised(const Setup& setup, std::unique_ptr<Agent> inner, Supervision supervision) {
    if (setup.spec->start.empty()) {
        return inner;
    }
    if (supervision.ready.empty() && !net::host_port(supervision.url)) {
        return fail(ErrorKind::usage, "agent.ready is missing: agent.url has no fixed port to wait for");
    }
    auto options = detail::start_options(setup, setup.spec->start, supervision.environment);
    if (!options) {
        return std::unexpected(std::move(options.error()));
    }
    options->log_file = supervision.log_file;
    std::unique_ptr<Agent> agent =
        std::make_unique<SupervisedAgent>(setup, std::move(inner), std::move(supervision), std::move(*options));
    return agent;
}

}  // namespace sosia::agent
