#include "simulation/simulate.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/random.h"
#include "prompt/model_use.h"
#include "simulation/talk.h"
#include "simulation/worded.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

// One user in front of the agent, an exchange at a time, so that several can take turns.
class Visitor {
  public:
    Visitor(Setup setup, Surroundings around)
        : talk_(begin(std::move(setup), around)),
          user_(around.engine, talk_.setup.parts, talk_.setup.seed, talk_.setup.limits->turns) {}

    // The first exchange begins with the user's first words. False when the conversation is over.
    asio::awaitable<bool> advance() {
        bool goes_on = false;
        if (user_turn_ == 0) {
            goes_on = co_await arrive();
        } else {
            goes_on = co_await answer();
        }
        over_ = !goes_on;
        co_return goes_on;
    }

    asio::awaitable<Conversation> leave() {
        co_await close_session(talk_);
        leave_world(talk_);
        talk_.record.resolved = user_.resolved();
        talk_.record.metrics.emotion_start = user_.emotion_at_start();
        measure(talk_);
        co_return std::move(talk_.record);
    }

    bool over() const { return over_; }

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
    bool over_ = false;
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
    Visitor visitor(std::move(setup), around);
    for (bool goes_on = true; goes_on;) {
        goes_on = co_await visitor.advance();
    }
    Conversation out = co_await visitor.leave();
    co_return out;
}

asio::awaitable<Conversation> simulate_together(Setup setup, std::vector<Setup> others, Surroundings around) {
    Random order(setup.seed, "simulation.together");
    std::vector<std::unique_ptr<Visitor>> visitors;
    visitors.push_back(std::make_unique<Visitor>(std::move(setup), around));
    for (Setup& other : others) {
        visitors.push_back(std::make_unique<Visitor>(std::move(other), around));
    }
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

asio::awaitable<Conversation> replay(Setup setup, Surroundings around, const Conversation& recorded) {
    Talk talk = begin(std::move(setup), around);
    user::BuiltinUser user(around.engine, talk.setup.parts, talk.setup.seed, talk.setup.limits->turns);
    const bool opened = co_await open_session(talk);
    if (!opened) {
        co_return std::move(talk.record);
    }
    bool alive = true;
    int user_turn = 0;
    if (talk.setup.parts.scenario->opens == Speaker::agent) {
        alive = co_await agent_turn(talk, 0);
    }
    // The recorded turns keep their inner side: the checks judge the new answers against what the user did and asked.
    for (std::size_t i = 0; i < recorded.turns.size() && alive; ++i) {
        if (recorded.turns[i].role == Role::agent) {
            continue;
        }
        say_recorded(talk, recorded.turns[i]);
        user.follow(recorded.turns[i]);
        const bool was_answered = i + 1 < recorded.turns.size();
        if (was_answered) {
            ++user_turn;
            alive = co_await agent_turn(talk, user_turn);
            if (alive) {
                talk.record.turns.back().acts = user.hear(message_of(talk.record.turns.back()));
            }
        }
    }
    if (alive) {
        end(talk, recorded.ended);
    }
    co_await close_session(talk);
    leave_world(talk);
    talk.record.resolved = user.resolved();
    talk.record.metrics.emotion_start = recorded.metrics.emotion_start;
    measure(talk);
    co_return std::move(talk.record);
}

}  // namespace sosia::simulation
