// An agent that acts through the request's tools: what the world serves is on record and in the history.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/serialize.hpp>

#include "domain/record_json.h"
#include "simulation/seat_host.h"
#include "simulation/test_support.h"
#include "world/test_world.h"

namespace sosia::simulation {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// Looks the order up in its second turn, refunds in its third with what it then found; says what the tool answered.
class ClerkSession final : public agent::Session {
  public:
    asio::awaitable<agent::Exchange> send(agent::Request request) override {
        agent::Reply reply;
        reply.text = "Could you give me your order number?";
        if (request.turn == 2) {
            co_await request.tools->call("get_order", json::object{{"order_id", "A-1"}});
            reply.text = "Which of your charges is the wrong one?";
            reply.tools = {{.name = "get_order", .arguments = json::object{{"order_id", "made up"}}}};
        } else if (request.turn > 2) {
            const ToolCall& before = request.messages[3].calls.at(0);
            json::object arguments{{"order_id", "A-1"}, {"amount", before.result->at("total")}};
            const std::string refunded = co_await request.tools->call("refund", std::move(arguments));
            reply.text = "I've refunded it: " + refunded + request.tools->answer_of(before);
        }
        co_return reply;
    }
};

class Clerk final : public agent::Agent {
  public:
    const agent::Traits& traits() const override { return traits_; }
    asio::awaitable<std::expected<std::unique_ptr<agent::Session>, agent::Failure>> open(std::string) override {
        std::unique_ptr<agent::Session> session = std::make_unique<ClerkSession>();
        co_return session;
    }

  private:
    agent::Traits traits_{.stateless = true, .description = "a clerk"};
};

class ToolsTest : public ::testing::Test {
  protected:
    ToolsTest() : engine_(std::move(user::Engine::create().value())) {
        persona_.id = "sandra";
        persona_.goal.primary = "get the duplicate charge refunded";
        persona_.facts = {
            Fact{.name = "order_id", .value = "A-1", .when = Disclosure::asked, .asked_by = {"order number"}}};
        persona_.knobs.drop = 0;
        scenario_.id = "duplicate-charge";
        scenario_.intent = "refund a duplicate charge";
        adversary_.id = "cooperative";
        toolbox_ = world::Toolbox::make(world_).value();
    }

    Conversation run(std::vector<Exchange> resumed = {}) {
        auto seat = world::Seat::make(toolbox_, {}, 7, "c0ffee").value();
        simulation::Setup s{.id = "c0ffee", .cell = {"sandra", "duplicate-charge", "", "cooperative", 0}, .seed = 7};
        s.parts = {&persona_, &scenario_, &scenario_.happy, &adversary_};
        s.context = &context_;
        s.limits = &limits_;
        s.seat = seat.get();
        s.resumed = std::move(resumed);
        Clerk agent;
        asio::io_context io;
        Conversation result;
        asio::co_spawn(io, simulate(std::move(s), Surroundings{agent, *engine_, clock_, journal_, stop_}),
                       [&](std::exception_ptr error, Conversation c) {
                           ASSERT_EQ(error, nullptr);
                           result = std::move(c);
                       });
        io.run();
        return result;
    }

    std::unique_ptr<user::Engine> engine_;
    WorldSpec world_ = world::test::shop();
    std::shared_ptr<const world::Toolbox> toolbox_;
    Persona persona_;
    Scenario scenario_;
    Adversary adversary_;
    json::object context_;
    Limits limits_;
    ManualClock clock_;
    MemoryJournal journal_;
    StopWhenTold stop_;
};

TEST_F(ToolsTest, what_the_world_served_is_on_record_with_arguments_and_answer) {
    const Conversation c = run();
    ASSERT_GE(c.turns.size(), 6u) << json::serialize(to_json(c));
    ASSERT_EQ(c.turns[3].tools.size(), 1u);
    EXPECT_EQ(c.turns[3].tools[0].arguments->at("order_id"), "A-1");
    ASSERT_EQ(c.turns[5].tools.size(), 1u);
    const ToolCall& call = c.turns[5].tools[0];
    EXPECT_TRUE(call.served);
    EXPECT_TRUE(call.wrote);
    EXPECT_EQ(call.arguments->at("amount"), 49.5);
    EXPECT_TRUE(c.turns[5].text.contains("R-1"));
    EXPECT_TRUE(c.turns[5].text.contains("\"status\":\"paid\""));
    EXPECT_TRUE(c.world->changes.contains("refunds"));
}

TEST_F(ToolsTest, a_resumed_conversation_knows_the_calls_of_before) {
    const std::string whole = json::serialize(to_json(run()));
    const std::vector<Exchange> all = journal_.entries;
    ASSERT_GE(all.size(), 3u);
    for (std::size_t kept = 1; kept < all.size(); ++kept) {
        EXPECT_EQ(json::serialize(to_json(run({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept)}))), whole);
    }
}

// A server of few lines that counts its calls.
constexpr auto counting_server = R"(
import json, sys
calls = 0
for line in sys.stdin:
    m = json.loads(line)
    if 'id' not in m: continue
    if m['method'] == 'initialize': r = {'protocolVersion': '2025-11-25', 'capabilities': {}, 'serverInfo': {}}
    elif m['method'] == 'tools/list': r = {'tools': [{'name': 'count', 'description': 'Counts.', 'inputSchema': {'type': 'object'}}]}
    else: calls += 1; r = {'content': [{'type': 'text', 'text': 'call ' + str(calls)}]}
    print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': r}), flush=True)
)";

asio::awaitable<void> use_tools_of(const WorldServer& server, std::shared_ptr<world::Seat> seat) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto tools = co_await world::RemoteTools::connect(executor, server, "c1");
    if (!tools) {
        ADD_FAILURE() << tools.error().message;
        co_return;
    }
    seat->add_remote(*tools);
    SeatHost host(*seat);
    EXPECT_EQ(host.offers().size(), seat->toolbox().spec().tools.size() + 1);
    EXPECT_EQ(host.offers().back().name, "count");
    EXPECT_EQ(host.offers().back().description, "Counts.");
    const std::string first = co_await host.call("count", json::object{});
    const std::string second = co_await host.call("count", json::object{});
    const std::string own = co_await host.call("get_order", json::object{{"order_id", "A-2"}});
    EXPECT_EQ(first, "call 1");
    EXPECT_EQ(second, "call 2");
    EXPECT_TRUE(own.contains("shipped"));
    const std::vector<ToolCall> calls = seat->take_calls();
    EXPECT_EQ(calls.size(), 3U);
    EXPECT_EQ(host.answer_of(calls.at(1)), "call 2");
    co_await (*tools)->close();
}

TEST_F(ToolsTest, those_of_another_server_are_offered_and_served_beside_the_worlds_own) {
    const WorldServer server{.name = "counter", .command = {"python3", "-c", counting_server}};
    asio::io_context io;  // outlives the seat, which holds the server's pipes
    const std::shared_ptr<world::Seat> seat = world::Seat::make(toolbox_, {}, 7, "c1").value();
    asio::co_spawn(io, use_tools_of(server, seat), [](const std::exception_ptr& error) { EXPECT_EQ(error, nullptr); });
    io.run();
}

}  // namespace
}  // namespace sosia::simulation
