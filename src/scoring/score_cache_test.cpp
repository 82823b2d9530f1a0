#include "scoring/score_cache.h"

#include <gtest/gtest.h>

namespace sosia::scoring {
namespace {

struct Shown {
    Suite suite;
    Persona persona{.id = "ann", .hash = "p"};
    Scenario scenario{.id = "refund", .hash = "s"};
    EdgeCase edge_case;
    Conversation conversation;

    Shown() {
        conversation.turns = {{.n = 1, .role = Role::user, .text = "hi", .at_ms = 5},
                              {.n = 2, .role = Role::agent, .text = "hello", .latency_ms = 7}};
        conversation.checks = {{.name = "loop", .passed = true}};
    }
    std::string key(std::string_view version = "1") const {
        return score_key(suite, {&persona, &scenario, &edge_case, nullptr}, conversation, version);
    }
};

TEST(ScoreCache, the_key_is_what_the_judge_is_shown_and_what_it_is) {
    const Shown one;
    const std::string key = one.key();
    Shown other;
    other.conversation.id = "another";
    other.conversation.turns[1].latency_ms = 900;
    EXPECT_EQ(other.key(), key);  // clocks and ids say nothing about what was said
    EXPECT_NE(one.key("2"), key);
    const auto differs = [&](const auto& change) {
        Shown changed;
        change(changed);
        EXPECT_NE(changed.key(), key);
    };
    differs([](Shown& s) { s.conversation.turns[1].text = "hello!"; });
    differs([](Shown& s) { s.conversation.turns[1].tools = {{.name = "refund"}}; });
    differs([](Shown& s) { s.conversation.checks[0].passed = false; });
    differs([](Shown& s) { s.suite.judge.engine = "model"; });
    differs([](Shown& s) { s.suite.scorecard.hash = "x"; });
    differs([](Shown& s) { s.persona.hash = "x"; });
    differs([](Shown& s) { s.conversation.resolved = true; });
}

TEST(ScoreCache, scores_come_back_as_they_were_and_the_judge_is_asked_once) {
    const Shown shown;
    const CellParts parts{&shown.persona, &shown.scenario, &shown.edge_case, nullptr};
    int asked = 0;
    const auto judge = [&] {
        ++asked;
        return JudgeScores{
            .scores = {{.criterion = "tone", .value = 4, .reason = "a \"b\"", .turn = 2, .author = "rules"}},
            .turn_scores = {{2, {{.criterion = "tone", .value = 3}}}}};
    };
    ScoreCache first("1");
    first.scores(shown.suite, parts, shown.conversation, judge);
    ScoreCache second("1");
    ASSERT_TRUE(second.read(first.text()));
    const JudgeScores again = second.scores(shown.suite, parts, shown.conversation, judge);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(second.hits(), 1U);
    ASSERT_EQ(again.scores.size(), 1U);
    EXPECT_EQ(again.scores[0].reason, "a \"b\"");
    EXPECT_EQ(again.turn_scores.at(0).second.at(0).value, 3);
    EXPECT_EQ(second.text(), first.text());
}

TEST(ScoreCache, a_broken_file_names_its_line_and_a_full_cache_takes_nothing_in) {
    ScoreCache cache("1", 1);
    const Result<void> read = cache.read("{\"key\":\"a\",\"scores\":[],\"turns\":[]}\n{oops");
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("line 2"), std::string::npos);
    cache.put("b", {});
    EXPECT_FALSE(cache.find("b"));
    EXPECT_TRUE(cache.find("a"));
}

}  // namespace
}  // namespace sosia::scoring
