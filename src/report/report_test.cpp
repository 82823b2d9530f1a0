#include <gtest/gtest.h>

#include "report/ansi.h"
#include "report/files.h"
#include "report/terminal.h"

namespace sosia::report {
namespace {

TEST(Escape, xml_keeps_no_markup_and_no_control_characters) {
    EXPECT_EQ(xml_text("<b a=\"1\">&\x01\xFF"), "&lt;b a=&quot;1&quot;&gt;&amp;?\xEF\xBF\xBD");
}

TEST(Escape, markdown_shows_text_as_text) {
    EXPECT_EQ(markdown_text("<img src=x> [a](b) | `c`\n# d"), "&lt;img src=x&gt; \\[a\\]\\(b\\) \\| \\`c\\` \\# d");
}

TEST(Escape, csv_fields_never_start_a_formula) {
    EXPECT_EQ(csv_field("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(Terminal, an_agents_escape_sequences_do_not_reach_the_terminal) {
    EXPECT_EQ(safe("a\x1b[31mb\r"), "a\\x1b[31mb\\x0d");
    EXPECT_EQ(safe("\xC2\x9B"
                   "31m"),
              "\xEF\xBF\xBD"
              "31m");  // the one-byte control sequence introducer of Unicode
    EXPECT_EQ(paint("x", Ink::red, false), "x");
}

TEST(Terminal, wraps_at_words) {
    EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
}

TEST(Junit, tells_failures_and_errors_apart) {
    Conversation c;
    c.cell = {"a", "s", "", "x", 0};
    c.outcome = Outcome::invalid;
    c.ended = Ending::agent_unreachable;
    c.error = "refused <now>";
    EXPECT_NE(junit_testcase("suite", c).find("<error type=\"agent-unreachable\" message=\"refused &lt;now&gt;\""),
              std::string::npos);
    c.outcome = Outcome::failed;
    c.checks = {{.name = "claims", .passed = false, .turn = 2, .detail = "says 90 days"}};
    EXPECT_NE(junit_testcase("suite", c).find("<failure type=\"claims\" message=\"says 90 days\""), std::string::npos);
    c.outcome = Outcome::passed;
    EXPECT_NE(junit_testcase("suite", c).find("/>"), std::string::npos);
}

}  // namespace
}  // namespace sosia::report
