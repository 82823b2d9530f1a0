// The `command` type: a local program that reads one JSON line per turn and answers with one (docs/agents.md).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "agent/detail/args.h"
#include "agent/detail/line_worker.h"
#include "agent/detail/reply_reader.h"
#include "agent/detail/reply_shape.h"
#include "agent/detail/request_template.h"
#include "agent/detail/start_options.h"
#include "agent/make_agent.h"
#include "base/text.h"
#include "net/rate_limit.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
using detail::LineWorker;

constexpr int most_workers = 8;

struct Plan {
    detail::RequestTemplate request;
    detail::ReplyShape reply;
    ProcessOptions process;
    bool per_conversation = false;
    int workers = 1;
    int retries = 0;
    std::chrono::milliseconds turn_timeout{};
    std::size_t reply_bytes = 0;
};

class CommandSession final : public Session {
  public:
    CommandSession(const Plan& plan, net::RateLimit& rate, std::shared_ptr<LineWorker> worker)
        : plan_(plan), rate_(rate), worker_(std::move(worker)) {
        ++worker_->conversations;
    }
    ~CommandSession() override { --worker_->conversations; }
    CommandSession(const CommandSession&) = delete;
    CommandSession& operator=(const CommandSession&) = delete;

    asio::awaitable<Exchange> send(Request request) override {
        const std::string line = plan_.request.render(request);
        for (int retries = 0;; ++retries) {
            if (const bool may_send = co_await rate_.acquire(); !may_send) {
                co_return std::unexpected(Failure{FailureKind::cancelled, "The turn was cancelled."});
            }
            auto answer = co_await worker_->ask(line, plan_.turn_timeout, plan_.reply_bytes);
            if (answer) {
                Exchange exchange = co_await read(*answer, retries);
                co_return exchange;
            }
            Failure failure = std::move(answer.error());
            failure.retries = retries;
            if (!failure.may_retry || retries >= plan_.retries) {
                co_return std::unexpected(std::move(failure));
            }
        }
    }

    asio::awaitable<void> close() override {
        if (plan_.per_conversation) {
            co_await worker_->stop();
        }
    }

  private:
    asio::awaitable<Exchange> read(const std::string& line, int retries) {
        auto reply = detail::read_reply(plan_.reply, line);
        if (reply) {
            reply->retries = retries;
            co_return std::move(*reply);
        }
        co_await worker_->discard();
        co_return std::unexpected(
            Failure{FailureKind::invalid_reply,
                    fmt::format("\"{}\" wrote a line that is no reply: {}", plan_.process.command, reply.error()),
                    false, retries});
    }

    const Plan& plan_;
    net::RateLimit& rate_;
    std::shared_ptr<LineWorker> worker_;
};

class CommandAgent final : public Agent {
  public:
    CommandAgent(const Setup& setup, Plan plan, Traits traits)
        : plan_(std::move(plan)),
          traits_(std::move(traits)),
          executor_(setup.executor),
          rate_(setup.executor, *setup.clock, setup.limits->rate) {}

    const Traits& traits() const override { return traits_; }

    // Starts one process, so that a command that cannot run is found out before the run.
    asio::awaitable<Result<void>> start() override {
        if (plan_.per_conversation) {
            co_return Result<void>{};
        }
        workers_.push_back(std::make_shared<LineWorker>(executor_, plan_.process));
        co_return workers_.front()->start();
    }

    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string) override {
        std::unique_ptr<Session> session = std::make_unique<CommandSession>(plan_, rate_, worker_for_next());
        co_return session;
    }

    void cancel() override {
        rate_.cancel();
        for (const auto& worker : workers_) {
            worker->cancel();
        }
        for (const auto& worker : own_workers_) {
            if (const auto alive = worker.lock()) {
                alive->cancel();
            }
        }
    }

    asio::awaitable<void> stop() override {
        for (const auto& worker : workers_) {
            co_await worker->stop();
        }
    }

  private:
    // A conversation stays with its process; a new one goes to the process with the fewest.
    std::shared_ptr<LineWorker> worker_for_next() {
        if (plan_.per_conversation) {
            auto worker = std::make_shared<LineWorker>(executor_, plan_.process);
            std::erase_if(own_workers_, [](const auto& other) { return other.expired(); });
            own_workers_.push_back(worker);
            return worker;
        }
        const auto least =
            std::ranges::min_element(workers_, {}, [](const auto& worker) { return worker->conversations; });
        const bool room = static_cast<int>(workers_.size()) < plan_.workers;
        if (least == workers_.end() || ((*least)->conversations > 0 && room)) {
            return workers_.emplace_back(std::make_shared<LineWorker>(executor_, plan_.process));
        }
        return *least;
    }

    Plan plan_;
    Traits traits_;
    asio::any_io_executor executor_;
    net::RateLimit rate_;
    std::vector<std::shared_ptr<LineWorker>> workers_;
    std::vector<std::weak_ptr<LineWorker>> own_workers_;  // one per conversation; the conversation owns it
};

Result<std::string> command_line(detail::Args& args) {
    std::string line = args.value("run") != nullptr ? args.text("run") : args.text("command");
    if (trim(line).empty()) {
        return fail(ErrorKind::usage, "agent.command is empty", "for example command: python3 agent.py");
    }
    return line;
}

Result<bool> per_conversation(detail::Args& args) {
    const std::string per = args.text("per", "run");
    if (per != "run" && per != "conversation") {
        return fail(ErrorKind::usage, fmt::format("agent.per must be run or conversation, not \"{}\"", per));
    }
    return per == "conversation";
}

Result<Plan> read_plan(const Setup& setup) {
    const boost::json::object json = detail::flattened(setup.spec->args, "command");
    detail::Args args(json);
    Plan plan;
    plan.process = args.take(detail::start_options(setup, args.take(command_line(args))));
    plan.request = args.take(detail::RequestTemplate::parse(args.value("request")));
    plan.reply = detail::reply_shape(args);
    plan.per_conversation = args.take(per_conversation(args));
    const double workers = args.number("workers").value_or(std::min(setup.limits->concurrency, most_workers));
    plan.workers = static_cast<int>(std::clamp(workers, 1.0, 1024.0));
    plan.retries = setup.limits->retries;
    plan.turn_timeout = std::chrono::milliseconds(setup.limits->turn_timeout_ms);
    plan.reply_bytes = static_cast<std::size_t>(setup.limits->reply_bytes);
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return plan;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_command_agent(const Setup& setup) {
    auto plan = read_plan(setup);
    if (!plan) {
        return std::unexpected(std::move(plan.error()));
    }
    Traits traits{.stateless = setup.spec->stateless.value_or(plan->request.carries_history()),
                  .description = fmt::format("command {}", shorten(plan->process.command, 80))};
    std::unique_ptr<Agent> agent = std::make_unique<CommandAgent>(setup, std::move(*plan), std::move(traits));
    return agent;
}

}  // namespace sosia::agent
