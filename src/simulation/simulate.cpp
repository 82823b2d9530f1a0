#include "simulation/simulate.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "simulation/talk.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

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
        }
        turn.n = static_cast<int>(talk.record.turns.size()) + 1;
        turn.acts.clear();
        talk.history.push_back({Role::agent, turn.text});
        talk.record.turns.push_back(std::move(turn));
        let_world_go_on(talk);
        ++talk.steps;
        co_return true;
    }
    if (const std::optional<Ending> stop = talk.around.stop.requested()) {
        end(talk, *stop);
        co_return false;
    }
    if (talk.elapsed_ms() > talk.setup.limits->conversation_timeout_ms) {
        end(talk, Ending::conversation_timeout, "the conversation took longer than limits.conversation_timeout");
        co_return false;
    }
    const bool answered = co_await exchange(talk, session, user_turn);
    if (!answered) {
        co_return false;
    }
    const bool written = co_await remember(talk);
    co_return written;
}

user::AgentMessage message_of(const Turn& turn) {
    return {.text = turn.text, .tools = &turn.tools, .ended = turn.ended};
}

void keep_reading(const Talk& talk, user::Step& step) {
    if (talk.setup.readings != nullptr) {
        talk.setup.readings->push_back(std::move(step.reading));
    }
}

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

asio::awaitable<void> converse(Talk& talk, agent::Session& session, user::BuiltinUser& user) {
    std::optional<user::AgentMessage> greeting;
    if (talk.setup.parts.scenario->opens == Speaker::agent) {
        const bool greeted = co_await agent_turn(talk, session, 0);
        if (!greeted) {
            co_return;
        }
        greeting = message_of(talk.record.turns.back());
    }
    user::Step step = user.open(greeting);
    if (greeting) {
        keep_reading(talk, step);
    }
    if (talk.around.voice != nullptr) {
        const bool worded = co_await reword(talk, user, step);
        if (!worded) {
            co_return;
        }
    }
    for (int user_turn = 1; user_says(talk, step); ++user_turn) {
        const bool answered = co_await agent_turn(talk, session, user_turn);
        if (!answered) {
            co_return;
        }
        step = user.react(message_of(talk.record.turns.back()));
        keep_reading(talk, step);
        if (user_turn >= talk.setup.limits->turns && !step.ending) {
            talk.record.turns.back().acts = step.agent_acts;
            end(talk, Ending::turn_limit);
            co_return;
        }
        if (talk.around.voice != nullptr) {
            const bool worded = co_await reword(talk, user, step);
            if (!worded) {
                talk.record.turns.back().acts = step.agent_acts;
                co_return;
            }
        }
    }
}

void measure(Talk& talk) {
    Metrics& m = talk.record.metrics;
    std::int64_t total_latency = 0;
    for (const Turn& turn : talk.record.turns) {
        if (turn.role == Role::user) {
            ++m.user_turns;
            m.emotion_peak = std::max(m.emotion_peak, turn.mind.emotion);
            m.emotion_end = turn.mind.emotion;
            if (turn.mind.asks == "human" && m.human_demanded_at == 0) {
                m.human_demanded_at = turn.n;
            }
            continue;
        }
        ++m.agent_turns;
        total_latency += turn.latency_ms;
        m.latency_max_ms = std::max(m.latency_max_ms, turn.latency_ms);
        m.tool_calls += static_cast<int>(turn.tools.size());
        if (std::ranges::find(turn.acts, "hand-over") != turn.acts.end() && m.handed_over_at == 0) {
            m.handed_over_at = turn.n;
        }
        if (const auto* cost = turn.metadata.if_contains("cost_usd"); cost != nullptr && cost->is_number()) {
            m.cost_usd = m.cost_usd.value_or(0) + cost->to_number<double>();
        }
    }
    m.latency_mean_ms = m.agent_turns == 0 ? 0 : static_cast<double>(total_latency) / m.agent_turns;
    m.duration_ms = talk.elapsed_ms();
}

void say_recorded(Talk& talk, Turn turn) {
    turn.n = static_cast<int>(talk.record.turns.size()) + 1;
    turn.at_ms = talk.elapsed_ms();
    talk.history.push_back({Role::user, turn.text});
    talk.record.turns.push_back(std::move(turn));
}

Talk begin(Setup setup, Surroundings around) {
    Talk talk{.setup = std::move(setup), .around = around};
    talk.record.id = talk.setup.id;
    talk.record.cell = talk.setup.cell;
    talk.record.seed = talk.setup.seed;
    talk.began_us = around.clock.steady_us();
    return talk;
}

}  // namespace

asio::awaitable<Conversation> simulate(Setup setup, Surroundings around) {
    Talk talk = begin(std::move(setup), around);
    user::BuiltinUser user(around.engine, talk.setup.parts, talk.setup.seed, talk.setup.limits->turns);
    auto session = co_await around.agent.open(talk.setup.id);
    if (!session) {
        end(talk, ending_of(session.error().kind), session.error().message);
    } else {
        if (around.voice != nullptr && around.voice->plays_freely()) {
            co_await converse_freely(talk, **session, user);
        } else {
            co_await converse(talk, **session, user);
        }
        co_await (*session)->close();
    }
    leave_world(talk);
    talk.record.resolved = user.resolved();
    talk.record.metrics.emotion_start = user.emotion_at_start();
    measure(talk);
    co_return std::move(talk.record);
}

asio::awaitable<Conversation> replay(Setup setup, Surroundings around, const Conversation& recorded) {
    Talk talk = begin(std::move(setup), around);
    user::BuiltinUser user(around.engine, talk.setup.parts, talk.setup.seed, talk.setup.limits->turns);
    auto session = co_await around.agent.open(talk.setup.id);
    if (!session) {
        end(talk, ending_of(session.error().kind), session.error().message);
        co_return std::move(talk.record);
    }
    bool alive = true;
    int user_turn = 0;
    if (talk.setup.parts.scenario->opens == Speaker::agent) {
        alive = co_await agent_turn(talk, **session, 0);
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
            alive = co_await agent_turn(talk, **session, user_turn);
            if (alive) {
                talk.record.turns.back().acts = user.hear(message_of(talk.record.turns.back()));
            }
        }
    }
    if (alive) {
        end(talk, recorded.ended);
    }
    co_await (*session)->close();
    leave_world(talk);
    talk.record.resolved = user.resolved();
    talk.record.metrics.emotion_start = recorded.metrics.emotion_start;
    measure(talk);
    co_return std::move(talk.record);
}

}  // namespace sosia::simulation
