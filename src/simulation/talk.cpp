#include "simulation/talk.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "simulation/heard.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

std::string traceparent(std::uint64_t seed, int step) {
    return "00-" + hex(seed) + hex(hash64("trace", seed)) + "-" +
           hex(hash64("span", seed) + static_cast<std::uint64_t>(step)) + "-01";
}

// Each session is a conversation of its own to the agent.
std::string session_id(const Talk& talk) {
    return talk.sessions == 1 ? talk.setup.id : talk.setup.id + "-" + std::to_string(talk.sessions);
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
        case Ending::world_unavailable:
            talk.record.outcome = Outcome::invalid;
            talk.record.fault = Fault::tool;
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

void add_user_turn(Talk& talk, const user::Step& step, std::string text) {
    Turn turn;
    turn.n = static_cast<int>(talk.record.turns.size()) + 1;
    turn.role = Role::user;
    turn.text = std::move(text);
    turn.at_ms = talk.elapsed_ms();
    turn.acts = step.acts;
    turn.mind = step.mind;
    turn.metadata = std::exchange(talk.worded, {});
    talk.record.turns.push_back(std::move(turn));
}

// What the world served is known; of its tools nothing that an agent only reports counts beside it.
std::vector<ToolCall> known_calls(world::Seat* seat, std::vector<ToolCall> reported) {
    if (seat == nullptr) {
        return reported;
    }
    std::vector<ToolCall> out = seat->take_calls();
    std::erase_if(reported, [seat](const ToolCall& call) { return seat->knows(call.name); });
    std::ranges::move(reported, std::back_inserter(out));
    return out;
}

// Time passes and things happen once an answer is over; false when the agent's session had expired and there is no new
// one.
asio::awaitable<bool> let_world_go_on(Talk& talk) {
    const auto over = static_cast<int>(std::ranges::count(talk.record.turns, Role::agent, &Turn::role));
    talk.setup.seat->turns_over(over);
    const bool expires = std::ranges::any_of(talk.setup.parts.edge_case->events, [over](const WorldEvent& event) {
        return event.after == over && event.expires;
    });
    if (!expires) {
        co_return true;
    }
    co_await close_session(talk);
    talk.history.clear();
    ++talk.sessions;
    const bool opened = co_await open_session(talk);
    co_return opened;
}

// Text of the scenario's author may name the world's time.
std::string with_time(const std::string& text, world::Seat* seat) {
    if (seat == nullptr || !text.contains("{{")) {
        return text;
    }
    constexpr std::size_t date_letters = 10;
    const std::string now = iso8601(seat->state().now_ms);
    return replace_all(replace_all(text, "{{now}}", now), "{{today}}", now.substr(0, date_letters));
}

agent::Message message_to_remember(const Turn& turn) {
    agent::Message message{Role::agent, turn.text};
    std::ranges::copy_if(turn.tools, std::back_inserter(message.calls), &ToolCall::served);
    return message;
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
    talk.history.push_back(message_to_remember(turn));
    talk.record.turns.push_back(std::move(turn));
}

// Sends what the history holds; on failure ends the conversation and returns false.
asio::awaitable<bool> exchange(Talk& talk, int user_turn) {
    const std::string trace = traceparent(talk.setup.seed, talk.steps);
    const std::string conversation = session_id(talk);
    const agent::Request request{.conversation = conversation,
                                 .turn = user_turn,
                                 .messages = talk.history,
                                 .context = talk.setup.context,
                                 .traceparent = trace,
                                 .tools = talk.tools ? &*talk.tools : nullptr};
    const std::int64_t sent_us = talk.around.clock.steady_us();
    agent::Exchange answer = co_await talk.session->send(request);
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
bool remember(Talk& talk) {
    const std::vector<Turn>& turns = talk.record.turns;
    const bool after_user = turns.size() >= 2 && turns[turns.size() - 2].role == Role::user;
    const Turn* const user = after_user ? &turns[turns.size() - 2] : nullptr;
    const Result<void> written = talk.around.journal.append(talk.setup.id, talk.steps, user, turns.back());
    ++talk.steps;
    if (!written) {
        end(talk, Ending::internal_error, written.error().message);
        return false;
    }
    return true;
}

}  // namespace

asio::awaitable<bool> open_session(Talk& talk) {
    // An agent without the tools it needs would be blamed for what nobody could do.
    if (talk.setup.seat != nullptr && !talk.setup.seat->trouble().empty()) {
        end(talk, Ending::world_unavailable, talk.setup.seat->trouble());
        co_return false;
    }
    auto session = co_await talk.around.agent.open(session_id(talk));
    if (!session) {
        end(talk, ending_of(session.error().kind), session.error().message);
        co_return false;
    }
    talk.session = std::move(*session);
    co_return true;
}

asio::awaitable<void> close_session(Talk& talk) {
    if (talk.session != nullptr) {
        co_await talk.session->close();
        talk.session.reset();
    }
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

// One agent turn: from the journal of an interrupted attempt as long as it lasts, then from the agent itself.
asio::awaitable<bool> agent_turn(Talk& talk, int user_turn) {
    const auto step = static_cast<std::size_t>(talk.steps);
    if (step < talk.setup.resumed.size()) {
        Turn turn = talk.setup.resumed[step].agent;
        if (talk.setup.seat != nullptr) {
            talk.setup.seat->serve_again(turn.tools);
        }
        turn.n = static_cast<int>(talk.record.turns.size()) + 1;
        turn.acts.clear();
        talk.history.push_back(message_to_remember(turn));
        talk.record.turns.push_back(std::move(turn));
        ++talk.steps;
        bool goes_on = true;
        if (talk.setup.seat != nullptr) {
            goes_on = co_await let_world_go_on(talk);
        }
        co_return goes_on;
    }
    if (const std::optional<Ending> stop = talk.around.stop.requested()) {
        end(talk, *stop);
        co_return false;
    }
    if (talk.elapsed_ms() > talk.setup.limits->conversation_timeout_ms) {
        end(talk, Ending::conversation_timeout, "the conversation took longer than limits.conversation_timeout");
        co_return false;
    }
    const bool answered = co_await exchange(talk, user_turn);
    if (!answered) {
        co_return false;
    }
    const bool was_read = co_await read_newest_turn(talk);  // before it is journalled: what was read stands
    if (!was_read || !remember(talk)) {
        co_return false;
    }
    if (talk.setup.seat == nullptr) {
        co_return true;
    }
    const bool goes_on = co_await let_world_go_on(talk);
    co_return goes_on;
}

user::AgentMessage message_of(const Turn& turn) {
    return {.text = turn.text,
            .tools = &turn.tools,
            .ended = turn.ended,
            .reading = turn.reading ? &*turn.reading : nullptr};
}

void keep_reading(const Talk& talk, user::Step& step) {
    if (talk.setup.readings != nullptr && talk.around.reader == nullptr) {  // checks go by the rules
        talk.setup.readings->push_back(std::move(step.reading));
    }
}

// Says the step; returns false when it was the user's last word.
bool user_says(Talk& talk, const user::Step& step) {
    if (!step.agent_acts.empty() && !talk.record.turns.empty() && talk.record.turns.back().role == Role::agent) {
        talk.record.turns.back().acts = step.agent_acts;
    }
    if (!step.text.empty()) {
        std::string text = with_time(step.text, talk.setup.seat);
        talk.history.push_back({Role::user, text});
        add_user_turn(talk, step, std::move(text));
    }
    if (step.ending) {
        end(talk, *step.ending);
        return false;
    }
    return true;
}

Talk begin(Setup setup, Surroundings around) {
    Talk talk{.setup = std::move(setup), .around = around};
    talk.record.id = talk.setup.id;
    talk.record.cell = talk.setup.cell;
    talk.record.seed = talk.setup.seed;
    talk.began_us = around.clock.steady_us();
    if (talk.setup.seat != nullptr) {
        talk.tools.emplace(*talk.setup.seat);
    }
    return talk;
}

void say_recorded(Talk& talk, Turn turn) {
    turn.n = static_cast<int>(talk.record.turns.size()) + 1;
    turn.at_ms = talk.elapsed_ms();
    talk.history.push_back({Role::user, turn.text});
    talk.record.turns.push_back(std::move(turn));
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

}  // namespace sosia::simulation
