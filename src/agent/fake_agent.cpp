#include "agent/fake_agent.h"

#include <algorithm>

namespace sosia::agent {
namespace {

class FakeSession final : public Session {
  public:
    explicit FakeSession(const FakeAgent::Brain& brain) : brain_(brain) {}
    boost::asio::awaitable<Exchange> send(Request request) override { co_return brain_(request); }

  private:
    const FakeAgent::Brain& brain_;
};

}  // namespace

boost::asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> FakeAgent::open(std::string) {
    std::unique_ptr<Session> session = std::make_unique<FakeSession>(brain_);
    co_return session;
}

FakeAgent::Brain scripted(std::vector<std::string> lines) {
    return [lines = std::move(lines)](const Request& request) -> Exchange {
        if (lines.empty()) {
            return std::unexpected(Failure{FailureKind::invalid_reply, "The script has no lines."});
        }
        const auto turn = static_cast<std::size_t>(std::max(request.turn, 1));
        return Reply{.text = lines[std::min(turn, lines.size()) - 1]};
    };
}

}  // namespace sosia::agent
