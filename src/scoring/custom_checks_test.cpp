#include "scoring/command.h"
#include "scoring/test_support.h"

namespace sosia::scoring {
namespace {

Talk small() {
    Talk t;
    t.user("hi").agent("Hello, your code is 4711.").user("thanks").agent("Goodbye.").ends(Ending::user_satisfied, true);
    t.record.id = "c7f3";
    t.record.metrics.user_turns = 2;
    return t;
}

std::string verdict_of(CustomCheck check) {
    Talk t = small();
    check.name = "mine";
    t.scorecard.custom = {std::move(check)};
    return t.verdict("mine");
}

TEST(CustomPattern, must_match_some_turn_or_none) {
    EXPECT_EQ(verdict_of({.pattern = "code is \\d+"}), "passes");
    EXPECT_EQ(verdict_of({.pattern = "refund"}), "fails at 4");
    EXPECT_EQ(verdict_of({.pattern = "\\d{4}", .must_match = false}), "fails at 2");
    EXPECT_EQ(verdict_of({.pattern = "(?i)CODE", .must_match = false, .gates = false}), "warns at 2");
}

TEST(CustomPattern, a_broken_one_fails_with_its_reason_and_a_costly_one_ends) {
    EXPECT_EQ(verdict_of({.pattern = "([a-z"}), "fails at 0");
    Talk t = small();
    t.record.turns[1].text = std::string(200'000, 'a');
    t.scorecard.custom = {{.name = "mine", .pattern = "(a+)+$b"}};
    EXPECT_EQ(t.verdict("mine"), "fails at 4");
}

TEST(CustomPointer, compares_what_stands_there) {
    EXPECT_EQ(verdict_of({.pointer = "/metrics/user_turns", .op = "<=", .value = 2}), "passes");
    EXPECT_EQ(verdict_of({.pointer = "/metrics/user_turns", .op = "<", .value = 2}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "/metrics/user_turns", .op = "==", .value = 2.0}), "passes");
    EXPECT_EQ(verdict_of({.pointer = "/turns/1/text", .op = "contains", .value = "4711"}), "passes");
    EXPECT_EQ(verdict_of({.pointer = "/turns/1/text", .op = "matches", .value = "code is \\d+"}), "passes");
    EXPECT_EQ(verdict_of({.pointer = "/turns/1/text", .op = "matches", .value = "^\\d+$"}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "/id", .op = "!=", .value = "x"}), "passes");
    EXPECT_EQ(verdict_of({.pointer = "/turns/7", .op = "exists"}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "/id", .op = "exists"}), "passes");
}

TEST(CustomPointer, nonsense_fails_and_does_no_harm) {
    EXPECT_EQ(verdict_of({.pointer = "/no/such/place", .op = "==", .value = 1}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "not a pointer", .op = "==", .value = 1}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "/turns", .op = "<", .value = 3}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "/id", .op = ">", .value = 3}), "fails at 0");
    EXPECT_EQ(verdict_of({.pointer = "/turns/1/text", .op = "matches", .value = "("}), "fails at 0");
}

TEST(CustomCommand, gets_the_conversation_and_decides_by_its_exit_code) {
    EXPECT_EQ(verdict_of({.command = "grep -q 'c7f3'"}), "passes");
    EXPECT_EQ(verdict_of({.command = "cat > /dev/null; echo too long; exit 1"}), "fails at 0");
    Talk t = small();
    t.scorecard.custom = {{.name = "mine", .command = "echo '  two lines'; exit 2"}};
    EXPECT_EQ(t.result("mine")->detail, "two lines");
    EXPECT_EQ(verdict_of({.command = "exit 0"}), "passes");  // does not even read its input
    EXPECT_EQ(verdict_of({.command = "sleep 60", .timeout_ms = 50}), "fails at 0");
    EXPECT_EQ(verdict_of({.command = "/no/such/program"}), "fails at 0");
    EXPECT_EQ(verdict_of({.command = "kill -9 $$"}), "fails at 0");
}

TEST(CustomCommand, may_print_anything) {
    Talk t = small();
    t.scorecard.custom = {
        {.name = "mine", .command = "printf '\\377\\376 broken'; head -c 300000 /dev/zero | tr '\\0' x; exit 1"}};
    const CheckResult* result = t.result("mine");
    ASSERT_NE(result, nullptr);
    EXPECT_LE(result->detail.size(), 410U);
}

TEST(CustomCheck, obeys_the_scorecards_settings_by_its_name) {
    Talk t = small();
    t.scorecard.custom = {{.name = "mine", .pattern = "refund"}};
    t.scorecard.checks = {{"mine", "off"}};
    EXPECT_EQ(t.verdict("mine"), "absent");
}

TEST(Command, gets_its_input_and_gives_its_output_and_exit_code) {
    const CommandResult r = run_command_with_input("cat; exit 3", "", "hello", 5000);
    EXPECT_EQ(r.exit_code, 3);
    EXPECT_EQ(r.output, "hello");
    EXPECT_EQ(r.error, "");
}

TEST(Command, that_hangs_is_killed_with_its_children) {
    const CommandResult r = run_command_with_input("sleep 1000 & sleep 1000", "", "", 50);
    EXPECT_NE(r.error, "");
}

TEST(Command, with_endless_output_is_cut) {
    const CommandResult r = run_command_with_input("head -c 10000000 /dev/zero", "", "", 20000);
    EXPECT_LE(r.output.size(), 64U * 1024U);
    EXPECT_EQ(r.exit_code, 0);
}

TEST(Command, takes_input_larger_than_a_pipe) {
    const CommandResult r = run_command_with_input("wc -c", "", std::string(1'000'000, 'x'), 20000);
    EXPECT_EQ(r.output, "1000000\n");
}

}  // namespace
}  // namespace sosia::scoring
