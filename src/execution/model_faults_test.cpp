// A run with models in it: what is asked, what is stored, what is tried again.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "agent/fake_agent.h"
#include "domain/record_json.h"
#include "execution/run.h"
#include "llm/scripted_model.h"

namespace sosia::execution {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

agent::Exchange helpful(const agent::Request& request) {
    if (request.messages.size() < 3) {
        return agent::Reply{.text = "I'm sorry about that. Shall I refund the charge?"};
    }
    return agent::Reply{.text = "I've refunded the charge. Anything else?"};
}

llm::ChatResult faithful(const llm::ChatRequest& request) {
    const std::string& prompt = request.messages[1].text;
    const std::size_t begin = prompt.find("<move>\n") + 7;
    const json::value move = json::parse(prompt.substr(begin, prompt.find("\n</move>") - begin));
    return llm::text_answer(json::serialize(json::object{{"text", move.at("draft")}}));
}

// Rates whatever is asked, with words of the transcript.
llm::ChatResult rates(const llm::ChatRequest& request, int level) {
    const bool user = request.messages[0].text.contains("how lifelike");
    const std::string vote = user ? R"({"criterion":"realism","evidence":[{"turn":1,"quote":"charge"}])"
                                  : R"({"criterion":"tone","evidence":[{"turn":2,"quote":"sorry about that"}])";
    return llm::text_answer(R"({"criteria":[)" + vote + R"(,"reason":"r","level":)" + std::to_string(level) +
                            R"(,"first_bad_turn":0}]})");
}

class ModelRunTest : public ::testing::Test {
  protected:
    ModelRunTest()
        : engine_(std::move(user::Engine::create().value())),
          guards_(std::move(*user::Guards::create(engine_->reader()))),
          book_(std::move(*prompt::Book::create())),
          store_(storage::open_memory()) {
        Persona persona{.id = "ann", .name = "Ann Lee"};
        persona.goal.primary = "get a charge refunded";
        persona.knobs.clarity = 1;
        persona.knobs.drop = 0;
        Scenario scenario{.id = "refund"};
        scenario.intent = "refund a charge";
        suite_.name = "t";
        suite_.personas = {persona};
        suite_.scenarios = {scenario};
        suite_.adversaries = {Adversary{.id = "cooperative"}};
        suite_.scorecard.criteria = {{.name = "tone", .floor = 3}};
        suite_.judge.criteria = {"tone"};
        suite_.judge.votes = 1;
        suite_.judge.model = "scripted/judge";
    }

    // One conversation; null scripts leave that role to the built-in engine.
    Conversation run(llm::ScriptedModel::Script user, llm::ScriptedModel::Script judges, bool gates = true) {
        agent::FakeAgent agent(helpful);
        asio::io_context io;
        EXPECT_TRUE(store_.write->create_run({.id = "r1", .suite = "t"}).has_value());
        storage::AsyncWriter writer(io.get_executor(), std::move(store_.write), "r1");
        StopSwitch stop(suite_.limits, clock_);
        user_ = user ? std::make_shared<llm::ScriptedModel>(std::move(user), "scripted/user") : nullptr;
        judge_ = judges ? std::make_shared<llm::ScriptedModel>(std::move(judges), "scripted/judge") : nullptr;
        const auto voice = user_ ? std::make_unique<simulation::Voice>(user_, book_, guards_, suite_.user) : nullptr;
        const auto judge = judge_ ? std::move(*judge::Judge::create(suite_, judge_, book_)) : nullptr;
        Conversation out;
        const auto scorer = scoring::Scorer::create(suite_, engine_->reader()).value();
        Work work{.suite = suite_, .ordinals = {0}, .job = [](std::uint64_t) {
                      return Job{0, "id1000", {"ann", "refund", "", "cooperative", 0}, 0};
                  }};
        const auto finished = [&](const Conversation& c) { out = c; };
        asio::co_spawn(io,
                       execute(std::move(work),
                               Tools{agent, *engine_, *scorer, clock_, writer, summary_, stop, finished, voice.get(),
                                     judge.get(), gates ? judge::Standing{{"tone"}} : judge::Standing{}}),
                       [&](const std::exception_ptr& error, Result<void> r) {
                           EXPECT_EQ(error, nullptr);
                           EXPECT_TRUE(r.has_value());
                       });
        io.run();
        stopped_ = stop.draining() ? stop.reason() : "";  // asking notices what was spent
        return out;
    }

    Suite suite_;
    std::unique_ptr<user::Engine> engine_;
    user::Guards guards_;
    prompt::Book book_;
    storage::Store store_;
    SystemClock clock_;
    analysis::SummaryBuilder summary_{suite_, 1};
    std::shared_ptr<llm::ScriptedModel> user_;
    std::shared_ptr<llm::ScriptedModel> judge_;
    std::string stopped_;
};

TEST_F(ModelRunTest, a_faithful_user_and_an_advisory_judge_change_no_verdict) {
    const Conversation c = run(faithful, [](const llm::ChatRequest& r) { return rates(r, 1); }, false);
    EXPECT_EQ(c.outcome, Outcome::passed) << c.error;
    ASSERT_EQ(c.opinions.size(), 1U);
    EXPECT_EQ(c.opinions[0].level, 1);
    EXPECT_GE(c.user_model.calls, 2);
    EXPECT_EQ(c.judge_model.calls, 1);
}

TEST_F(ModelRunTest, what_models_said_is_in_the_record) {
    const Conversation c = run(faithful, [](const llm::ChatRequest& r) { return rates(r, 2); });
    EXPECT_EQ(c.outcome, Outcome::failed);
    const Result<Conversation> back = conversation_from_json(to_json(c));
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(back->user_model, c.user_model);
    EXPECT_EQ(back->judge_model, c.judge_model);
    ASSERT_EQ(back->opinions.size(), 1U);
    EXPECT_EQ(back->opinions[0].votes, c.opinions[0].votes);
    EXPECT_EQ(back->opinions[0].evidence[0].text, "sorry about that");
    EXPECT_TRUE(back->opinions[0].gates);
    const analysis::Summary summary = summary_.finish("");
    EXPECT_EQ(summary.opinions.at("tone").level_sum, 2U);
    EXPECT_EQ(summary.model_use.at("judge").calls, 1);
}

TEST_F(ModelRunTest, a_user_without_words_is_tried_again_and_its_calls_are_counted) {
    const Conversation c = run(
        [n = 0](const llm::ChatRequest& r) mutable {
            return ++n <= 3 ? llm::ChatResult(llm::text_answer("")) : faithful(r);
        },
        {});
    EXPECT_EQ(c.outcome, Outcome::passed) << c.error;
    EXPECT_EQ(c.user_model.calls, static_cast<int>(user_->asked().size()));
}

TEST_F(ModelRunTest, a_judge_without_answer_makes_it_invalid_and_the_conversation_is_not_held_again) {
    const Conversation c = run(faithful, [](const llm::ChatRequest&) { return llm::text_answer(""); });
    EXPECT_EQ(c.outcome, Outcome::invalid);
    EXPECT_EQ(c.fault, Fault::judge);
    EXPECT_EQ(judge_->asked().size(), static_cast<std::size_t>(suite_.judge.retries + 1));
    EXPECT_EQ(summary_.invalid(), 1U);
}

TEST_F(ModelRunTest, a_user_that_is_not_lifelike_is_played_again_within_the_limit) {
    suite_.judge.realism = 0.7;
    const Conversation c = run({}, [](const llm::ChatRequest& r) { return rates(r, 2); });
    EXPECT_EQ(c.outcome, Outcome::invalid);
    EXPECT_EQ(c.fault, Fault::simulator);
    EXPECT_EQ(judge_->asked().size(), static_cast<std::size_t>(suite_.limits.reruns + 1));  // only about the user
}

TEST_F(ModelRunTest, what_models_cost_counts_towards_the_budget) {
    suite_.limits.budget_usd = 0.01;
    const Conversation c = run(faithful, [](const llm::ChatRequest& r) {
        llm::ChatResult answer = rates(r, 5);
        answer->cost_usd = 0.02;
        answer->usage = {.input = 1000, .cached_input = 0, .output = 20};
        return answer;
    });
    EXPECT_DOUBLE_EQ(c.judge_model.cost_usd.value(), 0.02);
    EXPECT_EQ(c.judge_model.input_tokens, 1000);
    EXPECT_EQ(stopped_, "money budget spent");
}

TEST_F(ModelRunTest, a_conversation_whose_judge_was_cancelled_is_left_for_resume) {
    const Conversation c = run(faithful, [](const llm::ChatRequest&) -> llm::ChatResult {
        return std::unexpected(llm::Failure{.kind = llm::FailureKind::cancelled, .message = "stopped"});
    });
    EXPECT_TRUE(c.id.empty());  // never reported as finished
    EXPECT_EQ(summary_.done(), 0U);
}

TEST_F(ModelRunTest, without_models_nothing_of_them_is_in_the_record) {
    const Conversation c = run({}, {});
    EXPECT_EQ(c.outcome, Outcome::passed) << c.error;
    const std::string text = json_text(c);
    for (const char* key : {"opinions", "user_model", "judge_model", "fault_kind"}) {
        EXPECT_FALSE(text.contains(key)) << key;
    }
}

}  // namespace
}  // namespace sosia::execution
