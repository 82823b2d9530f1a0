#include "simulation/simulate.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

<<<<<<< HEAD
#include "base/random.h"
#include "simulation/talk.h"
#include "simulation/worded.h"
=======
#include "base/hash.h"
#include "simulation/talk.h"
>>>>>>> judge

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

<<<<<<< HEAD
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
=======
std::string traceparent(std::uint64_t seed, int step) {
    return "00-" + hex(seed) + hex(hash64("trace", seed)) + "-" +
           hex(hash64("span", seed) + static_cast<std::uint64_t>(step)) + "-01";
}

Ending ending_of(agent::FailureKind kind) {
    switch (kind) {
        case agent::FailureKind::unreachable:
            return Ending::agent_unreachable;
        case agent::FailureKind::timeout:
            return Ending::agent_timeout;
        case agent::FailureKind::invalid_reply:
            return Ending::agent_invalid;
        case agent::FailureKind::cancelled:
            return Ending::cancelled;
    }
    return Ending::internal_error;
}

}  // namespace

void end(Talk& talk, Ending ending, std::string error) {
    talk.record.ended = ending;
    talk.record.error = std::move(error);
    switch (ending) {
        case Ending::agent_unreachable:
        case Ending::agent_timeout:
        case Ending::conversation_timeout:
        case Ending::budget_spent:
        case Ending::cancelled:
        case Ending::internal_error:
        case Ending::model_unavailable:
            talk.record.outcome = Outcome::invalid;
            talk.record.fault = Fault::infrastructure;
            break;
        case Ending::user_invalid:
            talk.record.outcome = Outcome::invalid;
            talk.record.fault = Fault::simulator;
            break;
        case Ending::agent_invalid:
            talk.record.outcome = Outcome::failed;
            talk.record.fault = Fault::agent;
            break;
        default:
            talk.record.outcome = Outcome::passed;
            break;
    }
}

namespace {

void add_user_turn(Talk& talk, const user::Step& step) {
    Turn turn;
    turn.n = static_cast<int>(talk.record.turns.size()) + 1;
    turn.role = Role::user;
    turn.text = step.text;
    turn.at_ms = talk.elapsed_ms();
    turn.acts = step.acts;
    turn.mind = step.mind;
    talk.record.turns.push_back(std::move(turn));
}

// What the world served is known; of its tools nothing that an agent only reports counts beside it.
std::vector<ToolCall> known_calls(world::Seat* seat, std::vector<ToolCall> reported) {
    if (seat == nullptr) {
        return reported;
    }
    std::vector<ToolCall> out = seat->take_calls();
    std::erase_if(reported, [seat](const ToolCall& call) { return seat->toolbox().tool(call.name) != nullptr; });
    std::ranges::move(reported, std::back_inserter(out));
    return out;
}

// The world as the conversation leaves it. Calls after the agent's last answer belong to that.
void leave_world(Talk& talk) {
    world::Seat* seat = talk.setup.seat;
    if (seat == nullptr) {
        return;
    }
    seat->close();
    talk.record.world = seat->record();
    if (!talk.record.turns.empty()) {
        const auto last =
            std::ranges::find(talk.record.turns.rbegin(), talk.record.turns.rend(), Role::agent, &Turn::role);
        Turn& turn = last == talk.record.turns.rend() ? talk.record.turns.back() : *last;
        std::ranges::move(seat->take_calls(), std::back_inserter(turn.tools));
    }
}

void let_world_go_on(Talk& talk) {
    if (talk.setup.seat != nullptr) {
        talk.setup.seat->turns_over(static_cast<int>(std::ranges::count(talk.record.turns, Role::agent, &Turn::role)));
    }
}

void add_agent_turn(Talk& talk, agent::Reply reply, std::int64_t latency_ms) {
    Turn turn;
    turn.n = static_cast<int>(talk.record.turns.size()) + 1;
    turn.role = Role::agent;
    turn.text = std::move(reply.text);
    turn.at_ms = talk.elapsed_ms();
    turn.latency_ms = latency_ms;
    turn.tools = known_calls(talk.setup.seat, std::move(reply.tools));
    turn.ended = reply.ended;
    turn.metadata = std::move(reply.metadata);
    talk.record.metrics.retries += reply.retries;
    talk.history.push_back({Role::agent, turn.text});
    talk.record.turns.push_back(std::move(turn));
    let_world_go_on(talk);
}

// Sends what the history holds; on failure ends the conversation and returns false.
asio::awaitable<bool> exchange(Talk& talk, agent::Session& session, int user_turn) {
    const std::string trace = traceparent(talk.setup.seed, talk.steps);
    const agent::Request request{.conversation = talk.setup.id,
                                 .turn = user_turn,
                                 .messages = talk.history,
                                 .context = talk.setup.context,
                                 .traceparent = trace};
    const std::int64_t sent_us = talk.around.clock.steady_us();
    agent::Exchange answer = co_await session.send(request);
    const std::int64_t latency_ms = (talk.around.clock.steady_us() - sent_us) / 1000;
    if (!answer) {
        talk.record.metrics.retries += answer.error().retries;
        end(talk, ending_of(answer.error().kind), answer.error().message);
        co_return false;
    }
    add_agent_turn(talk, std::move(*answer), latency_ms);
    co_return true;
}

// Journals the newest exchange: a user turn (absent when the agent opened) and the agent's answer.
asio::awaitable<bool> remember(Talk& talk) {
    const std::vector<Turn>& turns = talk.record.turns;
    Exchange entry;
    entry.agent = turns.back();
    if (turns.size() >= 2 && turns[turns.size() - 2].role == Role::user) {
        entry.user = turns[turns.size() - 2];
    }
    const Result<void> written = co_await talk.around.journal.append(talk.setup.id, talk.steps, entry);
    ++talk.steps;
    if (!written) {
        end(talk, Ending::internal_error, written.error().message);
        co_return false;
    }
    co_return true;
}

}  // namespace

// One agent turn: from the journal of an interrupted attempt as long as it lasts, then from the agent itself.
asio::awaitable<bool> agent_turn(Talk& talk, agent::Session& session, int user_turn) {
    const auto step = static_cast<std::size_t>(talk.steps);
    if (step < talk.setup.resumed.size()) {
        Turn turn = talk.setup.resumed[step].agent;
        if (talk.setup.seat != nullptr) {
            talk.setup.seat->serve_again(turn.tools);
>>>>>>> judge
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

<<<<<<< HEAD
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
=======
// Says the step; returns false when it was the user's last word.
bool user_says(Talk& talk, const user::Step& step) {
    if (!step.agent_acts.empty() && !talk.record.turns.empty() && talk.record.turns.back().role == Role::agent) {
        talk.record.turns.back().acts = step.agent_acts;
    }
    if (!step.text.empty()) {
        add_user_turn(talk, step);
        talk.history.push_back({Role::user, step.text});
    }
    if (step.ending) {
        end(talk, *step.ending);
        return false;
    }
    return true;
}

namespace {
>>>>>>> judge

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
