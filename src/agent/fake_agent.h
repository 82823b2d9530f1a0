// An agent inside the process: for tests, benchmarks and embedding.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "agent/agent.h"

namespace sosia::agent {

class FakeAgent final : public Agent {
  public:
    // Called once per turn with the whole history; may keep state per request.conversation.
    using Brain = std::function<Exchange(const Request&)>;

    explicit FakeAgent(Brain brain, Traits traits = {.stateless = true, .description = "in-process agent"})
        : brain_(std::move(brain)), traits_(std::move(traits)) {}

    const Traits& traits() const override { return traits_; }
    boost::asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override;

  private:
    Brain brain_;
    Traits traits_;
};

// Says the n-th line at the n-th user turn and the last one from then on, whatever the user says.
FakeAgent::Brain scripted(std::vector<std::string> lines);

}  // namespace sosia::agent
