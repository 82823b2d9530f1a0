#include <gtest/gtest.h>

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/fake_agent.h"
#include "execution/run.h"

namespace sosia::execution {
namespace {

namespace asio = boost::asio;

agent::Exchange helpful(const agent::Request& request) {
    if (request.messages.size() < 3) {
        return agent::Reply{.text = "I'm sorry about that. Shall I refund the charge?"};
    }
    return agent::Reply{.text = "I've refunded the charge. Anything else?"};
}

class ExecuteTest : public ::testing::Test {
  protected:
    ExecuteTest() : engine_(std::move(user::Engine::create().value())), store_(storage::open_memory()) {
        Persona persona{.id = "ann", .name = "Ann Lee"};
        persona.goal.primary = "get a charge refunded";
        Scenario scenario{.id = "refund"};
        scenario.intent = "refund a charge";
        suite_.name = "t";
        suite_.personas = {persona};
        suite_.scenarios = {scenario};
        suite_.adversaries = {Adversary{.id = "cooperative"}};
        suite_.limits.concurrency = 8;
    }

    Work work(int n) {
        Work w{.suite = suite_};
        for (int i = 0; i < n; ++i) {
            w.ordinals.push_back(static_cast<std::uint64_t>(i));
        }
        w.job = [](std::uint64_t i) {
            return Job{
                i, "id" + std::to_string(1000 + i), {"ann", "refund", "", "cooperative", static_cast<int>(i)}, i};
        };
        return w;
    }

    Result<void> run(agent::FakeAgent::Brain brain, Work w, StopSwitch& stop,
                     std::function<void(const Conversation&)> finished) {
        agent::FakeAgent agent(std::move(brain));
        asio::io_context io;
        EXPECT_TRUE(store_.write->create_run({.id = "r1", .suite = "t"}).has_value());
        storage::AsyncWriter writer(io.get_executor(), std::move(store_.write), "r1");
        Result<void> result;
        const auto scorer = scoring::Scorer::create(suite_, engine_->reader()).value();
        asio::co_spawn(
            io,
            execute(std::move(w), Tools{agent, *engine_, *scorer, clock_, writer, summary_, stop, std::move(finished)}),
            [&](std::exception_ptr error, Result<void> r) {
                EXPECT_EQ(error, nullptr);
                result = r;
            });
        io.run();
        return result;
    }

    Suite suite_;
    std::unique_ptr<user::Engine> engine_;
    storage::Store store_;
    SystemClock clock_;
    analysis::SummaryBuilder summary_{suite_, 50};
};

TEST_F(ExecuteTest, every_conversation_is_stored_exactly_once) {
    StopSwitch stop(suite_.limits, clock_);
    int finished = 0;
    ASSERT_TRUE(run(helpful, work(50), stop, [&](const Conversation&) { ++finished; }).has_value());
    EXPECT_EQ(finished, 50);
    EXPECT_EQ(store_.read->finished_ids("r1").value().size(), 50U);
    EXPECT_TRUE(store_.read->journal("r1").value().empty());
    EXPECT_EQ(summary_.passed(), 50U);
}

TEST_F(ExecuteTest, draining_finishes_what_is_in_flight_and_starts_nothing_new) {
    StopSwitch stop(suite_.limits, clock_);
    int finished = 0;
    ASSERT_TRUE(run(helpful, work(50), stop, [&](const Conversation&) {
                    if (++finished == 5) {
                        stop.drain("interrupted");
                    }
                }).has_value());
    EXPECT_GE(finished, 5);
    EXPECT_LE(finished, 5 + suite_.limits.concurrency);
    EXPECT_EQ(stop.reason(), "interrupted");
}

TEST_F(ExecuteTest, an_invalid_conversation_is_run_again_and_counted_once) {
    StopSwitch stop(suite_.limits, clock_);
    int calls = 0;
    const auto flaky = [&](const agent::Request& r) -> agent::Exchange {
        if (++calls == 1) {
            return std::unexpected(agent::Failure{.kind = agent::FailureKind::timeout, .message = "slow"});
        }
        return helpful(r);
    };
    suite_.limits.concurrency = 1;
    ASSERT_TRUE(run(flaky, work(3), stop, [](const Conversation&) {}).has_value());
    EXPECT_EQ(summary_.passed(), 3U);
    EXPECT_EQ(summary_.invalid(), 0U);
}

TEST_F(ExecuteTest, a_money_budget_stops_new_conversations) {
    suite_.limits.budget_usd = 0.10;
    suite_.limits.concurrency = 1;
    StopSwitch stop(suite_.limits, clock_);
    const auto dear = [&](const agent::Request& r) -> agent::Exchange {
        agent::Exchange e = helpful(r);
        e->metadata["cost_usd"] = 0.03;
        return e;
    };
    ASSERT_TRUE(run(dear, work(50), stop, [](const Conversation&) {}).has_value());
    EXPECT_TRUE(stop.reason().starts_with("money budget spent")) << stop.reason();
    EXPECT_GE(summary_.done(), 1U);
    EXPECT_LT(summary_.done(), 5U);
}

// What each conversation spends when its agent asks for this much a turn.
agent::FakeAgent::Brain dear(double usd) {
    return [usd](const agent::Request& r) -> agent::Exchange {
        agent::Exchange e = helpful(r);
        e->metadata["cost_usd"] = usd;
        return e;
    };
}

TEST_F(ExecuteTest, a_money_budget_starts_only_what_it_pays_for_beside_what_is_in_flight) {
    double each = 0;
    double spent = 0;
    const auto add = [&](const Conversation& c) {
        spent += c.metrics.cost_usd.value_or(0);
        each = std::max(each, c.metrics.cost_usd.value_or(0));
    };
    suite_.limits.budget_usd = 1.0;
    suite_.limits.concurrency = 32;
    StopSwitch stop(suite_.limits, clock_);
    stop.expect(0.3);  // more than any of them takes
    ASSERT_TRUE(run(dear(0.05), work(50), stop, add).has_value());
    EXPECT_GT(each, 0);
    EXPECT_LE(spent, 1.0 + 1e-9);
    EXPECT_LT(each, 0.3);
    EXPECT_GT(spent + 0.3, 1.0);        // and it was used
    EXPECT_EQ(summary_.invalid(), 0U);  // what was started was finished
    EXPECT_LT(summary_.done(), 50U);
}

TEST_F(ExecuteTest, where_nobody_knows_the_price_the_first_conversation_goes_alone) {
    double each = 0;
    double spent = 0;
    const auto add = [&](const Conversation& c) {
        spent += c.metrics.cost_usd.value_or(0);
        each = std::max(each, c.metrics.cost_usd.value_or(0));
    };
    suite_.limits.budget_usd = 1.0;
    suite_.limits.concurrency = 32;
    StopSwitch stop(suite_.limits, clock_);
    ASSERT_TRUE(run(dear(0.05), work(50), stop, add).has_value());
    EXPECT_LE(spent, 1.0 + each);  // 32 at once would have been more
    EXPECT_LT(summary_.done(), 32U);
}

TEST_F(ExecuteTest, a_money_budget_that_pays_for_nothing_starts_nothing) {
    suite_.limits.budget_usd = 0.05;
    StopSwitch stop(suite_.limits, clock_);
    stop.expect(0.06);
    ASSERT_TRUE(run(helpful, work(5), stop, [](const Conversation&) {}).has_value());
    EXPECT_EQ(summary_.done(), 0U);
    EXPECT_TRUE(stop.reason().contains("0.0600 USD")) << stop.reason();
}

TEST_F(ExecuteTest, without_a_budget_costs_hold_nothing_up) {
    StopSwitch stop(suite_.limits, clock_);
    stop.expect(1000);
    ASSERT_TRUE(run(dear(100), work(5), stop, [](const Conversation&) {}).has_value());
    EXPECT_EQ(summary_.passed(), 5U);
}

TEST(ExchangeText, survives_a_round_trip) {
    simulation::Exchange e;
    e.user.text = "hi";
    e.agent.role = Role::agent;
    e.agent.text = "hello \"you\"";
    const auto back = exchange_from_text(exchange_to_text(&e.user, e.agent));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->agent.text, e.agent.text);
    EXPECT_FALSE(exchange_from_text("{}").has_value());
}

}  // namespace
}  // namespace sosia::execution
