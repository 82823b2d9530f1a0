// Every way in which a judge's answer can go wrong, once and always, and what becomes of the conversation.
#include "judge/test_support.h"

namespace sosia::judge {
namespace {

const std::string good = answer({vote("tone", 4)});

llm::ChatResult finished(llm::Finish finish, std::string text = good) {
    llm::ChatAnswer out = llm::text_answer(std::move(text));
    out.finish = finish;
    return out;
}
llm::ChatResult says(std::string text) {
    return llm::text_answer(std::move(text));
}
llm::ChatResult fails(llm::FailureKind kind) {
    return std::unexpected(llm::Failure{.kind = kind, .message = "refused by the provider"});
}

struct Row {
    const char* what;
    llm::ChatResult fault;
    Outcome once;  // outcome when only the first answer is so, of a judge that gates
    Fault once_by;
    Outcome always;  // when every answer is so
    Fault always_by;
};

constexpr auto passed = Outcome::passed;
constexpr auto invalid = Outcome::invalid;
constexpr auto nobody = Fault::none;
constexpr auto judges = Fault::judge;
constexpr auto outside = Fault::infrastructure;

std::vector<Row> rows() {
    using enum llm::FailureKind;
    return {
        {"empty", says(""), passed, nobody, invalid, judges},
        {"blank", says(" \n"), passed, nobody, invalid, judges},
        {"prose", says("The tone is fine, I would say 5."), passed, nobody, invalid, judges},
        {"refusal", says("I'm sorry, but I can't help with that."), passed, nobody, invalid, judges},
        {"half_a_json", says(good.substr(0, 30)), passed, nobody, invalid, judges},
        {"a_list", says("[]"), passed, nobody, invalid, judges},
        {"no_votes", says(R"({"criteria":[]})"), passed, nobody, invalid, judges},
        {"another_criterion", says(answer({vote("coherence", 5)})), passed, nobody, invalid, judges},
        {"one_too_many", says(answer({vote("tone", 5), vote("coherence", 5)})), passed, nobody, invalid, judges},
        {"twice", says(answer({vote("tone", 5), vote("tone", 5)})), passed, nobody, invalid, judges},
        {"level_six", says(answer({vote("tone", 6)})), passed, nobody, invalid, judges},
        {"level_in_words", says(R"({"criteria":[{"criterion":"tone","level":"five","evidence":[]}]})"), passed, nobody,
         invalid, judges},
        {"invented_evidence", says(answer({vote("tone", 5, 2, "five stars")})), passed, nobody, invalid, judges},
        {"evidence_of_another_turn", says(answer({vote("tone", 5, 3)})), passed, nobody, invalid, judges},
        {"no_evidence", says(R"({"criteria":[{"criterion":"tone","level":5,"evidence":[]}]})"), passed, nobody, invalid,
         judges},
        {"cut_off", finished(llm::Finish::length), passed, nobody, invalid, judges},
        {"filtered", finished(llm::Finish::content_filter), passed, nobody, invalid, judges},
        {"calls_a_tool", finished(llm::Finish::tool_calls), passed, nobody, invalid, judges},
        {"malformed", fails(malformed), passed, nobody, invalid, judges},
        {"content_filter", fails(content_filter), passed, nobody, invalid, judges},
        {"context_length", fails(context_length), passed, nobody, invalid, judges},
        {"authentication", fails(authentication), invalid, outside, invalid, outside},
        {"quota", fails(quota), invalid, outside, invalid, outside},
        {"rate_limited", fails(rate_limited), invalid, outside, invalid, outside},
        {"overloaded", fails(overloaded), invalid, outside, invalid, outside},
        {"bad_request", fails(bad_request), invalid, outside, invalid, outside},
        {"unreachable", fails(unreachable), invalid, outside, invalid, outside},
        {"timeout", fails(timeout), invalid, outside, invalid, outside},
        {"not_cached", fails(not_cached), invalid, outside, invalid, outside},
        {"over_budget", fails(over_budget), invalid, outside, invalid, outside},
    };
}

class JudgeFaults : public ::testing::TestWithParam<Row> {
  protected:
    Conversation judged(bool always, bool gates) {
        Bench bench;
        bench.suite.scorecard.criteria = {{.name = "tone", .floor = 3}};
        int calls = 0;
        Judged out = bench.rate([&](const llm::ChatRequest&) -> llm::ChatResult {
            return always || calls++ == 0 ? GetParam().fault : says(good);
        });
        EXPECT_LE(out.use.calls, bench.suite.judge.retries + 1);
        Conversation c = refund_talk();
        apply(bench.suite, gates ? Standing{{"tone"}} : Standing{}, std::move(out), c);
        return c;
    }
};

TEST_P(JudgeFaults, once_of_a_judge_that_gates) {
    const Conversation c = judged(false, true);
    EXPECT_EQ(c.outcome, GetParam().once);
    EXPECT_EQ(c.fault, GetParam().once_by);
}

TEST_P(JudgeFaults, always_of_a_judge_that_gates_is_never_a_pass) {
    const Conversation c = judged(true, true);
    EXPECT_EQ(c.outcome, GetParam().always);
    EXPECT_EQ(c.fault, GetParam().always_by);
    EXPECT_FALSE(c.error.empty());
}

TEST_P(JudgeFaults, always_of_an_advisory_judge_leaves_a_warning_and_no_score) {
    const Conversation c = judged(true, false);
    EXPECT_EQ(c.outcome, Outcome::passed);
    EXPECT_TRUE(c.scores.empty());
    ASSERT_EQ(c.checks.size(), 1U);
    EXPECT_EQ(c.checks.front().name, "judge");
    EXPECT_FALSE(c.checks.front().passed);
    EXPECT_FALSE(c.checks.front().gates);
}

INSTANTIATE_TEST_SUITE_P(All, JudgeFaults, ::testing::ValuesIn(rows()), [](const auto& row) { return row.param.what; });

TEST(JudgeFault, cancelling_leaves_the_conversation_for_resume) {
    Bench bench;
    EXPECT_EQ(bench.rate([](const llm::ChatRequest&) { return fails(llm::FailureKind::cancelled); }).trouble,
              Trouble::cancelled);
}

TEST(JudgeFault, of_three_votes_one_may_be_void_and_two_may_not) {
    Bench bench;
    bench.suite.judge.votes = 3;
    bench.suite.judge.retries = 0;
    const std::string bad = answer({vote("tone", 5, 2, "five stars")});
    EXPECT_EQ(bench.rate({bad, good}).opinions.front().level, 4);
    EXPECT_EQ(bench.rate({bad, bad, good}).trouble, Trouble::judge);
}

}  // namespace
}  // namespace sosia::judge
