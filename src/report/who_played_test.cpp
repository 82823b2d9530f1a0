#include "report/who_played.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

namespace sosia::report {
namespace {

using namespace analysis;

Sensitivity sensitivity() {
    Contrast c{.other = "gpt\x1b[31m", .n = 4, .both_passed = 2, .only_first = 2};
    c.discordant = {.passed = 2, .n = 4, .value = 0.5, .low = 0.07, .high = 0.93};
    c.cells = c.discordant;
    c.difference = -0.5;
    c.dependent = {
        {.cell = {"ann", "refund", "", "calm", 0}, .n = 1, .passed_first = 1, .first = "aaa", .other = "bbb"}};
    c.checks = {{.name = "claims", .n = 2, .only_first = 2}};
    return {.players = {{.name = "builtin", .decides = true}, {.name = c.other}}, .contrasts = {c}};
}

TEST(WhoPlayed, the_terminal_says_who_decides_and_what_depends) {
    const std::string text = sensitivity_text(sensitivity(), {});
    EXPECT_NE(text.find("builtin decides"), std::string::npos) << text;
    EXPECT_NE(text.find("the verdict of 2 of 4 cells depends on who plays (50.0 % [7.0, 93.0], exact)"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("ann/refund/-/calm  1 of 1 passed"), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

TEST(WhoPlayed, markdown_shows_names_as_text) {
    Sensitivity s = sensitivity();
    s.players[1].name = s.contrasts[0].other = "<b>|x";
    const std::string text = sensitivity_markdown(s);
    EXPECT_EQ(text.find("<b>"), std::string::npos) << text;
    EXPECT_NE(text.find("sensitive"), 0U);
}

TEST(WhoPlayed, json_has_the_pairs_and_null_for_no_kappa) {
    const boost::json::object o = sensitivity_json(sensitivity());
    const boost::json::value& c = o.at("contrasts").at(0);
    EXPECT_EQ(o.at("decides"), "builtin");
    EXPECT_EQ(c.at("only_first"), 2);
    EXPECT_TRUE(c.at("kappa").is_null());
    EXPECT_EQ(c.at("dependent").at(0).at("conversations").at(1), "bbb");
}

TEST(WhoPlayed, a_reader_that_fell_back_is_said) {
    const ReaderStats r{.turns = 3,
                        .fell_back = 1,
                        .same = 2,
                        .acts = {{.act = "refuse", .only_model = 1}},
                        .faults = {"the answer is empty"}};
    const std::string text = reader_text(r, {});
    EXPECT_NE(text.find("in 1 further turns the rules read, because the model did not: the answer is empty"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("only the model    1"), std::string::npos) << text;
    EXPECT_TRUE(reader_json(r).at("kappa").is_null());
}

}  // namespace
}  // namespace sosia::report
