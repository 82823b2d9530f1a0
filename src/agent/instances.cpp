#include "agent/instances.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/detail/args.h"
#include "net/tcp_probe.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;

constexpr int most_instances = 8;

class CountedSession final : public Session {
  public:
    CountedSession(std::unique_ptr<Session> inner, int& count) : inner_(std::move(inner)), count_(count) { ++count_; }
    ~CountedSession() override { --count_; }
    CountedSession(const CountedSession&) = delete;
    CountedSession& operator=(const CountedSession&) = delete;

    asio::awaitable<Exchange> send(Request request) override { return inner_->send(request); }
    asio::awaitable<void> close() override { return inner_->close(); }

  private:
    std::unique_ptr<Session> inner_;
    int& count_;
};

class InstancesAgent final : public Agent {
  public:
    explicit InstancesAgent(std::vector<std::unique_ptr<Agent>> agents)
        : agents_(std::move(agents)), conversations_(agents_.size(), 0), traits_(agents_.front()->traits()) {
        traits_.description += fmt::format(" and {} more", agents_.size() - 1);
    }

    const Traits& traits() const override { return traits_; }

    asio::awaitable<Result<void>> start() override {
        for (const auto& agent : agents_) {
            Result<void> started = co_await agent->start();
            if (!started) {
                co_return started;
            }
        }
        co_return Result<void>{};
    }

    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        const auto least = std::ranges::min_element(conversations_);
        auto session =
            co_await agents_[static_cast<std::size_t>(least - conversations_.begin())]->open(std::move(conversation));
        if (session) {
            *session = std::make_unique<CountedSession>(std::move(*session), *least);
        }
        co_return session;
    }

    void cancel() override {
        for (const auto& agent : agents_) {
            agent->cancel();
        }
    }

    asio::awaitable<void> stop() override {
        for (const auto& agent : agents_) {
            co_await agent->stop();
        }
    }

  private:
    std::vector<std::unique_ptr<Agent>> agents_;
    std::vector<int> conversations_;  // open now, by agent
    Traits traits_;
};

}  // namespace

std::string Instance::url_of(const std::string& url) const {
    const auto where = net::host_port(url);
    if (number == 0 || !where) {
        return url;
    }
    const std::size_t path = std::min(url.find_first_of("/?#", url.find("://") + 3), url.size());
    const std::size_t colon = url.rfind(':', path);
    const bool has_port = colon != std::string::npos && url.find_first_not_of("0123456789", colon + 1) >= path;
    return fmt::format("{}:{}{}", url.substr(0, has_port ? colon : path), where->port + number, url.substr(path));
}

Supervision Instance::supervision(const Setup& setup, std::string url) const {
    Supervision supervision{.ready = url_of(setup.spec->ready), .log_file = setup.log_file};
    if (of > 1) {
        const auto where = net::host_port(url);
        supervision.environment = {fmt::format("SOSIA_WORKER={}", number),
                                   fmt::format("PORT={}", where ? where->port : 0)};
    }
    if (number > 0 && !setup.log_file.empty()) {
        supervision.log_file += fmt::format(".{}", number);
    }
    supervision.url = std::move(url);
    return supervision;
}

Result<std::unique_ptr<Agent>> make_instances(const Setup& setup, const MakeInstance& make) {
    const auto workers = detail::number_arg(setup.spec->args, "workers");
    if (!workers) {
        return std::unexpected(workers.error());
    }
    const bool several = setup.spec->per_worker && !setup.spec->start.empty();
    const int most = static_cast<int>(std::clamp(workers->value_or(most_instances), 1.0, 1024.0));
    const int count = several ? std::clamp(setup.limits->concurrency, 1, most) : 1;
    Limits limits = *setup.limits;
    limits.rate /= count;
    Setup shared = setup;
    shared.limits = &limits;
    std::vector<std::unique_ptr<Agent>> agents;
    for (int number = 0; number < count; ++number) {
        auto agent = make(shared, Instance{.number = number, .of = count});
        if (!agent) {
            return agent;
        }
        agents.push_back(std::move(*agent));
    }
    if (count == 1) {
        return std::move(agents.front());
    }
    return std::unique_ptr<Agent>(std::make_unique<InstancesAgent>(std::move(agents)));
}

}  // namespace sosia::agent
