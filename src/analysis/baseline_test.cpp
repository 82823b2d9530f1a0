#include "analysis/baseline.h"

#include <gtest/gtest.h>

#include <string>

#include "analysis/record_scores.h"
#include "analysis/test_support.h"
#include "domain/record_json.h"

namespace sosia::analysis {
namespace {

Outcomes some() {
    OutcomesBuilder builder({.name = "main",
                             .run = "r1",
                             .suite = "desk",
                             .set_at = "2026-03-14T09:26:53Z",
                             .agent = "http",
                             .agent_version = "1.2",
                             .pins = {{"seed", "7"}, {"persona \"x\"", "abc"}},
                             .criteria = {"accuracy", "tone"}});
    const Cell cell{.persona = "ann", .scenario = "refund", .edge_case = "late", .adversary = "calm"};
    builder.add(cell,
                {.repetition = 0, .outcome = Outcome::passed, .conversation = "c1", .score = 4.5, .criteria = {5, 4}});
    builder.add({.persona = "bob", .scenario = "refund", .adversary = "calm"},
                {.repetition = 3, .outcome = Outcome::invalid});
    builder.add(cell, {.repetition = 1,
                       .outcome = Outcome::failed,
                       .score = 2,
                       .failed_checks = {"claims", "loop"},
                       .criteria = {1, 3}});
    return builder.finish();
}

TEST(Baseline, comes_back_as_it_was_written) {
    const std::string text = baseline_text(some());
    const Result<Outcomes> back = baseline_from_text(text);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(baseline_text(*back), text);
    EXPECT_EQ(back->pins, some().pins);
    ASSERT_EQ(back->cells.size(), 2U);
    EXPECT_EQ(back->cells[0].runs.size(), 2U);
    EXPECT_EQ(back->cells[0].runs[1].failed_checks.size(), 2U);
    EXPECT_EQ(back->cells[0].runs[0].criteria.at(1), 4);
    EXPECT_EQ(back->cells[1].runs[0].repetition, 3);
    EXPECT_FALSE(back->cells[1].runs[0].score);
    EXPECT_EQ(back->title(), "baseline main");
    EXPECT_EQ(back->conversations(), 3U);
}

TEST(Baseline, has_one_line_a_cell) {
    const std::string text = baseline_text(some());
    const std::size_t ann = text.find("[\"ann\"");
    EXPECT_LT(text.find('\n', ann), text.find("[\"bob\""));
}

TEST(Baseline, damage_is_an_error_and_no_crash) {
    const std::string text = baseline_text(some());
    EXPECT_FALSE(baseline_from_text(""));
    EXPECT_FALSE(baseline_from_text("[]"));
    EXPECT_FALSE(baseline_from_text("{}"));
    for (std::size_t i = 1; i + 2 < text.size(); i += 7) {
        EXPECT_FALSE(baseline_from_text(text.substr(0, i)));
    }
    std::string wrong = text;
    wrong.replace(wrong.find("\"PF\""), 4, "\"PX\"");
    EXPECT_FALSE(baseline_from_text(wrong));
    std::string newer = text;
    newer.replace(newer.find("baseline\": 1"), 12, "baseline\": 9");
    EXPECT_FALSE(baseline_from_text(newer));
}

TEST(RecordScores, are_found_whatever_else_the_record_holds) {
    Conversation c = talk({});
    c.turns = {{.n = 1, .role = Role::agent, .text = R"(],"scores":[{"criterion":"tricky"})"}};
    c.turns[0].tools = {{.name = "scores", .arguments = boost::json::object{{"a", boost::json::array{}}}}};
    c.scores = {{.criterion = "accuracy", .value = 4, .reason = "says }] and \"scores\""},
                {.criterion = "tone", .value = 2.5, .reason = "cold"}};
    c.turn_scores = {{1, {{.criterion = "turn-only", .value = 1}}}};
    const auto found = scores_in_record(json_text(c));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].first, "accuracy");
    EXPECT_EQ(found[0].second, 4);
    EXPECT_EQ(found[1].second, 2.5);
    EXPECT_TRUE(scores_in_record(json_text(talk({}))).empty());
    EXPECT_TRUE(scores_in_record("").empty());
}

TEST(Pins, a_part_that_only_one_side_has_is_no_difference) {
    const Pins a{{"persona ann", "1"}, {"seed", "7"}, {"turns", "12"}};
    EXPECT_TRUE(differing_pins(a, {{"persona bob", "2"}, {"seed", "7"}, {"turns", "12"}}).empty());
    EXPECT_EQ(differing_pins(a, {{"persona ann", "2"}, {"seed", "7"}}),
              (std::vector<std::string>{"persona ann", "turns"}));
}

TEST(Pins, name_everything_on_sosias_side) {
    const Suite suite = small_suite();
    const Pins pins = pins_of(suite, "1.0");
    for (const char* name : {"persona ann", "persona bob", "scenario refund", "adversary pushy", "scorecard", "seed",
                             "turns", "user", "judge", "sosia"}) {
        EXPECT_TRUE(pins.contains(name)) << name;
    }
    Suite other = suite;
    other.judge.args["model"] = "x";
    EXPECT_EQ(differing_pins(pins, pins_of(other, "1.0")), std::vector<std::string>{"judge"});
}

}  // namespace
}  // namespace sosia::analysis
