#include "analysis/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/test_support.h"
#include "base/random.h"
#include "stats/mcnemar.h"
#include "stats/tango.h"

namespace sosia::analysis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "PFI": one letter a repetition.
Outcomes side(const std::vector<std::string>& cells, const std::string& run = "r1") {
    OutcomesBuilder builder({.run = run, .pins = {{"seed", "7"}, {"persona ann", "h1"}}, .criteria = {"accuracy"}});
    for (std::size_t i = 0; i < cells.size(); ++i) {
        int repetition = 0;
        for (const char letter : cells[i]) {
            const Outcome outcome = letter == 'P'   ? Outcome::passed
                                    : letter == 'F' ? Outcome::failed
                                                    : Outcome::invalid;
            RunOutcome one{.repetition = repetition++,
                           .outcome = outcome,
                           .conversation = run + "-" + std::to_string(i),
                           .score = outcome == Outcome::passed ? 5 : 2,
                           .criteria = {outcome == Outcome::passed ? 5.0 : 1.0}};
            if (outcome == Outcome::failed) {
                one.failed_checks = {"claims"};
            }
            builder.add({i % 2 == 0 ? "ann" : "bob", "s" + std::to_string(i), "", "calm", 0}, std::move(one));
        }
    }
    return builder.finish();
}

std::vector<std::string> repeated(std::size_t n, const std::string& letters) {
    return std::vector<std::string>(n, letters);
}

Comparison compared(const Outcomes& a, const Outcomes& b, const CompareOptions& options = {}) {
    const Result<Comparison> out = compare(a, b, options);
    EXPECT_TRUE(out) << (out ? "" : out.error().message);
    return out ? *out : Comparison{};
}

TEST(Compare, with_one_run_a_cell_it_is_mcnemar_and_tango_as_published) {
    std::vector<std::string> old = repeated(100, "P");
    std::vector<std::string> now = repeated(100, "P");
    std::fill(old.begin(), old.begin() + 3, "F");       // gained
    std::fill(now.begin() + 3, now.begin() + 15, "F");  // lost
    const Difference d = compared(side(old), side(now)).overall;
    EXPECT_EQ(d.gained, 3U);
    EXPECT_EQ(d.lost, 12U);
    EXPECT_NEAR(d.change, -0.09, 1e-12);
    EXPECT_NEAR(d.p, stats::mcnemar(3, 12).p_mid, 1e-12);
    EXPECT_NEAR(d.p_worse, stats::mcnemar(3, 12).p_c_large, 1e-12);
    EXPECT_NEAR(d.interval.low, stats::tango(3, 12, 100).low, 1e-9);
    EXPECT_NEAR(d.interval.high, stats::tango(3, 12, 100).high, 1e-9);
}

TEST(Compare, a_clear_loss_has_regressed_and_says_where) {
    std::vector<std::string> now = repeated(60, "P");
    for (std::size_t i = 0; i < 40; i += 2) {
        now[i] = "F";  // all of them ann's
    }
    const Comparison c = compared(side(repeated(60, "P")), side(now, "r2"));
    EXPECT_EQ(c.answer, Answer::regressed);
    EXPECT_THAT(c.reason, HasSubstr("-33.3 points"));
    EXPECT_EQ(c.newly_failing.size(), 20U);
    EXPECT_THAT(c.newly_failing.front().checks, ElementsAre("claims"));
    EXPECT_EQ(c.newly_failing.front().conversation.substr(0, 3), "r2-");
    const auto bob = std::ranges::find(c.slices, "bob", &Difference::value);
    const auto ann = std::ranges::find(c.slices, "ann", &Difference::value);
    EXPECT_EQ(bob->lost, 0U);
    EXPECT_EQ(ann->answer, Answer::regressed);
    EXPECT_EQ(c.checks.at(0).value, "claims");
    EXPECT_EQ(c.checks.at(0).lost, 20U);
}

TEST(Compare, the_same_again_is_not_worse_when_there_is_enough_of_it) {
    const Comparison many = compared(side(repeated(100, "P")), side(repeated(100, "P"), "r2"));
    EXPECT_EQ(many.answer, Answer::not_worse);
    EXPECT_THAT(many.reason, HasSubstr("ruled out"));
    EXPECT_FALSE(many.overall.more);
}

TEST(Compare, too_few_conversations_are_undecided_with_the_price_of_knowing) {
    const Comparison few = compared(side(repeated(20, "P")), side(repeated(20, "P"), "r2"));
    EXPECT_EQ(few.answer, Answer::undecided);
    ASSERT_TRUE(few.overall.more);
    // Without any flip the one-sided Tango bound is z^2/(n+z^2): below 5 points from 52 conversations on.
    EXPECT_NEAR(static_cast<double>(*few.overall.more), 32, 1);
    EXPECT_NEAR(few.overall.detectable, 7.0 / 20, 1e-12);  // seven losses in a row before p is below 1 %
}

TEST(Compare, repetitions_count_as_one_cell_with_less_noise_not_as_many_cells) {
    // Every second cell always flips: forty repetitions of ten cells are still ten cells.
    std::vector<std::string> old = repeated(10, "PPPP");
    std::vector<std::string> now = old;
    now[0] = now[1] = now[2] = "FFFF";
    old[3] = old[4] = "FFFF";
    const Difference d = compared(side(old), side(now)).overall;
    EXPECT_EQ(d.cells, 10U);
    EXPECT_EQ(d.pairs, 40U);
    const stats::Interval naive = stats::tango(8, 12, 40);
    EXPECT_LT(d.interval.low, naive.low);
    EXPECT_GT(d.interval.high, naive.high);
}

TEST(Compare, what_differs_is_named_and_refused_unless_forced) {
    Outcomes a = side(repeated(30, "P"));
    Outcomes b = side(repeated(30, "P"), "r2");
    b.pins["persona ann"] = "h2";
    b.pins["seed"] = "8";
    b.pins["persona eve"] = "h9";  // only on one side: its cells are not compared, nothing else
    const Result<Comparison> refused = compare(a, b, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_THAT(refused.error().message, HasSubstr("persona ann, seed"));
    EXPECT_THAT(compared(a, b, {.force = true}).forced, ElementsAre("persona ann", "seed"));
}

TEST(Compare, runs_without_a_common_cell_are_refused) {
    Outcomes other = side({"P"});
    other.cells[0].cell.scenario = "elsewhere";
    EXPECT_FALSE(compare(side({"P"}), other, {}));
}

TEST(Compare, invalid_conversations_are_neither_and_too_many_end_it) {
    std::vector<std::string> now = repeated(100, "P");
    now[0] = now[1] = "I";
    const Comparison some = compared(side(repeated(100, "P")), side(now));
    EXPECT_EQ(some.overall.cells, 98U);
    EXPECT_EQ(some.overall.change, 0);
    ASSERT_TRUE(some.as_failures);
    EXPECT_NEAR(some.as_failures->change, -0.02, 1e-12);
    EXPECT_TRUE(some.valid);
    const Comparison most = compared(side(repeated(20, "P")), side(repeated(20, "I")));
    EXPECT_FALSE(most.valid);
    EXPECT_EQ(most.answer, Answer::undecided);
}

TEST(Compare, several_gates_share_the_error_by_holm) {
    std::vector<std::string> now = repeated(60, "P");
    for (std::size_t i = 0; i < 14; i += 2) {
        now[i] = "F";  // 7 of ann's: p = 1/128 alone
    }
    const Outcomes a = side(repeated(60, "P"));
    const Outcomes b = side(now);
    EXPECT_EQ(compared(a, b).answer, Answer::regressed);
    const Comparison gated = compared(a, b, {.gate_by = {"persona"}});
    EXPECT_EQ(gated.gating.size(), 3U);
    EXPECT_NEAR(gated.gating[0].p_adjusted, 3.0 / 128, 1e-12);
    EXPECT_EQ(gated.answer, Answer::undecided);
}

TEST(Compare, an_expired_mark_holds_a_pass_up) {
    std::vector<std::string> old = repeated(200, "P");
    std::vector<std::string> now = old;
    now[4] = "F";
    const FlakyMark mark{.cell = "ann/s4/-/calm", .expires = "2026-03-14"};
    const Comparison before = compared(side(old), side(now), {.flaky = {mark}, .today = "2026-03-13"});
    EXPECT_EQ(before.answer, Answer::not_worse);
    EXPECT_TRUE(before.newly_failing.at(0).flaky);
    EXPECT_EQ(before.flaky.failing, 1U);
    const Comparison after = compared(side(old), side(now), {.flaky = {mark}, .today = "2026-03-14"});
    EXPECT_EQ(after.answer, Answer::undecided);
    EXPECT_THAT(after.flaky.expired, ElementsAre("ann/s4/-/calm"));
}

TEST(Compare, noise_within_cells_is_told_from_differences_between_them) {
    const Comparison steady = compared(side({"PPPP", "FFFF"}), side({"PPPP", "FFFF"}));
    EXPECT_EQ(steady.noise.unequal, 0U);
    EXPECT_EQ(steady.noise.within, 0);
    EXPECT_GT(steady.noise.between, 0.2);
    const Comparison noisy = compared(side({"PFPF", "FPFP"}), side({"PPFF", "FFPP"}));
    EXPECT_EQ(noisy.noise.unequal, 4U);
    EXPECT_EQ(noisy.noise.between, 0);
}

// Repetition r is the same simulated user on both sides: what both share is the user's, the rest the agent's.
TEST(Compare, chance_of_the_user_is_told_from_chance_of_the_agent) {
    const Comparison by_user = compared(side({"PFPF", "FFPP"}), side({"PFPF", "FFPP"}));
    EXPECT_EQ(by_user.noise.paired, 2U);
    EXPECT_NEAR(by_user.noise.user, 1.0 / 3, 1e-12);
    EXPECT_NEAR(by_user.noise.agent, 0, 1e-12);
    const Comparison by_agent = compared(side({"PPFF", "PFPF"}), side({"PFPF", "PPFF"}));
    EXPECT_NEAR(by_agent.noise.user, 0, 1e-12);
    EXPECT_NEAR(by_agent.noise.agent, 1.0 / 3, 1e-12);
}

TEST(Compare, two_scores_of_one_conversation_show_the_judges_chance) {
    Outcomes a = side({"PP", "PP"});
    Outcomes b = side({"PP", "PP"});
    const auto set = [](Outcomes& o, std::size_t cell, std::size_t run, std::uint64_t transcript, double score) {
        o.cells[cell].runs[run].transcript = transcript;
        o.cells[cell].runs[run].score = score;
    };
    set(a, 0, 0, 11, 4);
    set(b, 0, 0, 11, 5);  // the same conversation, judged differently
    set(a, 0, 1, 12, 3);
    set(b, 0, 1, 12, 3);
    set(a, 1, 0, 13, 2);
    set(b, 1, 0, 14, 5);  // another conversation: says nothing about the judge
    const Comparison c = compared(a, b);
    EXPECT_EQ(c.noise.same_conversations, 2U);
    EXPECT_NEAR(c.noise.judge, 0.25, 1e-12);
}

TEST(Compare, scores_of_cells_are_paired) {
    std::vector<std::string> now = repeated(40, "P");
    std::fill(now.begin(), now.begin() + 12, "F");
    const Comparison c = compared(side(repeated(40, "P")), side(now), {.gate_by = {"score"}});
    ASSERT_TRUE(c.score);
    EXPECT_NEAR(c.score->change, -0.9, 1e-12);
    EXPECT_EQ(c.score->answer, Answer::regressed);
    EXPECT_EQ(c.criteria.at(0).value, "accuracy");
    EXPECT_NEAR(c.criteria.at(0).change, -1.2, 1e-12);
}

// Outcomes of the four recorded trials of each of the 50 tasks of tau-bench airline (gpt-4o; MIT).
const std::vector<std::string>& airline() {
    static const std::vector<std::string> trials{
        "FFFF", "FPFF", "FFPF", "FFFF", "FFFF", "FPFF", "PFFF", "FFPF", "FFFF", "FFFF", "FFFF", "PFFF", "PPPP",
        "FPPF", "FFFF", "FFPP", "FFFP", "FFFP", "PPPP", "FFFF", "PPPP", "FPPP", "FFFF", "FFFF", "PPPP", "FFFF",
        "PFPF", "FPPF", "FFFF", "PFFF", "FPFP", "PFFP", "FFFF", "FFFF", "PPFP", "PPPP", "PPPP", "FPPP", "PPPP",
        "PFFF", "PPFP", "FPFP", "PPPP", "PFFF", "PFPF", "PFFP", "FPPF", "FPFF", "PPPP", "PPPP"};
    return trials;
}

std::vector<std::string> trials_of_airline(std::size_t first, std::size_t count) {
    std::vector<std::string> out;
    for (const std::string& task : airline()) {
        out.push_back(task.substr(first, count));
    }
    return out;
}

// The same agent twice: trials 0 and 1 against 2 and 3 (change -.02, standard error .045, p .66).
TEST(Compare, an_agent_against_itself_on_real_data_is_no_regression) {
    const Outcomes a = side(trials_of_airline(0, 2));
    const Outcomes b = side(trials_of_airline(2, 2));
    const Comparison strict = compared(a, b, {.thresholds = {.margin = 0.03}});
    EXPECT_NEAR(strict.overall.change, -0.02, 1e-12);
    EXPECT_GT(strict.overall.p, 0.5);
    EXPECT_LT(strict.overall.p, 0.9);
    EXPECT_EQ(strict.answer, Answer::undecided);
    EXPECT_FALSE(strict.overall.warning);
    EXPECT_TRUE(strict.overall.more);
    // Student's bound is -.0956; the score interval on effective pairs lies near it.
    EXPECT_NEAR(strict.overall.one_sided.low, -0.0956, 0.002);
    EXPECT_EQ(compared(a, b, {.thresholds = {.margin = 0.10}}).answer, Answer::not_worse);
}

// Two runs of one agent whose cells have rates of their own; nothing has changed.
Outcomes drawn(Random& random, const std::vector<double>& rates, int runs, double loss = 0) {
    std::vector<std::string> cells;
    for (const double rate : rates) {
        std::string letters;
        for (int i = 0; i < runs; ++i) {
            letters += random.chance(std::max(0.0, rate - loss)) ? 'P' : 'F';
        }
        cells.push_back(std::move(letters));
    }
    Outcomes out = side(cells);
    for (CellOutcomes& cell : out.cells) {
        for (RunOutcome& run : cell.runs) {  // only the rates are looked at
            run.score.reset();
            run.criteria.clear();
        }
    }
    return out;
}

TEST(Compare, unchanged_agents_are_called_worse_no_more_often_than_stated) {
    Random random(11, "compare.false_alarms");
    std::vector<double> rates;
    for (int i = 0; i < 40; ++i) {
        rates.push_back(random.uniform());
    }
    constexpr int rounds = 400;
    int alarms = 0;
    int warnings = 0;
    for (int i = 0; i < rounds; ++i) {
        const int runs = 1 + i % 3;
        const Comparison c = compared(drawn(random, rates, runs), drawn(random, rates, 1 + i % 2));
        alarms += c.answer == Answer::regressed ? 1 : 0;
        warnings += c.overall.warning ? 1 : 0;
    }
    EXPECT_LE(alarms, 10);    // 1 % of 400 and three standard deviations
    EXPECT_LE(warnings, 33);  // 5 %
    EXPECT_GE(warnings, 5);   // and yet it is not deaf
}

}  // namespace
}  // namespace sosia::analysis
