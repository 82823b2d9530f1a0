#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/plain_json.h"
#include "domain/record_json.h"
#include "domain/suite.h"

namespace sosia {
namespace {

Conversation sample() {
    Conversation c;
    c.id = "c7f3c7f3c7f3";
    c.cell = {"sandra", "duplicate-charge", "window-expired", "objection-ladder", 2};
    c.seed = 0xFEDCBA9876543210ULL;
    c.outcome = Outcome::failed;
    c.fault = Fault::agent;
    c.ended = Ending::user_gave_up;
    Turn user{.n = 1, .role = Role::user, .text = "ok so i was charged twice. again."};
    user.mind = {.move = "open", .why = "starts", .disclosed = {"email"}, .asks = "refund", .emotion = 2.5};
    Turn agent{.n = 2, .role = Role::agent, .text = "Sure \"friend\"", .latency_ms = 12};
    agent.tools = {{.name = "lookup_charge", .arguments = boost::json::parse(R"({"order":"A-1"})")}, {.name = "x"}};
    agent.ended = true;
    c.turns = {user, agent};
    c.checks = {
        {.name = "claims", .passed = false, .turn = 2, .detail = "d", .quote = "q", .category = "hallucinated-policy"}};
    c.scores = {{.criterion = "efficiency", .value = 4, .reason = "r", .author = "rules"}};
    c.turn_scores = {{2, c.scores}};
    c.metrics.cost_usd = 0.25;
    return c;
}

TEST(RecordJson, survives_a_round_trip_byte_for_byte) {
    const std::string once = boost::json::serialize(to_json(sample()));
    const Result<Conversation> back = conversation_from_json(boost::json::parse(once));
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(boost::json::serialize(to_json(*back)), once);
    EXPECT_EQ(back->seed, sample().seed);
    EXPECT_FALSE(back->turns[1].tools[1].arguments.has_value());
}

TEST(PlainJson, writes_numbers_as_people_do) {
    const auto plain = [](std::string_view text) {
        return plain_json(boost::json::parse(boost::json::string_view(text.data(), text.size())));
    };
    EXPECT_EQ(plain(R"({"paid":189.00,"fee":45.5,"n":3,"neg":-0.25,"zero":0.0})"),
              R"({"paid":189.0,"fee":45.5,"n":3,"neg":-0.25,"zero":0.0})");
    EXPECT_EQ(plain(R"(["1E5 \" 2E3", true, null])"), R"(["1E5 \" 2E3",true,null])");
    EXPECT_EQ(boost::json::parse(plain("[1e300,1e-9]")), boost::json::parse("[1e300,1e-9]"));
}

TEST(RecordJson, refuses_what_is_no_conversation) {
    EXPECT_FALSE(conversation_from_json(boost::json::parse("[]")).has_value());
    EXPECT_FALSE(conversation_from_json(boost::json::parse(R"({"id":"x"})")).has_value());
}

TEST(Suite, merges_an_edge_cases_context_key_by_key) {
    Scenario s;
    s.context = boost::json::parse(R"({"customer":{"name":"S","age":3},"agent":{"a":[1,2]}})").as_object();
    EdgeCase e;
    e.context = boost::json::parse(R"({"customer":{"age":9},"agent":{"a":[7]}})").as_object();
    EXPECT_EQ(boost::json::serialize(merged_context(s, e)), R"({"customer":{"name":"S","age":9},"agent":{"a":[7]}})");
}

TEST(Names, every_ending_can_be_read_back) {
    for (int i = 0; i <= static_cast<int>(Ending::internal_error); ++i) {
        const auto ending = static_cast<Ending>(i);
        EXPECT_EQ(parse_ending(to_string(ending)), ending);
    }
}

}  // namespace
}  // namespace sosia
