#include "world/tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/json_text.h"
#include "world/template.h"
#include "world/test_world.h"

namespace sosia::world {
namespace {

namespace json = boost::json;
using test::parsed;
using testing::HasSubstr;

class tools : public testing::Test {
  protected:
    Answer call(std::string_view name, std::string_view arguments = "{}") {
        return box_->call(name, parsed(arguments), state_);
    }
    std::string text(std::string_view name, std::string_view arguments = "{}") {
        return answer_text(call(name, arguments).value, false);
    }

    WorldSpec spec_ = test::shop();
    std::shared_ptr<const Toolbox> box_ = Toolbox::make(spec_).value();
    State state_ = box_->begin({}, 1, "c1").value();
};

TEST_F(tools, look_up_answers_the_document_or_its_own_error) {
    EXPECT_EQ(text("get_order", R"({"order_id": "A-2"})"),
              R"({"id":"A-2","user":"ben","status":"shipped","total":10})");
    const Answer missing = call("get_order", R"({"order_id": "A-9"})");
    EXPECT_EQ(missing.kind, Answer::Kind::refused);
    EXPECT_EQ(missing.value, "no order A-9");
    EXPECT_FALSE(missing.wrote);
}

TEST_F(tools, list_filters_and_sorts) {
    EXPECT_EQ(call("list_orders", R"({"user": "ann"})").value.as_array().size(), 2U);
    EXPECT_EQ(call("list_orders", R"({"user": "ann"})").value.at(0).at("id"), "A-3");
    EXPECT_EQ(text("list_orders", R"({"user": "nobody"})"), "[]");
}

TEST_F(tools, insert_fills_its_template_counts_and_checks_first) {
    const Answer made = call("refund", R"({"order_id": "A-1", "amount": 20})");
    EXPECT_TRUE(made.wrote);
    EXPECT_EQ(json_text(made.value, false), R"({"id":"R-1","order":"A-1","amount":20,"at":"2026-01-01"})");
    EXPECT_EQ(state_.documents.changes(),
              parsed(R"({"refunds": {"R-1": {"id": "R-1", "order": "A-1", "amount": 20, "at": "2026-01-01"}}})"));
    EXPECT_EQ(text("refund", R"({"order_id": "A-2", "amount": 1})"), "order A-2 is shipped");
    EXPECT_EQ(text("refund", R"({"order_id": "A-1", "amount": 49.51})"), "too much");
    EXPECT_EQ(text("refund", R"({"order_id": "B", "amount": 1})"), "no order B");
    EXPECT_EQ(call("refund", R"({"order_id": "A-1", "amount": 1})").value.at("id"), "R-2");
}

TEST_F(tools, update_sets_adds_appends_and_removes) {
    EXPECT_EQ(text("ship", R"({"order_id": "A-1"})"),
              R"({"id":"A-1","status":"shipped","total":50.0,"by":{"whom":"ann"},"log":["shipped A-1"]})");
    EXPECT_EQ(text("ship", R"({"order_id": "B"})"), "there is no \"B\" in orders");
}

TEST_F(tools, delete_count_and_answer) {
    EXPECT_TRUE(call("cancel", R"({"order_id": "A-1"})").wrote);
    EXPECT_EQ(call("cancel", R"({"order_id": "A-1"})").kind, Answer::Kind::refused);
    EXPECT_EQ(text("ticket"), "1");
    EXPECT_EQ(text("ticket"), "2");
    EXPECT_EQ(text("hours", R"({"day": 3})"), R"({"open":"9 to 5","asked":3})");
}

TEST_F(tools, arguments_are_judged_before_the_tool_sees_them) {
    const auto complaint = [this](std::string_view arguments) {
        const Answer answer = call("refund", arguments);
        EXPECT_EQ(answer.kind, Answer::Kind::invalid) << arguments;
        return answer_text(answer.value, false);
    };
    EXPECT_EQ(complaint(R"({"order_id": 7})"), "argument order_id: expected string, found 7");
    EXPECT_THAT(complaint("{}"), HasSubstr("order_id"));
    EXPECT_THAT(complaint(R"({"order_id": "A-1", "amount": -1})"), HasSubstr("argument amount"));
    EXPECT_THAT(complaint(R"({"order_id": "A-1", "colour": 1})"), HasSubstr("colour"));
    EXPECT_EQ(complaint("[1]"), "arguments: expected an object");
    EXPECT_FALSE(state_.documents.changed());
}

TEST_F(tools, an_error_leaves_the_world_as_it_was_and_never_stops_the_run) {
    const Answer broken = call("explode");
    EXPECT_EQ(broken.kind, Answer::Kind::broken);
    EXPECT_THAT(answer_text(broken.value, false), HasSubstr("shop.lua:1: boom"));
    const Answer refused = call("clear", R"({"order_id": "A-1"})");
    EXPECT_EQ(refused.value, "changed my mind");
    EXPECT_FALSE(state_.documents.changed());
    EXPECT_EQ(call("no_such_tool").kind, Answer::Kind::unknown);
}

TEST_F(tools, a_scenario_lays_its_documents_over_the_base) {
    State state = box_->begin(parsed(R"({"orders": {"A-1": null, "A-7": {"id": "A-7"}}})").as_object(), 1, "c").value();
    EXPECT_EQ(box_->call("get_order", parsed(R"({"order_id": "A-1"})"), state).kind, Answer::Kind::refused);
    EXPECT_TRUE(box_->call("get_order", parsed(R"({"order_id": "A-7"})"), state).ok());
    EXPECT_FALSE(state.documents.changed());
}

TEST(toolbox, refuses_what_could_never_work) {
    WorldSpec spec = test::shop();
    spec.tools.push_back(test::tool("x", "lua", R"("no_such_function")"));
    EXPECT_THAT(Toolbox::make(spec).error().message, HasSubstr("no_such_function"));
    spec = test::shop();
    spec.tools.push_back(test::tool("x", "answer", "1", R"({"type": "nonsense", "properties": 3})"));
    EXPECT_THAT(Toolbox::make(spec).error().message, HasSubstr("tool x"));
}

TEST(fill, one_placeholder_keeps_its_type_and_many_become_text) {
    const Names names = [](std::string_view name) -> std::optional<json::value> {
        return name == "n" ? std::optional<json::value>(7) : std::nullopt;
    };
    EXPECT_EQ(fill(parsed(R"(["{{n}}", "n={{ n }}, {{gone}}.", "{{gone}}", "{{n", {"k{{n}}": true}])"), names),
              parsed(R"([7, "n=7, .", null, "{{n", {"k7": true}])"));
}

TEST(text, is_written_as_python_does_when_asked_to) {
    const json::value value = parsed("{\"a\": [1, 2.0, \"\\u00e9\\ud83d\\ude00\\n\\u007f\"], \"b\": null}");
    EXPECT_EQ(json_text(value, true), "{\"a\": [1, 2.0, \"\\u00e9\\ud83d\\ude00\\n\\u007f\"], \"b\": null}");
    EXPECT_EQ(answer_text(json::value("plain"), true), "plain");
    EXPECT_EQ(answer_text(json::value(), true), "");
}

}  // namespace
}  // namespace sosia::world
