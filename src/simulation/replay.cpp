#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "simulation/simulate.h"
#include "simulation/talk.h"
#include "simulation/visitor.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

// A user of whom everything is known: says what is on record, whatever the agent answers. Advances by the same steps as
// the user who said it, so that several find their way back into the same order.
class RecordedVisitor final : public Visitor {
  public:
    // The turns outlive it.
    RecordedVisitor(Setup setup, Surroundings around, std::span<const Turn> turns, Ending ended, double emotion_start)
        : talk_(begin(std::move(setup), around)),
          user_(around.engine, talk_.setup.parts, talk_.setup.seed, talk_.setup.limits->turns),
          turns_(turns),
          ended_(ended) {
        talk_.record.metrics.emotion_start = emotion_start;
    }

    asio::awaitable<bool> advance() override {
        bool alive = true;
        if (!arrived_) {
            alive = co_await arrive();
        } else {
            alive = co_await answer();
        }
        co_return alive&& say_next();
    }

    asio::awaitable<Conversation> leave() override {
        co_await close_session(talk_);
        leave_world(talk_);
        talk_.record.resolved = user_.resolved();
        measure(talk_);
        co_return std::move(talk_.record);
    }

  private:
    asio::awaitable<bool> arrive() {
        arrived_ = true;
        bool alive = co_await open_session(talk_);
        if (alive && talk_.setup.parts.scenario->opens == Speaker::agent) {
            alive = co_await agent_turn(talk_, 0);
        }
        co_return alive;
    }

    asio::awaitable<bool> answer() {
        const bool alive = co_await agent_turn(talk_, ++user_turn_);
        if (alive) {
            talk_.record.turns.back().acts = user_.hear(message_of(talk_.record.turns.back()));
        }
        co_return alive;
    }

    // The recorded turns keep their inner side: the checks judge the new answers against what the user did and asked.
    // False when nobody answered then.
    bool say_next() {
        while (next_ < turns_.size() && turns_[next_].role == Role::agent) {
            ++next_;
        }
        if (next_ < turns_.size()) {
            say_recorded(talk_, turns_[next_]);
            user_.follow(turns_[next_]);
            ++next_;
        }
        const bool was_answered = next_ < turns_.size();
        if (!was_answered) {
            end(talk_, ended_);
        }
        return was_answered;
    }

    Talk talk_;
    user::BuiltinUser user_;
    std::span<const Turn> turns_;
    Ending ended_;
    std::size_t next_ = 0;
    int user_turn_ = 0;
    bool arrived_ = false;
};

}  // namespace

asio::awaitable<Conversation> replay(Setup setup, std::vector<Setup> others, Surroundings around,
                                     const Conversation& recorded) {
    const std::uint64_t seed = setup.seed;
    std::vector<std::unique_ptr<Visitor>> visitors;
    visitors.push_back(std::make_unique<RecordedVisitor>(std::move(setup), around, recorded.turns, recorded.ended,
                                                         recorded.metrics.emotion_start));
    for (Setup& other : others) {
        const auto them = std::ranges::find(recorded.others, other.cell.persona, &Companion::persona);
        if (them != recorded.others.end()) {
            visitors.push_back(
                std::make_unique<RecordedVisitor>(std::move(other), around, them->turns, them->ended, 0.0));
        }
    }
    Conversation out = co_await talk_in_turns(std::move(visitors), seed);
    co_return out;
}

}  // namespace sosia::simulation
