#include "llm/traffic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>

#include "llm/meter.h"
#include "llm/mock/mock_faults.h"
#include "llm/mock/mock_schema.h"
#include "llm/mock/mock_script.h"
#include "llm/prices.h"
#include "net/test_loop.h"

namespace sosia::llm {
namespace {

namespace asio = boost::asio;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(pace, spreads_units_evenly_after_a_burst) {
    Pace pace(60, 2);  // one a second, two seconds' worth at once
    EXPECT_EQ(pace.reserve(0, 1), 0);
    EXPECT_EQ(pace.reserve(0, 1), 0);
    EXPECT_EQ(pace.reserve(0, 1), 0);
    EXPECT_EQ(pace.reserve(0, 1), 1'000'000);
    EXPECT_EQ(pace.reserve(0, 10), 2'000'000);
    EXPECT_EQ(pace.reserve(0, 1), 12'000'000);
    pace.give_back(9);
    EXPECT_EQ(pace.reserve(0, 1), 4'000'000);
    EXPECT_EQ(pace.reserve(100'000'000, 1), 100'000'000);
    EXPECT_EQ(Pace(0).reserve(5, 1e9), 5);
}

TEST(adaptive_limit, falls_once_per_wave_and_grows_by_one_per_round) {
    AdaptiveLimit limit(0);
    EXPECT_TRUE(limit.admits(1'000'000));
    limit.refused(10, 20, 100);
    EXPECT_DOUBLE_EQ(limit.limit(), 70);
    limit.refused(15, 25, 90);  // sent before the cut
    EXPECT_DOUBLE_EQ(limit.limit(), 70);
    for (int i = 0; i < 70; ++i) {
        limit.succeeded();
    }
    EXPECT_NEAR(limit.limit(), 71, 0.05);
    for (int i = 0; i < 50; ++i) {
        limit.refused(100 + i * 10, 105 + i * 10, 1);
    }
    EXPECT_DOUBLE_EQ(limit.limit(), 1);
    AdaptiveLimit bounded(4);
    bounded.succeeded();
    EXPECT_DOUBLE_EQ(bounded.limit(), 4);
}

TEST(limit_headers, of_openai_ask_for_the_share_that_is_missing) {
    const net::Headers empty{{"x-ratelimit-limit-requests", "60"},
                             {"x-ratelimit-remaining-requests", "0"},
                             {"x-ratelimit-reset-requests", "1m0s"}};
    EXPECT_EQ(wait_asked_for(empty, 100, 0), seconds(1));
    const net::Headers tokens{{"x-ratelimit-limit-tokens", "1000"},
                              {"x-ratelimit-remaining-tokens", "500"},
                              {"x-ratelimit-reset-tokens", "30s"}};
    EXPECT_EQ(wait_asked_for(tokens, 400, 0), seconds(0));
    EXPECT_EQ(wait_asked_for(tokens, 600, 0), seconds(6));
    EXPECT_EQ(wait_asked_for(tokens, 1e9, 0), seconds(30));
    const net::Headers odd{{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "soon"}};
    EXPECT_EQ(wait_asked_for(odd, 100, 0), seconds(0));
    const net::Headers long_wait{{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "24h"}};
    EXPECT_EQ(wait_asked_for(long_wait, 100, 0), seconds(60));
    const net::Headers milli{{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "120ms"}};
    EXPECT_EQ(wait_asked_for(milli, 100, 0), milliseconds(120));
}

TEST(limit_headers, of_anthropic_name_the_time) {
    const std::int64_t now = 1'700'000'000'000;
    const net::Headers headers{{"anthropic-ratelimit-requests-limit", "50"},
                               {"anthropic-ratelimit-requests-remaining", "0"},
                               {"anthropic-ratelimit-requests-reset", iso8601(now + 50'000)}};
    EXPECT_EQ(wait_asked_for(headers, 10, now), seconds(1));
    const net::Headers past{{"anthropic-ratelimit-requests-remaining", "0"},
                            {"anthropic-ratelimit-requests-reset", iso8601(now - 5'000)}};
    EXPECT_EQ(wait_asked_for(past, 10, now), seconds(0));
}

class lanes : public testing::Test {
  protected:
    Wait wait() {
        return [this](microseconds time) -> asio::awaitable<bool> { return moved(time); };
    }
    asio::awaitable<bool> moved(microseconds time) {
        clock_.advance(time);
        co_return true;
    }
    asio::awaitable<void> hold_place(Lane& lane, std::vector<Lane::Place>& places) {
        Lane::Place place = co_await lane.enter(1);
        places.push_back(std::move(place));
    }
    void spawn(Lane& lane, std::vector<Lane::Place>& places) {
        asio::co_spawn(loop_.executor(), hold_place(lane, places), asio::detached);
        loop_.poll();
    }

    net::test::Loop loop_;
    ManualClock clock_;
};

TEST_F(lanes, admit_no_more_than_their_limit_and_the_next_in_line_after_that) {
    Lane lane(clock_, {.max_concurrency = 2}, wait());
    std::vector<Lane::Place> places;
    for (int i = 0; i < 4; ++i) {
        spawn(lane, places);
    }
    EXPECT_EQ(places.size(), 2U);
    EXPECT_EQ(lane.waiting(), 2U);
    places.clear();
    loop_.poll();
    EXPECT_EQ(places.size(), 2U);
    EXPECT_EQ(lane.in_flight(), 2U);
}

TEST_F(lanes, a_slow_provider_holds_nobody_else_up) {
    Traffic traffic(clock_, wait());
    const auto slow = traffic.lane("slow", {.max_concurrency = 1});
    const auto fast = traffic.lane("fast", {});
    EXPECT_EQ(traffic.lane("slow", {}), slow);
    std::vector<Lane::Place> of_slow;
    std::vector<Lane::Place> of_fast;
    spawn(*slow, of_slow);
    spawn(*slow, of_slow);
    slow->hold(seconds(1000));
    const std::int64_t before = clock_.steady_us();
    for (int i = 0; i < 100; ++i) {
        spawn(*fast, of_fast);
    }
    EXPECT_EQ(of_slow.size(), 1U);
    EXPECT_EQ(of_fast.size(), 100U);
    EXPECT_EQ(clock_.steady_us(), before);
}

TEST_F(lanes, keep_everybody_back_while_the_provider_asks_for_it) {
    Lane lane(clock_, {}, wait());
    lane.hold(seconds(3));
    const std::int64_t before = clock_.steady_us();
    std::vector<Lane::Place> places;
    spawn(lane, places);
    ASSERT_EQ(places.size(), 1U);
    EXPECT_EQ(clock_.steady_us() - before, 3'000'000);
}

TEST(prices, know_models_by_name_date_and_other_doors) {
    const PriceTable& table = PriceTable::built_in();
    EXPECT_FALSE(table.date().empty());
    EXPECT_FALSE(table.sources().empty());
    EXPECT_GT(table.size(), 30U);
    ASSERT_NE(table.find("openai/gpt-4o-mini"), nullptr);
    EXPECT_EQ(table.find("openai/gpt-4o-mini-2024-07-18"), table.find("openai/gpt-4o-mini"));
    EXPECT_EQ(table.find("openai-responses/gpt-4o-mini"), table.find("openai/gpt-4o-mini"));
    EXPECT_EQ(table.find("anthropic/claude-haiku-4-5-20251001"), table.find("anthropic/claude-haiku-4-5"));
    EXPECT_EQ(table.find("http://localhost:11434/v1#qwen3"), nullptr);
}

TEST(prices, price_cached_tokens_and_long_questions_as_such) {
    const auto table =
        PriceTable{}.with(R"({"date":"2026-01-01","models":{"a/b":{"input":10,"cached_input":1,"output":100,)"
                          R"("long":{"from":1000,"input":20,"cached_input":2,"output":200}}}})",
                          "test");
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_DOUBLE_EQ(*table->cost("a/b", {1000, 0, 10}), 0.011);
    EXPECT_DOUBLE_EQ(*table->cost("a/b", {1000, 500, 10}), 0.0065);
    EXPECT_DOUBLE_EQ(*table->cost("a/b", {2000, 0, 10}), 0.042);
    EXPECT_FALSE(table->cost("a/c", {1, 0, 1}));
}

TEST(prices, of_the_users_file_win_and_what_is_wrong_is_said) {
    const auto own = PriceTable::built_in().with(
        R"({"date":"2027-01-01","models":{"openai/gpt-4o":{"input":1,"output":2}}})", "own.json");
    ASSERT_TRUE(own);
    EXPECT_EQ(own->find("openai/gpt-4o")->price, (Price{1, 1, 2}));
    EXPECT_EQ(own->size(), PriceTable::built_in().size());
    EXPECT_EQ(own->date(), "2027-01-01");
    const auto bad = PriceTable::built_in().with(R"({"models":{"x/y":{"input":-1,"output":2}}})", "own.json");
    ASSERT_FALSE(bad);
    EXPECT_THAT(bad.error().message, testing::AllOf(HasSubstr("own.json"), HasSubstr("x/y")));
    EXPECT_FALSE(PriceTable::built_in().with("[1]", "own.json"));
    EXPECT_FALSE(PriceTable::built_in().with("{", "own.json"));
}

TEST(budget, pays_what_is_in_flight_and_starts_nothing_it_cannot_pay) {
    Budget budget(1.0);
    EXPECT_TRUE(budget.reserve(0.6));
    EXPECT_FALSE(budget.reserve(0.6));
    budget.settle(0.6, 0.1);
    EXPECT_TRUE(budget.reserve(0.6));
    EXPECT_DOUBLE_EQ(budget.spent(), 0.1);
    EXPECT_NEAR(budget.left(), 0.3, 1e-12);
}

TEST(mock_faults, are_read_with_seconds_times_and_rates) {
    using mock::FaultKind;
    const auto fault = mock::parse_fault("rate_limit=2.5*3:0.5");
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, FaultKind::rate_limit);
    EXPECT_DOUBLE_EQ(fault->seconds, 2.5);
    EXPECT_EQ(fault->times, 3);
    EXPECT_DOUBLE_EQ(fault->rate, 0.5);
    EXPECT_EQ(mock::parse_fault("529")->kind, FaultKind::overloaded);
    for (const char* wrong : {"", "nonsense", "stall:2", "stall*x", "stall=", "stall=-1", "500:nan"}) {
        EXPECT_FALSE(mock::parse_fault(wrong)) << wrong;
    }
}

TEST(mock_faults, do_not_depend_on_the_order_of_requests) {
    const std::vector<mock::Fault> faults{*mock::parse_fault("overloaded:0.3")};
    mock::FaultPlan one(faults, 7);
    mock::FaultPlan other(faults, 7);
    std::vector<int> there;
    std::vector<int> back;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        there.push_back(one.next(i, {}).kind == mock::FaultKind::overloaded ? 1 : 0);
    }
    for (std::uint64_t i = 1000; i-- > 0;) {
        back.push_back(other.next(i, {}).kind == mock::FaultKind::overloaded ? 1 : 0);
    }
    std::ranges::reverse(back);
    EXPECT_EQ(there, back);
    EXPECT_NEAR(static_cast<double>(std::ranges::count(there, 1)), 300, 60);
}

TEST(mock_script, answers_by_the_first_rule_that_fits) {
    const auto script = mock::MockScript::parse(
        R"x({"rules":[{"when":"order (\\S+)","say":"Looking at \\1.","call":"look_up","arguments":{"id":"\\1"}},)x"
        R"x({"when":"judge","in":"system","json":{"verdict":"pass","quote":"\\0"}},{"when":"bye","fault":"overloaded"}],)x"
        R"x("otherwise":"Hm."})x",
        "rules.json");
    ASSERT_TRUE(script) << script.error().message;
    mock::MockQuestion question{.model = "m", .messages = {{Role::user, "My order A-1, please", {}, {}}}};
    EXPECT_EQ(script->answer(question, 1).reply.text, "Looking at A-1,.");
    question.tools = {{"look_up", "", {}}};
    EXPECT_EQ(script->answer(question, 1).reply.calls.at(0).arguments.at("id"), "A-1,");
    question.messages = {{Role::system, "You judge.", {}, {}}, {Role::user, "?", {}, {}}};
    EXPECT_EQ(script->answer(question, 1).reply.text, R"({"verdict":"pass","quote":"judge"})");
    question.messages = {{Role::user, "bye", {}, {}}};
    EXPECT_EQ(script->answer(question, 1).fault, "overloaded");
    question.messages = {{Role::user, "else", {}, {}}};
    EXPECT_EQ(script->answer(question, 1).reply.text, "Hm.");
    EXPECT_FALSE(mock::MockScript::parse(R"x({"rules":[{"when":"("}]})x", "r"));
    const auto by_model = mock::MockScript::parse(
        R"({"rules":[{"when":"^late$","in":"model","fault":"slow"},{"when":"hello","say":"Good day."}]})", "r");
    ASSERT_TRUE(by_model) << by_model.error().message;
    mock::MockQuestion hello{.model = "late", .messages = {{Role::user, "hello", {}, {}}}};
    EXPECT_EQ(by_model->answer(hello, 1).fault, "slow");
    EXPECT_EQ(by_model->answer(hello, 1).reply.text, "Good day.");  // a rule of faults alone has no words
    hello.model = "prompt";
    EXPECT_EQ(by_model->answer(hello, 1).fault, "");
    EXPECT_FALSE(mock::MockScript::parse(R"({"rules":[{"when":"a","in":"nowhere"}]})", "r"));
    EXPECT_FALSE(mock::MockScript::parse("nothing", "r"));
}

}  // namespace
}  // namespace sosia::llm
