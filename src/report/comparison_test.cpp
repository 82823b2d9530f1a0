#include "report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace sosia::report {
namespace {

using namespace analysis;
using testing::HasSubstr;
using testing::Not;

Outcomes side(std::size_t failing, const std::string& run) {
    OutcomesBuilder builder({.run = run, .agent_version = "1." + run, .pins = {{"seed", "7"}}});
    for (std::size_t i = 0; i < 60; ++i) {
        RunOutcome one{.outcome = i < failing ? Outcome::failed : Outcome::passed,
                       .conversation = run + std::to_string(i),
                       .score = 4};
        if (i < failing) {
            one.failed_checks = {"claims"};
        }
        builder.add({"ann", i < 30 ? "refund" : "return", std::to_string(i), "calm", 0}, std::move(one));
    }
    return builder.finish();
}

Comparison some(std::size_t failing) {
    return *compare(side(0, "a"), side(failing, "b"), {});
}

TEST(ComparisonText, says_the_answer_first_and_then_where) {
    const std::string text = comparison_text(some(12), {});
    EXPECT_THAT(text, testing::StartsWith("REGRESSED  pass rate -20.0 points"));
    EXPECT_THAT(text, HasSubstr("run a (agent 1.a) -> run b (agent 1.b): 60 cells"));
    EXPECT_THAT(text, HasSubstr("scenario refund"));
    EXPECT_THAT(text, HasSubstr("check claims"));
    EXPECT_THAT(text, HasSubstr("sosia show b0"));
    EXPECT_THAT(text, HasSubstr("and 4 more"));
    EXPECT_THAT(text, Not(HasSubstr("scenario return ")));
    EXPECT_LE(std::ranges::count(text, '\n'), 35);
    EXPECT_THAT(comparison_text(some(12), {.all_slices = true}), HasSubstr("scenario return"));
}

TEST(ComparisonText, an_undecided_one_names_its_price) {
    const std::string text = comparison_text(some(4), {});
    EXPECT_THAT(text, testing::StartsWith("UNDECIDED"));
    EXPECT_THAT(text, HasSubstr("more conversations"));
    EXPECT_THAT(text, Not(HasSubstr("warning")));  // four losses in a row are p = 1/16
    EXPECT_THAT(comparison_text(some(5), {}), HasSubstr("warning"));
}

TEST(ComparisonJson, holds_the_same_numbers) {
    const boost::json::object json = comparison_json(some(12));
    EXPECT_EQ(json.at("answer").as_string(), "regressed");
    EXPECT_NEAR(json.at("overall").at("change").as_double(), -0.2, 1e-12);
    EXPECT_EQ(json.at("newly_failing").as_array().size(), 12U);
    EXPECT_EQ(json.at("overall").at("adjusted_by").as_string(), "holm");
}

TEST(ComparisonMarkdown, cannot_be_broken_by_names) {
    Comparison c = some(12);
    c.newly_failing[0].cell.persona = "<b>|x";
    c.forced = {"persona <script>"};
    const std::string text = comparison_markdown(c);
    EXPECT_THAT(text, HasSubstr("regressed"));
    EXPECT_THAT(text, Not(HasSubstr("<b>|x")));
    EXPECT_THAT(text, Not(HasSubstr("<script>")));
}

TEST(ComparisonAnnotations, are_workflow_commands_one_a_line) {
    Comparison c = some(12);
    c.newly_failing[0].cell.persona = "x::y\n";
    const std::string text = comparison_annotations(c);
    EXPECT_EQ(std::ranges::count(text, '\n'), 10);
    EXPECT_THAT(text, testing::StartsWith("::error title=x%3A%3Ay%0A/"));
}

}  // namespace
}  // namespace sosia::report
