#include "judge/rubric.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace sosia::judge {
namespace {

std::vector<std::string> names(const Result<std::vector<Rubric>>& rubrics) {
    std::vector<std::string> out;
    for (const Rubric& rubric : rubrics.value()) {
        out.push_back(rubric.name);
    }
    return out;
}

TEST(Rubrics, all_fourteen_have_five_different_anchors_with_an_example_each) {
    ASSERT_EQ(ready_rubrics().size(), 14U);
    for (const Rubric& rubric : ready_rubrics()) {
        std::set<std::string> texts;
        ASSERT_EQ(rubric.levels.size(), 5U) << rubric.name;
        for (int level = 1; level <= 5; ++level) {
            const Anchor& anchor = rubric.levels[static_cast<std::size_t>(level - 1)];
            EXPECT_EQ(anchor.level, level);
            EXPECT_FALSE(anchor.example.empty()) << rubric.name << level;
            texts.insert(anchor.text);
        }
        EXPECT_EQ(texts.size(), 5U) << rubric.name;
        EXPECT_TRUE(rubric.question.ends_with("?")) << rubric.name;
        EXPECT_TRUE(rubric.is_scale());
    }
    EXPECT_EQ(realism_rubric().levels.size(), 5U);
}

TEST(Rubrics, versions_tell_them_apart) {
    std::set<std::string> versions;
    for (const Rubric& rubric : ready_rubrics()) {
        versions.insert(rubric.version);
    }
    EXPECT_EQ(versions.size(), 14U);
}

TEST(Rubrics, the_judge_rates_what_it_is_told_to_then_the_scorecard_then_the_usual_four) {
    Suite suite;
    EXPECT_EQ(names(rubrics_of(suite)),
              (std::vector<std::string>{"task-completion", "groundedness", "context-retention", "tone"}));
    suite.scorecard.criteria = {{.name = "efficiency"}, {.name = "tone", .floor = 2}};
    EXPECT_EQ(names(rubrics_of(suite)), std::vector<std::string>{"tone"});  // efficiency is for the rules
    EXPECT_EQ(rubrics_of(suite)->front().passes_from, 2);
    suite.judge.criteria = {"coherence", "tone"};
    EXPECT_EQ(names(rubrics_of(suite)), (std::vector<std::string>{"coherence", "tone"}));
}

TEST(Rubrics, a_name_without_a_rubric_is_an_error_with_the_nearest_one) {
    Suite suite;
    suite.judge.criteria = {"coherrence"};
    ASSERT_FALSE(rubrics_of(suite).has_value());
    EXPECT_EQ(rubrics_of(suite).error().hint, "did you mean \"coherence\"?");
}

TEST(Rubrics, a_suite_may_bring_its_own_and_replace_a_ready_one) {
    Suite suite;
    suite.scorecard.criteria = {
        {.name = "brand-voice",
         .question = "Does it sound like us?",
         .levels = {{1, "no", ""}, {5, "yes", ""}},
         .categories = {"sales"}},
        {.name = "tone", .question = "Is it kind?", .levels = {{1, "no", ""}, {3, "so so", ""}, {5, "yes", ""}}}};
    const auto rubrics = rubrics_of(suite);
    ASSERT_EQ(rubrics->size(), 2U);
    EXPECT_FALSE(rubrics->at(0).is_scale());
    EXPECT_TRUE(rubrics->at(0).applies_to("sales"));
    EXPECT_FALSE(rubrics->at(0).applies_to("billing"));
    EXPECT_EQ(rubrics->at(1).question, "Is it kind?");
    const auto ready = std::ranges::find(ready_rubrics(), "tone", &Rubric::name);
    EXPECT_NE(rubrics->at(1).version, ready->version);
}

}  // namespace
}  // namespace sosia::judge
