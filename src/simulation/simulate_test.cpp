#include "simulation/simulate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <set>
#include <utility>

#include "agent/fake_agent.h"
#include "domain/record_json.h"
#include "simulation/test_support.h"

namespace sosia::simulation {
namespace {

namespace asio = boost::asio;

// A refund desk in four lines: asks for the order number, refunds, says goodbye.
agent::Exchange desk(const agent::Request& request) {
    std::string all;
    for (const agent::Message& m : request.messages) {
        all += m.role == Role::user ? m.text + "\n" : "";
    }
    agent::Reply reply;
    if (!all.contains("A-10023")) {
        reply.text = "I'm sorry to hear that. Could you give me your order number?";
    } else if (request.messages.size() < 6) {
        reply.text = "I've refunded the duplicate charge to your card.";
        reply.tools = {{.name = "issue_refund", .arguments = boost::json::object{{"order", "A-10023"}}}};
    } else {
        reply.text = "It takes 3 to 5 business days. Anything else I can help you with?";
    }
    return reply;
}

std::vector<std::string> texts(const std::vector<Turn>& turns) {
    std::vector<std::string> out;
    for (const Turn& turn : turns) {
        out.push_back(turn.text);
    }
    return out;
}

class SimulateTest : public ::testing::Test {
  protected:
    SimulateTest() : engine_(std::move(user::Engine::create().value())) {
        persona_.id = "sandra";
        persona_.goal.primary = "get the duplicate charge refunded";
        persona_.facts = {
            Fact{.name = "order_id", .value = "A-10023", .when = Disclosure::asked, .asked_by = {"order number"}}};
        persona_.knobs.drop = 0;
        scenario_.id = "duplicate-charge";
        scenario_.intent = "refund a duplicate charge";
        adversary_.id = "cooperative";
    }

    simulation::Setup setup(std::uint64_t seed = 7) {
        simulation::Setup s{.id = "c0ffee", .cell = {"sandra", "duplicate-charge", "", "cooperative", 0}, .seed = seed};
        s.parts = {&persona_, &scenario_, &scenario_.happy, &adversary_};
        s.context = &context_;
        s.limits = &limits_;
        return s;
    }

    Conversation run(agent::FakeAgent::Brain brain, simulation::Setup with) {
        agent::FakeAgent agent(std::move(brain));
        return held(simulate(std::move(with), around(agent)));
    }

    simulation::Setup other_user(std::uint64_t seed) {
        simulation::Setup other = setup(seed + 1);
        other.id = "c0ffee-2";
        other.cell.persona = "ben";
        return other;
    }

    // Two users of one world, told apart by the conversation's id.
    Conversation run_together(agent::FakeAgent::Brain brain, std::uint64_t seed) {
        agent::FakeAgent agent(std::move(brain));
        return held(simulate_together(setup(seed), {other_user(seed)}, around(agent)));
    }

    Conversation replay_together(agent::FakeAgent::Brain brain, std::uint64_t seed, const Conversation& recorded) {
        agent::FakeAgent agent(std::move(brain));
        return held(replay(setup(seed), {other_user(seed)}, around(agent), recorded));
    }

    Surroundings around(agent::Agent& agent) { return {agent, *engine_, clock_, journal_, stop_}; }

    static Conversation held(asio::awaitable<Conversation> talk) {
        asio::io_context io;
        Conversation result;
        asio::co_spawn(io, std::move(talk), [&](std::exception_ptr error, Conversation c) {
            ASSERT_EQ(error, nullptr);
            result = std::move(c);
        });
        io.run();
        return result;
    }

    std::unique_ptr<user::Engine> engine_;
    Persona persona_;
    Scenario scenario_;
    Adversary adversary_;
    boost::json::object context_;
    Limits limits_;
    ManualClock clock_;
    MemoryJournal journal_;
    StopWhenTold stop_;
};

TEST_F(SimulateTest, a_helpful_agent_satisfies_the_user) {
    const Conversation c = run(desk, setup());
    EXPECT_EQ(c.ended, Ending::user_satisfied) << boost::json::serialize(to_json(c));
    EXPECT_TRUE(c.resolved);
    EXPECT_EQ(c.metrics.tool_calls, 1);
}

TEST_F(SimulateTest, the_same_seed_gives_the_same_bytes) {
    const std::string once = boost::json::serialize(to_json(run(desk, setup())));
    EXPECT_EQ(boost::json::serialize(to_json(run(desk, setup()))), once);
}

TEST_F(SimulateTest, every_exchange_is_journalled_before_the_next_starts) {
    const Conversation c = run(desk, setup());
    EXPECT_EQ(static_cast<int>(journal_.entries.size()), c.metrics.agent_turns);
}

TEST_F(SimulateTest, a_resumed_conversation_equals_an_uninterrupted_one) {
    const std::string whole = boost::json::serialize(to_json(run(desk, setup())));
    const std::vector<Exchange> all = journal_.entries;
    for (std::size_t kept = 1; kept < all.size(); ++kept) {
        simulation::Setup again = setup();
        again.resumed.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept));
        int asked = 0;
        const auto counting = [&](const agent::Request& r) {
            ++asked;
            return desk(r);
        };
        EXPECT_EQ(boost::json::serialize(to_json(run(counting, again))), whole);
        EXPECT_EQ(asked, static_cast<int>(all.size() - kept));
    }
}

TEST_F(SimulateTest, an_unreachable_agent_makes_the_conversation_invalid) {
    const auto dead = [](const agent::Request&) -> agent::Exchange {
        return std::unexpected(
            agent::Failure{.kind = agent::FailureKind::unreachable, .message = "connection refused"});
    };
    const Conversation c = run(dead, setup());
    EXPECT_EQ(c.outcome, Outcome::invalid);
    EXPECT_EQ(c.fault, Fault::infrastructure);
    EXPECT_EQ(c.ended, Ending::agent_unreachable);
    EXPECT_EQ(c.turns.size(), 1U);  // the user's words are kept
}

TEST_F(SimulateTest, an_answer_that_is_no_answer_is_the_agents_failure) {
    const auto html = [](const agent::Request&) -> agent::Exchange {
        return std::unexpected(agent::Failure{.kind = agent::FailureKind::invalid_reply, .message = "got HTML"});
    };
    const Conversation c = run(html, setup());
    EXPECT_EQ(c.outcome, Outcome::failed);
    EXPECT_EQ(c.fault, Fault::agent);
}

TEST_F(SimulateTest, an_agent_that_repeats_itself_is_left) {
    const auto parrot = [](const agent::Request&) -> agent::Exchange {
        return agent::Reply{.text = "Please hold the line, your request matters to us."};
    };
    const Conversation c = run(parrot, setup());
    EXPECT_EQ(c.ended, Ending::loop);
    EXPECT_LE(c.metrics.user_turns, 4);
}

TEST_F(SimulateTest, a_journal_that_cannot_write_stops_the_conversation) {
    journal_.fail_at = 1;
    const Conversation c = run(desk, setup());
    EXPECT_EQ(c.ended, Ending::internal_error);
    EXPECT_EQ(c.outcome, Outcome::invalid);
    EXPECT_EQ(c.error, "disk full");
}

TEST_F(SimulateTest, users_of_one_world_take_turns_as_the_seed_says) {
    std::set<std::string> orders;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        std::string order;
        const auto brain = [&order](const agent::Request& request) {
            order += request.conversation.ends_with("-2") ? 'b' : 'a';
            return desk(request);
        };
        const Conversation first = run_together(brain, seed);
        ASSERT_EQ(first.others.size(), 1U);
        EXPECT_EQ(first.others[0].persona, "ben");
        EXPECT_EQ(first.others[0].ended, Ending::user_satisfied);
        EXPECT_EQ(first.ended, Ending::user_satisfied);
        EXPECT_TRUE(first.others[0].resolved);
        const std::string before = std::exchange(order, "");
        EXPECT_EQ(json_text(run_together(brain, seed)), json_text(first));
        EXPECT_EQ(order, before);
        orders.insert(order);
    }
    EXPECT_GT(orders.size(), 3U);
}

TEST_F(SimulateTest, users_of_one_world_say_again_what_they_said_in_the_same_order) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        std::string order;
        const auto brain = [&order](const agent::Request& request) {
            order += request.conversation.ends_with("-2") ? 'b' : 'a';
            return desk(request);
        };
        const Conversation first = run_together(brain, seed);
        const std::string before = std::exchange(order, "");
        const Conversation again = replay_together(brain, seed, first);
        EXPECT_EQ(order, before);
        ASSERT_EQ(again.others.size(), 1U);
        EXPECT_EQ(texts(again.others[0].turns), texts(first.others[0].turns));
        EXPECT_EQ(texts(again.turns), texts(first.turns));
        EXPECT_EQ(again.others[0].ended, Ending::user_satisfied);
    }
}

TEST_F(SimulateTest, who_is_not_in_the_record_of_a_shared_world_says_nothing) {
    Conversation alone = run_together(desk, 3);
    alone.others.clear();
    const Conversation again = replay_together(desk, 3, alone);
    EXPECT_TRUE(again.others.empty());
    EXPECT_EQ(texts(again.turns), texts(alone.turns));
}

TEST_F(SimulateTest, trouble_of_one_user_is_trouble_of_the_conversation) {
    const auto brain = [](const agent::Request& request) -> agent::Exchange {
        if (request.conversation.ends_with("-2")) {
            return std::unexpected(agent::Failure{.kind = agent::FailureKind::unreachable, .message = "refused"});
        }
        return desk(request);
    };
    const Conversation c = run_together(brain, 5);
    EXPECT_EQ(c.outcome, Outcome::invalid);
    EXPECT_EQ(c.fault, Fault::infrastructure);
    EXPECT_EQ(c.error, "ben: refused");
}

// A world in which nothing is but time.
class InAWorld : public SimulateTest {
  protected:
    InAWorld() {
        spec_.id = "time";
        spec_.clock_ms = 1'773'478'800'000;  // 2026-03-14T09:00:00Z
        spec_.collections = std::make_shared<Collections>();
    }

    Conversation run_with(std::vector<WorldEvent> events, agent::FakeAgent::Brain brain, simulation::Setup with) {
        scenario_.happy.events = std::move(events);
        const auto toolbox = world::Toolbox::make(spec_).value();
        const auto seat = world::Seat::make(toolbox, {}, 1, "c0ffee", scenario_.happy.events).value();
        with.seat = seat.get();
        return run(std::move(brain), std::move(with));
    }

    WorldSpec spec_;
};

TEST_F(InAWorld, days_pass_the_session_expires_and_the_user_comes_back_in_no_time) {
    scenario_.happy.pivots = {
        {.after = 1, .when = "", .say = "it is {{today}} now and my money is not there", .expect = ""}};
    std::vector<std::string> ids;
    std::vector<std::string> came_back;
    const auto brain = [&](const agent::Request& request) {
        ids.emplace_back(request.conversation);
        if (request.conversation != "c0ffee" && came_back.empty()) {
            for (const agent::Message& message : request.messages) {
                came_back.push_back(message.text);
            }
        }
        return desk(request);
    };
    const Conversation c = run_with({{.after = 1, .wait_ms = 72LL * 3'600'000, .expires = true}}, brain, setup());
    EXPECT_EQ(ids.front(), "c0ffee");
    EXPECT_EQ(ids.back(), "c0ffee-2");
    EXPECT_EQ(came_back.size(), 1U);  // nothing of what was said before
    EXPECT_TRUE(std::ranges::find(c.turns, "it is 2026-03-17 now and my money is not there", &Turn::text) !=
                c.turns.end());
    EXPECT_LT(c.metrics.duration_ms, 1000);
}

// An exchange after the expiry is the first of its session; kept ones before and after it stand all the same.
TEST_F(InAWorld, a_resumed_conversation_goes_through_the_expiry_too) {
    scenario_.happy.pivots = {{.after = 2, .when = "", .say = "it is {{today}} and my money is not there"}};
    const std::vector<WorldEvent> events{{.after = 1, .wait_ms = 72LL * 3'600'000, .expires = true},
                                         {.after = 2, .wait_ms = 1000, .expires = true}};
    std::vector<std::string> ids;
    const auto brain = [&ids](const agent::Request& request) {
        ids.emplace_back(request.conversation);
        return desk(request);
    };
    const Conversation whole = run_with(events, brain, setup());
    const std::vector<Exchange> all = std::exchange(journal_.entries, {});
    const std::vector<std::string> asked = std::exchange(ids, {});
    ASSERT_GE(all.size(), 3U);
    EXPECT_EQ(asked.back(), "c0ffee-3");
    for (std::size_t kept = 1; kept <= all.size(); ++kept) {
        simulation::Setup again = setup();
        again.resumed = {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept)};
        EXPECT_EQ(json_text(run_with(events, brain, std::move(again))), json_text(whole)) << kept;
        EXPECT_EQ(std::exchange(ids, {}),
                  std::vector<std::string>(asked.begin() + static_cast<std::ptrdiff_t>(kept), asked.end()));
    }
}

}  // namespace
}  // namespace sosia::simulation
