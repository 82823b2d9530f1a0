#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/json_text.h"
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
    user.metadata = boost::json::parse(R"({"draft":"I was charged twice."})").as_object();
    Turn agent{.n = 2, .role = Role::agent, .text = "Sure \"friend\"", .latency_ms = 12};
    agent.tools = {{.name = "lookup_charge", .arguments = boost::json::parse(R"({"order":"A-1"})")}, {.name = "x"}};
    agent.ended = true;
    c.turns = {user, agent};
    c.checks = {
        {.name = "claims", .passed = false, .turn = 2, .detail = "d", .quote = "q", .category = "hallucinated-policy"}};
    c.scores = {{.criterion = "efficiency", .value = 4, .reason = "r", .author = "rules"}};
    c.turn_scores = {{2, c.scores}};
    c.metrics.cost_usd = 0.25;
    agent.tools[0].served = true;
    agent.tools[0].error = "refused";
    agent.tools[0].fault = "timeout";
    c.world = WorldRecord{.world = "shop", .changes = boost::json::parse(R"({"orders":{"A-1":null}})").as_object()};
    c.others = {
        {.persona = "ben", .scenario = "other", .ended = Ending::turn_limit, .resolved = true, .turns = {user, agent}}};
    return c;
}

TEST(RecordJson, survives_a_round_trip_byte_for_byte) {
    const std::string once = boost::json::serialize(to_json(sample()));
    const Result<Conversation> back = conversation_from_json(boost::json::parse(once));
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(boost::json::serialize(to_json(*back)), once);
    EXPECT_EQ(back->seed, sample().seed);
    EXPECT_EQ(to_json(*back).at("turns").at(0).at("worded").at("draft").as_string(), "I was charged twice.");
    EXPECT_FALSE(back->turns[1].tools[1].arguments.has_value());
}

TEST(JsonText, every_byte_at_every_place_survives) {
    for (int code = 0; code < 128; ++code) {
        for (std::size_t at = 0; at < 20; ++at) {
            std::string text(20, 'x');
            text[at] = static_cast<char>(code);
            EXPECT_EQ(boost::json::parse(json_text(boost::json::value(text))), boost::json::value(text))
                << code << " at " << at;
        }
    }
    const std::string text = "é漢🙂 \"q\" \\ \n\r\t end";
    EXPECT_EQ(boost::json::parse(json_text(boost::json::value(text))), boost::json::value(text));
}

TEST(JsonText, numbers_look_as_people_write_them) {
    EXPECT_EQ(json_text(42.5), "42.5");
    EXPECT_EQ(json_text(100.0), "100.0");
    EXPECT_EQ(json_text(-3), "-3");
    EXPECT_EQ(json_text(std::uint64_t{18446744073709551615u}), "18446744073709551615");
    EXPECT_EQ(boost::json::parse(json_text(1e300)), boost::json::value(1e300));
    EXPECT_EQ(json_text(boost::json::parse(R"({"a":[1,true,null,{"b":{}}],"c":[]})")),
              R"({"a":[1,true,null,{"b":{}}],"c":[]})");
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
