// `user:`, `judge:`, `prompts:` and rubrics of the scorecard, from YAML to the domain.
#include <gtest/gtest.h>

#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

class ModelKeys : public ::testing::Test {
  protected:
    ModelKeys() {
        folder_.write("personas/p.yaml", "{ id: p, style: terse, emotion: calm, knowledge: novice, goal: get help }");
        folder_.write("scenarios/s.yaml", "{ id: s, intent: get a refund }");
    }
    LoadResult load(const std::string& rest) {
        folder_.write("sosia.yaml", "agent: http://127.0.0.1:1/\n" + rest);
        return folder_.load([](std::string_view) { return std::optional<std::string>(); });
    }
    std::string problem(const std::string& rest) {
        const LoadResult result = load(rest);
        return folder_.report(result);
    }
    TestFolder folder_;
};

TEST_F(ModelKeys, nothing_said_means_built_in) {
    const LoadResult result = load("");
    ASSERT_TRUE(result.suite);
    EXPECT_EQ(result.suite->user.engine, "builtin");
    EXPECT_TRUE(result.suite->user.model.empty());
    EXPECT_TRUE(result.suite->judge.model.empty());
}

TEST_F(ModelKeys, a_user_with_a_model) {
    const LoadResult result =
        load("user: { model: a/b, temperature: 0.5, control: free, retries: 4, params: { x: 1 } }");
    ASSERT_TRUE(result.suite) << folder_.report(result);
    const UserSpec& user = result.suite->user;
    EXPECT_EQ(user.engine, "model");
    EXPECT_EQ(user.model, "a/b");
    EXPECT_EQ(user.temperature, 0.5);
    EXPECT_EQ(user.control, UserSpec::Control::free);
    EXPECT_EQ(user.retries, 4);
    EXPECT_EQ(user.params.at("x").to_number<int>(), 1);
}

TEST_F(ModelKeys, several_play_the_user_and_the_first_decides) {
    const LoadResult result = load(
        "user: [builtin, { model: a/b }, { model: a/b, control: free, name: free, reader: c/d, reader_retries: 3 }]");
    ASSERT_TRUE(result.suite) << folder_.report(result);
    EXPECT_EQ(result.suite->user.name, "builtin");
    ASSERT_EQ(result.suite->more_users.size(), 2U);
    EXPECT_EQ(result.suite->more_users[0].name, "a/b");
    EXPECT_EQ(result.suite->more_users[1].name, "free");
    EXPECT_EQ(result.suite->more_users[1].reader, "c/d");
    EXPECT_EQ(result.suite->more_users[1].reader_retries, 3);
    EXPECT_EQ(result.suite->users().front(), &result.suite->user);
    EXPECT_EQ(load("user: [builtin]").suite->more_users.size(), 0U);
}

TEST_F(ModelKeys, a_built_in_user_may_read_by_a_model) {
    const LoadResult result = load("user: { reader: a/b }");
    ASSERT_TRUE(result.suite) << folder_.report(result);
    EXPECT_EQ(result.suite->user.engine, "builtin");
    EXPECT_EQ(result.suite->user.reader, "a/b");
}

TEST_F(ModelKeys, players_of_one_name_no_players_and_wrong_players_are_said) {
    EXPECT_NE(problem("user: [builtin, { engine: builtin }]").find("two who play the user are called"),
              std::string::npos);
    EXPECT_NE(problem("user: []").find("the list of who plays the user is empty"), std::string::npos);
    EXPECT_NE(problem("user: [1, builtin]").find("sosia.yaml:2"), std::string::npos);
    EXPECT_NE(problem("user: [{ modle: a/b }]").find("modle"), std::string::npos);
    EXPECT_NE(problem("user: [robot]").find("there is no engine"), std::string::npos);
}

TEST_F(ModelKeys, a_judge_with_a_model) {
    const LoadResult result = load(
        "judge: { model: a/b, votes: 5, mode: each, gates: true, calibration: c.json, criteria: [Task Completion, "
        "tone], realism: true }");
    ASSERT_TRUE(result.suite) << folder_.report(result);
    const JudgeSpec& judge = result.suite->judge;
    EXPECT_EQ(judge.votes, 5);
    EXPECT_EQ(judge.mode, JudgeSpec::Mode::each);
    EXPECT_TRUE(judge.gates);
    EXPECT_EQ(judge.calibration, "c.json");
    EXPECT_EQ(judge.criteria, (std::vector<std::string>{"task-completion", "tone"}));
    EXPECT_EQ(judge.realism, 0.7);
    EXPECT_EQ(load("judge: { model: a/b, realism: 60% }").suite->judge.realism, 0.6);
    EXPECT_EQ(load("judge: { model: a/b, realism: false }").suite->judge.realism, std::nullopt);
}

TEST_F(ModelKeys, what_cannot_be_meant_is_refused) {
    EXPECT_TRUE(problem("user: gpt").contains("no engine"));
    EXPECT_TRUE(problem("user: { engine: model }").contains("needs a \"model\""));
    EXPECT_TRUE(problem("user: { engine: builtin, model: a/b }").contains("goes with"));
    EXPECT_TRUE(problem("user: { model: a/b, controll: free }").contains("controll"));
    EXPECT_TRUE(problem("judge: { model: a/b, votes: 2 }").contains("even"));
    EXPECT_TRUE(problem("judge: { model: a/b, realism: 7 }").contains("7"));
}

TEST_F(ModelKeys, a_criterion_may_bring_its_rubric) {
    const LoadResult result = load(
        "scorecard:\n  criteria:\n    voice: { question: \"Ours?\", categories: sales, levels: { 5: yes it is, 1: { "
        "text: it is not, example: Dear valued customer } } }\n");
    ASSERT_TRUE(result.suite) << folder_.report(result);
    const Criterion& voice = result.suite->scorecard.criteria.front();
    ASSERT_EQ(voice.levels.size(), 2U);
    EXPECT_EQ(voice.levels[0].level, 1);
    EXPECT_EQ(voice.levels[0].example, "Dear valued customer");
    EXPECT_EQ(voice.levels[1].text, "yes it is");
    EXPECT_EQ(voice.categories, std::vector<std::string>{"sales"});
    EXPECT_TRUE(problem("scorecard: { criteria: { voice: { question: \"Ours?\" } } }").contains("both"));
    EXPECT_TRUE(problem("scorecard: { criteria: { voice: { question: \"Ours?\", levels: { 9: a, 1: b } } } }")
                    .contains("level from 1 to 5"));
    EXPECT_TRUE(
        problem("scorecard: { criteria: { voice: { question: \"Ours?\", levels: { 1: b } } } }").contains("alone"));
}

TEST_F(ModelKeys, prompts_are_read_by_name_and_belong_to_the_suites_hash) {
    const std::string before = load("").suite->hash;
    folder_.write("own/judge-system.mustache", "be kind");
    const LoadResult result = load("prompts: own/");
    ASSERT_TRUE(result.suite) << folder_.report(result);
    EXPECT_EQ(result.suite->prompts.at("judge-system"), "be kind");
    EXPECT_NE(result.suite->hash, before);
    EXPECT_FALSE(load("prompts: nowhere/").suite);
}

}  // namespace
}  // namespace sosia::spec
