#include "simulation/simulate.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/random.h"
#include "prompt/model_use.h"
#include "simulation/talk.h"
#include "simulation/visitor.h"
#include "simulation/worded.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

// A user who reacts to what the agent says.
class LiveVisitor final : public Visitor {
  public:
    LiveVisitor(Setup setup, Surroundings around)
        : talk_(begin(std::move(setup), around)),
          user_(around.engine, talk_.setup.parts, talk_.setup.seed, talk_.setup.limits->turns) {}

    asio::awaitable<bool> advance() override {
        bool goes_on = false;
        if (user_turn_ == 0) {
            goes_on = co_await arrive();
        } else {
            goes_on = co_await answer();
        }
        co_return goes_on;
    }

    asio::awaitable<Conversation> leave() override {
        co_await close_session(talk_);
        leave_world(talk_);
        talk_.record.resolved = user_.resolved();
        talk_.record.metrics.emotion_start = user_.emotion_at_start();
        measure(talk_);
        co_return std::move(talk_.record);
    }

  private:
    asio::awaitable<bool> arrive() {
        const bool opened = co_await open_session(talk_);
        if (!opened) {
            co_return false;
        }
        std::optional<user::AgentMessage> greeting;
        if (talk_.setup.parts.scenario->opens == Speaker::agent) {
            const bool greeted = co_await agent_turn(talk_, 0);
            if (!greeted) {
                co_return false;
            }
            greeting = message_of(talk_.record.turns.back());
        }
        user_turn_ = 1;
        if (plays_freely()) {
            const bool went_on = co_await go_on_freely(greeting);
            co_return went_on;
        }
        user::Step step = user_.open(greeting);
        if (greeting) {
            keep_reading(talk_, step);
        }
        if (talk_.around.voice == nullptr) {
            co_return user_says(talk_, step);
        }
        const bool said = co_await say_reworded(step);
        co_return said;
    }

    asio::awaitable<bool> answer() {
        const bool answered = co_await agent_turn(talk_, user_turn_);
        if (!answered) {
            co_return false;
        }
        if (plays_freely()) {
            ++user_turn_;
            const bool went_on = co_await go_on_freely(message_of(talk_.record.turns.back()));
            co_return went_on;
        }
        user::Step step = user_.react(message_of(talk_.record.turns.back()));
        keep_reading(talk_, step);
        if (user_turn_ >= talk_.setup.limits->turns && !step.ending) {
            talk_.record.turns.back().acts = step.agent_acts;
            end(talk_, Ending::turn_limit);
            co_return false;
        }
        ++user_turn_;
        if (talk_.around.voice == nullptr) {
            co_return user_says(talk_, step);
        }
        const bool said = co_await say_reworded(step);
        co_return said;
    }

    bool plays_freely() const { return talk_.around.voice != nullptr && talk_.around.voice->plays_freely(); }

    asio::awaitable<bool> say_reworded(user::Step& step) {
        const bool worded = co_await reword(talk_, user_, step);
        if (!worded && !talk_.record.turns.empty()) {
            talk_.record.turns.back().acts = step.agent_acts;
        }
        co_return worded&& user_says(talk_, step);
    }

    asio::awaitable<bool> go_on_freely(std::optional<user::AgentMessage> heard) {
        std::optional<user::Step> step = co_await free_step(talk_, user_, heard, user_turn_);
        if (!step) {
            co_return false;
        }
        if (heard) {
            keep_reading(talk_, *step);
        }
        co_return user_says(talk_, *step);
    }

    Talk talk_;
    user::BuiltinUser user_;
    int user_turn_ = 0;
};

Companion companion_of(Conversation&& record) {
    return {.persona = std::move(record.cell.persona),
            .scenario = std::move(record.cell.scenario),
            .ended = record.ended,
            .resolved = record.resolved,
            .turns = std::move(record.turns)};
}

// What keeps one of several from talking to the agent makes the whole conversation invalid.
void take_over_trouble(const Conversation& other, Conversation& into) {
    if (into.outcome != Outcome::invalid && other.outcome == Outcome::invalid) {
        into.outcome = other.outcome;
        into.fault = other.fault;
        into.ended = other.ended;
        into.error = other.cell.persona + ": " + other.error;
    }
}

}  // namespace

asio::awaitable<Conversation> simulate(Setup setup, Surroundings around) {
    LiveVisitor visitor(std::move(setup), around);
    for (bool goes_on = true; goes_on;) {
        goes_on = co_await visitor.advance();
    }
    Conversation out = co_await visitor.leave();
    co_return out;
}

asio::awaitable<Conversation> talk_in_turns(std::vector<std::unique_ptr<Visitor>> visitors, std::uint64_t seed) {
    Random order(seed, "simulation.together");
    std::vector<Visitor*> talking;
    std::ranges::transform(visitors, std::back_inserter(talking), &std::unique_ptr<Visitor>::get);
    while (!talking.empty()) {
        const auto next = talking.begin() + static_cast<std::ptrdiff_t>(order.below(talking.size()));
        const bool goes_on = co_await (*next)->advance();
        if (!goes_on) {
            talking.erase(next);
        }
    }
    std::vector<Conversation> left;
    for (std::size_t i = visitors.size(); i > 1; --i) {  // the first is judged by the world as all leave it
        Conversation other = co_await visitors[i - 1]->leave();
        left.insert(left.begin(), std::move(other));
    }
    Conversation out = co_await visitors.front()->leave();
    for (Conversation& other : left) {
        take_over_trouble(other, out);
        prompt::add_use(other.user_model, out.user_model);
        prompt::add_use(other.reader_model, out.reader_model);
        out.others.push_back(companion_of(std::move(other)));
    }
    co_return out;
}

asio::awaitable<Conversation> simulate_together(Setup setup, std::vector<Setup> others, Surroundings around) {
    const std::uint64_t seed = setup.seed;
    std::vector<std::unique_ptr<Visitor>> visitors;
    visitors.push_back(std::make_unique<LiveVisitor>(std::move(setup), around));
    for (Setup& other : others) {
        visitors.push_back(std::make_unique<LiveVisitor>(std::move(other), around));
    }
    Conversation out = co_await talk_in_turns(std::move(visitors), seed);
    co_return out;
}

}  // namespace sosia::simulation
