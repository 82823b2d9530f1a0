#include "world/seat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/expectations.h"
#include "world/json_text.h"
#include "world/test_world.h"

namespace sosia::world {
namespace {

namespace json = boost::json;
using test::parsed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view refund_a1 = R"({"order_id": "A-1", "amount": 20})";

struct Shop {
    explicit Shop(std::vector<WorldFault> faults = {}, std::uint64_t seed = 1) : spec(test::shop()) {
        spec.faults = std::move(faults);
        toolbox = Toolbox::make(spec).value();
        seat = Seat::make(toolbox, {}, seed, "c1").value();
    }
    Answer call(std::string_view tool, std::string_view arguments) { return seat->call(tool, parsed(arguments)); }
    std::string text(std::string_view tool, std::string_view arguments) {
        return answer_text(call(tool, arguments).value, false);
    }

    WorldSpec spec;
    std::shared_ptr<const Toolbox> toolbox;
    std::unique_ptr<Seat> seat;
};

// What a conversation did, judged.
struct Case {
    Shop shop;
    WorldExpectation expect;

    EndState end() { return end_state(*shop.toolbox, beginning, events, shop.seat->record()).value(); }
    json::object beginning;
    std::vector<WorldEvent> events;
};

TEST(seat, logs_every_call_with_what_came_of_it) {
    Shop shop;
    shop.call("refund", refund_a1);
    shop.call("refund", R"({"order_id": "A-2", "amount": 1})");
    shop.call("refund", R"({"amount": 1})");
    shop.call("nothing", "{}");
    shop.call("explode", "{}");
    const std::vector<ToolCall> calls = shop.seat->take_calls();
    ASSERT_EQ(calls.size(), 5U);
    EXPECT_TRUE(calls[0].served && calls[0].wrote);
    std::vector<std::string> errors;
    for (const ToolCall& call : calls) {
        errors.push_back(call.error);
    }
    EXPECT_THAT(errors, ElementsAre("", "refused", "invalid", "unknown", "broken"));
    EXPECT_THAT(shop.seat->take_calls(), IsEmpty());
}

TEST(seat, keeps_only_the_beginning_of_an_answer_that_nobody_reads) {
    Shop shop;
    shop.spec.tools = {test::tool("big", "answer", R"("{{text}}")")};
    shop.toolbox = Toolbox::make(shop.spec).value();
    shop.seat = Seat::make(shop.toolbox, {}, 1, "c").value();
    const json::object arguments{{"text", std::string(100'000, 'x')}};
    EXPECT_EQ(shop.seat->call("big", arguments).value.as_string().size(), 100'000U);
    EXPECT_LT(shop.seat->take_calls().at(0).result->as_string().size(), 33'000U);
}

TEST(seat, refuses_calls_once_the_conversation_is_over) {
    Shop shop;
    shop.seat->close();
    EXPECT_EQ(shop.call("refund", refund_a1).kind, Answer::Kind::refused);
    EXPECT_THAT(shop.seat->take_calls(), IsEmpty());
    EXPECT_TRUE(shop.seat->record().changes.empty());
}

TEST(seat, a_tool_may_end_the_conversation) {
    Shop shop;
    shop.spec.tools.back().ends = true;
    shop.spec.tools.back() = test::tool("leave", "answer", R"("bye")");
    shop.spec.tools.back().ends = true;
    shop.toolbox = Toolbox::make(shop.spec).value();
    shop.seat = Seat::make(shop.toolbox, {}, 1, "c").value();
    EXPECT_EQ(shop.text("leave", "{}"), "bye");
    EXPECT_THAT(shop.text("ticket", "{}"), HasSubstr("over"));
}

TEST(seat, a_resumed_conversation_finds_its_world_as_it_was) {
    Shop first;
    first.call("refund", refund_a1);
    first.call("ticket", "{}");
    Shop second;
    second.seat->serve_again(first.seat->take_calls());
    EXPECT_EQ(second.seat->record().changes, first.seat->record().changes);
    EXPECT_EQ(second.text("ticket", "{}"), "2");
    EXPECT_EQ(second.seat->take_calls().size(), 1U);
}

TEST(seat, events_happen_between_turns_and_time_passes_without_waiting) {
    Case c;
    c.shop.spec.tools[3].hidden = true;  // ship
    c.shop.toolbox = Toolbox::make(c.shop.spec).value();
    c.events = {{.after = 2,
                 .wait_ms = 3 * 86'400'000,
                 .call = "ship",
                 .arguments = parsed(R"({"order_id": "A-1"})").as_object()}};
    c.shop.seat = Seat::make(c.shop.toolbox, {}, 1, "c", c.events).value();
    EXPECT_EQ(c.shop.call("ship", R"({"order_id": "A-1"})").kind, Answer::Kind::unknown);
    c.shop.seat->turns_over(1);
    EXPECT_THAT(c.shop.text("get_order", R"({"order_id": "A-1"})"), HasSubstr("paid"));
    c.shop.seat->turns_over(2);
    EXPECT_THAT(c.shop.text("get_order", R"({"order_id": "A-1"})"), HasSubstr("shipped"));
    EXPECT_EQ(c.shop.seat->state().now_ms - c.shop.spec.clock_ms, 3 * 86'400'000);
    EXPECT_EQ(c.shop.seat->take_calls().size(), 3U);
    EXPECT_THAT(change_problems(c.end()), IsEmpty());
    c.shop.call("cancel", R"({"order_id": "A-2"})");
    EXPECT_EQ(change_problems(c.end()).size(), 1U);
}

WorldFault fault(WorldFault::Kind kind, std::optional<int> call = std::nullopt, double probability = 1) {
    WorldFault out;
    out.kind = kind;
    out.call = call;
    out.probability = probability;
    return out;
}

TEST(faults, that_keep_a_tool_from_running) {
    for (const auto& [kind, words] : {std::pair{WorldFault::Kind::timeout, "in time"},
                                      {WorldFault::Kind::error, "internal error"},
                                      {WorldFault::Kind::rate_limit, "too many"}}) {
        Shop shop({fault(kind)});
        const Answer answer = shop.call("refund", refund_a1);
        EXPECT_FALSE(answer.ok());
        EXPECT_THAT(answer_text(answer.value, false), HasSubstr(words));
        EXPECT_FALSE(shop.seat->state().documents.changed());
        EXPECT_EQ(shop.seat->take_calls().at(0).fault, to_string(kind));
    }
}

TEST(faults, that_spoil_the_answer) {
    const std::string_view a2 = R"({"order_id": "A-2"})";
    EXPECT_EQ(Shop({fault(WorldFault::Kind::truncated)}).text("get_order", a2), R"({"id":"A-2","user":"ben","s)");
    WorldFault missing = fault(WorldFault::Kind::missing_fields);
    missing.fields = {"user", "status"};
    EXPECT_EQ(Shop({missing}).text("get_order", a2), R"({"id":"A-2","total":10})");
    WorldFault corrupt = fault(WorldFault::Kind::corrupt_fields);
    corrupt.fields = {"user", "total"};
    EXPECT_EQ(Shop({corrupt}).text("get_order", a2), R"({"id":"A-2","user":"neb","status":"shipped","total":107})");
    const std::string drawn = Shop({fault(WorldFault::Kind::missing_fields)}).text("get_order", a2);
    EXPECT_EQ(parsed(drawn).as_object().size(), 3U);
}

TEST(faults, that_take_virtual_time) {
    Shop shop({fault(WorldFault::Kind::slow)});
    const std::int64_t before = shop.seat->state().now_ms;
    EXPECT_TRUE(shop.call("get_order", R"({"order_id": "A-2"})").ok());
    EXPECT_EQ(shop.seat->state().now_ms - before, 30'000);
}

TEST(faults, stale_reads_show_the_beginning_and_writes_still_count) {
    Shop shop({fault(WorldFault::Kind::stale, 3)});
    shop.call("ship", R"({"order_id": "A-1"})");
    EXPECT_THAT(shop.text("get_order", R"({"order_id": "A-1"})"), HasSubstr("shipped"));
    EXPECT_THAT(shop.text("get_order", R"({"order_id": "A-1"})"), HasSubstr("paid"));
    EXPECT_THAT(shop.text("get_order", R"({"order_id": "A-1"})"), HasSubstr("shipped"));
}

TEST(faults, duplicate_delivery_writes_twice) {
    Shop shop({fault(WorldFault::Kind::duplicate, 1)});
    shop.call("refund", refund_a1);
    EXPECT_EQ(shop.seat->state().documents.size("refunds"), 2U);
}

TEST(faults, come_from_the_seed_and_from_nothing_else) {
    const auto pattern = [](std::uint64_t seed) {
        Shop shop({fault(WorldFault::Kind::error, std::nullopt, 0.4)}, seed);
        std::string out;
        for (int i = 0; i < 40; ++i) {
            out += shop.call("ticket", "{}").ok() ? '.' : 'x';
        }
        return out;
    };
    EXPECT_EQ(pattern(7), pattern(7));
    EXPECT_NE(pattern(7), pattern(8));
    EXPECT_THAT(pattern(7), testing::AllOf(HasSubstr("."), HasSubstr("x")));
}

TEST(expectations, documents_are_matched_as_subsets_and_print_the_difference) {
    Case c;
    c.shop.call("refund", refund_a1);
    c.expect.documents = parsed(R"({"refunds": {"R-1": {"order": "A-1", "amount": {"within": [10, 20]}}, "R-2": null},
                   "orders": {"A-1": {"status": "paid"}}})")
                             .as_object();
    EXPECT_THAT(document_problems(c.expect, c.end()), IsEmpty());
    c.expect.documents =
        parsed(R"({"refunds": {"R-1": {"amount": 19}, "R-9": {"amount": 1}}, "orders": {"A-1": null}})").as_object();
    EXPECT_THAT(document_problems(c.expect, c.end()), ElementsAre("refunds/R-1/amount: expected 19, found 20",
                                                                  "refunds/R-9: expected {\"amount\":1}, found nothing",
                                                                  HasSubstr("orders/A-1: expected nothing, found {")));
}

TEST(expectations, queries_count_and_compare) {
    Case c;
    c.shop.call("ship", R"({"order_id": "A-1"})");
    const auto problems = [&c](std::string_view query) {
        c.expect.queries = {parsed(query).as_object()};
        return query_problems(c.expect, c.end());
    };
    EXPECT_THAT(problems(R"({"collection": "orders", "where": {"status": "shipped"}, "count": 3})"), IsEmpty());
    EXPECT_THAT(problems(R"({"collection": "orders", "where": {"status": "shipped"}, "count": {"less": 3}})"),
                ElementsAre("orders where {\"status\":\"shipped\"}: expected less than 3 documents, found 3"));
    EXPECT_THAT(problems(R"({"collection": "orders", "id": "A-1", "at": "/by/whom", "is": "ann"})"), IsEmpty());
    EXPECT_THAT(problems(R"({"collection": "orders", "id": "A-1", "at": "/total", "is": {"more": 60}})"),
                ElementsAre("orders/A-1/total: expected more than 60, found 50.0"));
    EXPECT_THAT(problems(R"({"collection": "orders", "id": "A-9"})"), ElementsAre(HasSubstr("no such document")));
    EXPECT_THAT(problems(R"({"collection": "orders", "id": "A-1", "at": "user", "is": {"exists": false}})"), IsEmpty());
    EXPECT_THAT(problems(R"({"collection": "orders", "where": {"total": {"within": [1]}}, "count": 1})"),
                ElementsAre(HasSubstr("within")));
}

TEST(expectations, gold_actions_are_replayed_and_all_collections_compared) {
    Case c;
    c.expect.actions = {{"refund", parsed(refund_a1).as_object()}};
    EXPECT_THAT(action_problems(c.expect, c.end()), ElementsAre(HasSubstr("refunds/R-1: expected {")));
    c.shop.call("get_order", R"({"order_id": "A-1"})");
    c.shop.call("refund", R"({"order_id": "A-1", "amount": 20.0})");
    EXPECT_THAT(action_problems(c.expect, c.end()), IsEmpty());
    c.shop.call("cancel", R"({"order_id": "A-3"})");
    EXPECT_THAT(action_problems(c.expect, c.end()), ElementsAre(HasSubstr("orders/A-3")));
    c.expect.actions = std::vector<GoldAction>{};
    EXPECT_EQ(action_problems(c.expect, c.end()).size(), 2U);
    EXPECT_EQ(change_problems(c.end()).size(), 2U);
}

TEST(expectations, calls_are_matched_by_their_arguments) {
    Shop shop;
    shop.call("get_order", R"({"order_id": "A-1"})");
    shop.call("refund", refund_a1);
    shop.call("refund", R"({"order_id": "A-2", "amount": 5})");  // refused: does not count as made
    const std::vector<ToolCall> calls = shop.seat->take_calls();
    const auto problems = [&calls](ExpectedCall expected) {
        WorldExpectation expect;
        expect.calls = {std::move(expected)};
        return call_problems(expect, calls);
    };
    const auto arguments = [](std::string_view text) { return parsed(text).as_object(); };
    EXPECT_THAT(problems({.name = "refund", .arguments = arguments(R"({"order_id": "A-1"})")}), IsEmpty());
    EXPECT_THAT(problems({.name = "refund", .arguments = arguments(R"({"amount": {"within": [19.5, 20.5]}})")}),
                IsEmpty());
    EXPECT_THAT(problems({.name = "refund",
                          .arguments = arguments(R"({"order_id": {"matches": "^A-"}, "amount": 20})"),
                          .exact = true}),
                IsEmpty());
    EXPECT_EQ(problems({.name = "refund", .arguments = arguments(R"({"amount": 20})"), .exact = true}).size(), 1U);
    EXPECT_THAT(problems({.name = "refund", .arguments = arguments(R"({"order_id": "A-2"})")}),
                ElementsAre(HasSubstr("never called refund with {\"order_id\":\"A-2\"}; it was called with")));
    EXPECT_EQ(problems({.name = "refund", .arguments = {}, .at_least = 0, .at_most = 0}).size(), 1U);
    EXPECT_EQ(problems({.name = "refund", .arguments = {}, .at_least = 2}).size(), 1U);
    WorldExpectation expect;
    expect.ordered = true;
    expect.calls = {{.name = "get_order", .arguments = {}}, {.name = "refund", .arguments = {}}};
    EXPECT_THAT(order_problems(expect, calls), IsEmpty());
    std::swap(expect.calls[0], expect.calls[1]);
    EXPECT_THAT(order_problems(expect, calls), ElementsAre(HasSubstr("get_order was called too early")));
}

TEST(expectations, outputs_ignore_case_and_commas_of_the_reply) {
    WorldExpectation expect;
    expect.outputs = {"1286", "Refund"};
    EXPECT_THAT(missing_outputs(expect, {"That is $1,286.", "a REFUND"}), IsEmpty());
    EXPECT_THAT(missing_outputs(expect, {"That is 12,86"}), ElementsAre("Refund"));
}

}  // namespace
}  // namespace sosia::world
