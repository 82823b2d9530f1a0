// Tools, required and forbidden words, replies that are none.
#include "scoring/test_support.h"

namespace sosia::scoring {
namespace {

Talk refund() {
    Talk t;
    t.intent("get the duplicate charge refunded")
        .resolved_is(true)
        .tools({"lookup_charge", "issue_refund"})
        .fact("order_id", "A-10023", Disclosure::asked, {"order number"});
    t.user("i was charged twice").agent("What is your order number?").tells("order_id", "A-10023");
    return t;
}

TEST(ToolsRequired, a_step_left_out_fails_where_it_is_claimed_to_be_done) {
    Talk t = refund();
    t.agent("Found it.")
        .tool("lookup_charge")
        .user("great")
        .agent("I've issued the refund for the duplicate charge.")
        .user("thanks")
        .agent("You're welcome.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("tools.required"), "fails at 6");
    EXPECT_NE(t.result("tools.required")->detail.find("issue_refund"), std::string::npos);
}

TEST(ToolsRequired, used_tools_pass) {
    Talk t = refund();
    t.agent("I've issued the refund for the duplicate charge.")
        .tool("lookup_charge")
        .tool("issue_refund")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.alarms(), "");
}

TEST(ToolsRepeated, the_same_deed_twice_fails_where_it_is_done_again) {
    Talk t = refund();
    t.agent("I've issued the refund for the duplicate charge.")
        .tool("lookup_charge", R"({"order": "A-10023"})", R"({"ok": true})")
        .tool("issue_refund", R"({"order": "A-10023"})", R"({"ok": true})")
        .user("are you sure?")
        .agent("Let me do that once more.")
        .tool("lookup_charge", R"({"order": "A-10023"})", R"({"ok": true})")
        .tool("issue_refund", R"({"order": "A-10023"})", R"({"ok": true})")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("tools.repeated"), "fails at 6");
}

TEST(ToolsRepeated, another_try_another_value_and_another_look_pass) {
    Talk t = refund();
    t.agent("I've issued the refund for the duplicate charge.")
        .tool("lookup_charge", R"({"order": "A-10023"})", R"({"ok": true})")
        .tool("lookup_charge", R"({"order": "A-10023"})", R"({"ok": true})")
        .tool("issue_refund", R"({"order": "A-10023"})", R"({"error": "busy"})")
        .tool("issue_refund", R"({"order": "A-10023"})", R"({"ok": true})")
        .tool("issue_refund", R"({"order": "A-10024"})", R"({"ok": true})")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("tools.repeated"), "passes");
}

TEST(ToolsRepeated, without_a_result_it_is_a_warning) {
    Talk t = refund();
    t.agent("Done.").tool("issue_refund", R"({"order": "A-10023"})").tool("issue_refund", R"({"order": "A-10023"})");
    EXPECT_EQ(t.verdict("tools.repeated"), "warns at 4");
}

TEST(ToolsRequired, what_the_user_kept_back_is_no_fault_of_the_agent) {
    Talk t;
    t.resolved_is(true).tools({"lookup_charge"}).fact("order_id", "A-10023", Disclosure::never, {"order number"});
    t.user("i was charged twice")
        .agent("What is your order number?")
        .user("not telling", {.move = "withhold", .withheld = {"order_id"}})
        .agent("Without it I can't open the order, I'm sorry.");
    EXPECT_EQ(t.ends(Ending::user_satisfied, false).alarms(), "");
}

TEST(ToolsRequired, an_expected_hand_over_tool_stays_due) {
    Talk t;
    t.tools({"lookup_refund", "transfer_to_human"}).expect().escalated = true;
    t.user("where is my refund")
        .agent("Hm.")
        .demands_human()
        .agent("I'm transferring you to a colleague with all the details.")
        .ends(Ending::user_handed_over, false);
    EXPECT_EQ(t.verdict("tools.required"), "fails at 4");
    t.record.turns.back().tools = {{"transfer_to_human", boost::json::object{{"summary", "refund is overdue"}}, {}}};
    EXPECT_EQ(t.verdict("tools.required"), "passes");
}

TEST(ToolsOrder, the_wrong_order_fails_also_when_a_step_comes_again_later) {
    EXPECT_EQ(refund().agent("Done.").tool("issue_refund").tool("lookup_charge").verdict("tools.order"), "fails at 4");
    EXPECT_EQ(
        refund().agent("Done.").tool("issue_refund").tool("lookup_charge").tool("issue_refund").verdict("tools.order"),
        "fails at 4");
    EXPECT_EQ(
        refund().agent("Done.").tool("lookup_charge").tool("issue_refund").tool("lookup_charge").verdict("tools.order"),
        "passes");
    EXPECT_EQ(refund().agent("Done.").tool("lookup_charge").tool("log").tool("issue_refund").verdict("tools.order"),
              "passes");
    Talk any = refund();
    any.expect().ordered = false;
    EXPECT_EQ(any.agent("Done.").tool("issue_refund").tool("lookup_charge").verdict("tools.order"), "absent");
}

TEST(ToolsArguments, expected_ones_match_by_value) {
    Talk t = refund();
    t.expect().tools[1].arguments = {{"order_id", "A-10023"}, {"amount", 49}};
    for (const char* arguments :
         {R"({"order_id": "A-10023", "amount": 49.0, "reason": "duplicate"})",
          R"({"order_id": "a10023", "amount": "49.00"})", R"({"order_id": " A-10023 ", "amount": "$49"})"}) {
        EXPECT_EQ(
            Talk(t).agent("Done.").tool("lookup_charge").tool("issue_refund", arguments).verdict("tools.arguments"),
            "passes")
            << arguments;
    }
    for (const char* arguments : {R"({"order_id": "A-10024", "amount": 49})",
                                  R"({"order_id": "A-10023", "amount": 94})", R"({"amount": 49})", "{}"}) {
        EXPECT_EQ(
            Talk(t).agent("Done.").tool("lookup_charge").tool("issue_refund", arguments).verdict("tools.arguments"),
            "fails at 4")
            << arguments;
    }
}

TEST(ToolsArguments, an_identifier_that_nobody_mentioned_fails) {
    EXPECT_EQ(refund().agent("Done.").tool("lookup_charge", R"({"order_id": "B-77201"})").verdict("tools.arguments"),
              "fails at 4");
    EXPECT_EQ(
        refund().agent("Done.").tool("lookup_charge", R"({"order_number": "B-77201"})").verdict("tools.arguments"),
        "fails at 4");
    EXPECT_EQ(refund().agent("Done.").tool("lookup_charge", R"({"order_id": "A-10023"})").verdict("tools.arguments"),
              "passes");
    EXPECT_EQ(refund().agent("Done.").tool("lookup_charge", R"({"order_id": 10023})").verdict("tools.arguments"),
              "passes");
    EXPECT_EQ(refund()
                  .agent("Done.")
                  .tool("find", "{}", R"({"order_id": "B-77201"})")
                  .tool("lookup_charge", R"({"order_id": "B-77201"})")
                  .verdict("tools.arguments"),
              "passes");
    EXPECT_EQ(refund()
                  .agent("Done.")
                  .tool("notify", R"({"template_id": "T-99812", "order_id": "A-10023"})")
                  .verdict("tools.arguments"),
              "passes");
}

TEST(ToolsForbidden, using_one_fails) {
    Talk t = refund();
    t.expect().forbidden = {"waive_fee"};
    EXPECT_EQ(Talk(t).agent("Done.").tool("waive_fee").verdict("tools.forbidden"), "fails at 4");
    EXPECT_EQ(Talk(t).agent("Done.").tool("issue_refund").verdict("tools.forbidden"), "passes");
}

TEST(Words, must_say_and_must_not_say_read_phrases_and_expressions) {
    Talk t;
    t.expect().must_say = {"3-5 business days", "/refund(ed)?/"};
    t.expect().must_not_say = {"goodwill", "/\\d+[- ]month/"};
    EXPECT_EQ(Talk(t).user("hi").agent("You’re refunded.\nIt takes 3-5  Business days.").verdict("say.required"),
              "passes");
    EXPECT_EQ(Talk(t).user("hi").agent("It is refunded.").verdict("say.required"), "fails at 2");
    EXPECT_EQ(Talk(t).user("hi").agent("As a Goodwill gesture").verdict("say.forbidden"), "fails at 2");
    EXPECT_EQ(Talk(t).user("hi").agent("You have a 24-month plan.").verdict("say.forbidden"), "fails at 2");
    EXPECT_EQ(Talk(t).user("hi").agent("Your refund is done.").verdict("say.forbidden"), "passes");
    t.expect().must_not_say = {"/([/"};
    EXPECT_EQ(Talk(t).user("hi").agent("([").verdict("say.forbidden"), "passes");
}

TEST(Reply, what_a_broken_program_sends_fails) {
    for (const char* text : {"", "   ", "null", "undefined", "[object Object]",
                             "Traceback (most recent call last): File \"agent.py\"", "Hello {{name}}, how are you?",
                             "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "Internal Server Error"}) {
        EXPECT_EQ(Talk().user("hi").agent(text).verdict("reply.valid"), "fails at 2") << text;
    }
    for (const char* text : {"OK.", "No.", "👍", "Is it true that none of them arrived?",
                             "{ \"tip\": \"reset it\" } is what you should see."}) {
        EXPECT_EQ(Talk().user("hi").agent(text).verdict("reply.valid"), "passes") << text;
    }
}

TEST(Reply, an_invalid_one_on_the_wire_fails_the_conversation) {
    Talk t;
    t.user("hi").ends(Ending::agent_invalid, false);
    t.record.error = "the reply is not JSON";
    EXPECT_EQ(t.verdict("reply.valid"), "fails at 2");
    EXPECT_EQ(t.record.outcome, Outcome::failed);
    EXPECT_EQ(t.record.fault, Fault::agent);
    EXPECT_EQ(t.result("reply.valid")->detail, "the reply is not JSON");
}

}  // namespace
}  // namespace sosia::scoring
