// A judged conversation, and answers of a judge, for the tests of this room.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

#include "judge/judge.h"
#include "judge/verdict.h"
#include "llm/scripted_model.h"

namespace sosia::judge {

// Two exchanges about a refund.
inline Conversation refund_talk() {
    Conversation c{.id = "c0ffee", .outcome = Outcome::passed, .ended = Ending::user_satisfied};
    c.turns = {{.n = 1, .role = Role::user, .text = "charged twice for A-10023"},
               {.n = 2, .role = Role::agent, .text = "I see both charges.\nWhich one is wrong?"},
               {.n = 3, .role = Role::user, .text = "the one from march 14"},
               {.n = 4, .role = Role::agent, .text = "I have refunded \"March 14\". It takes 3 to 5 business days."}};
    return c;
}

inline std::string vote(const std::string& criterion, int level, int turn = 2,
                        const std::string& quote = "I see both charges.", int bad = 0) {
    return fmt::format(
        R"({{"criterion":"{}","evidence":[{{"turn":{},"quote":"{}"}}],"reason":"because","level":{},"first_bad_turn":{}}})",
        criterion, turn, quote, level, bad);
}

inline std::string answer(const std::vector<std::string>& votes) {
    std::string all;
    for (const std::string& one : votes) {
        all += (all.empty() ? "" : ",") + one;
    }
    return R"({"criteria":[)" + all + "]}";
}

struct Bench {
    Bench() {
        suite.judge.model = "scripted/judge";
        suite.judge.criteria = {"tone"};
        suite.judge.votes = 1;
        scenario.id = "refund";
        scenario.intent = "refund a duplicate charge";
        scenario.truth = {{"refund_time", "3 to 5 business days"}};
    }

    Suite suite;
    Persona persona;
    Scenario scenario;
    Adversary adversary;
    std::shared_ptr<llm::ScriptedModel> model;

    CellParts parts() const { return {&persona, &scenario, &scenario.happy, &adversary}; }

    // Asks a judge that answers by `script`.
    Judged rate(llm::ScriptedModel::Script script, const Conversation& c = refund_talk(), bool user = false) {
        model = std::make_shared<llm::ScriptedModel>(std::move(script), "scripted/judge");
        const prompt::Book book = std::move(*prompt::Book::create(suite.prompts));
        const auto judge = Judge::create(suite, model, book);
        EXPECT_TRUE(judge.has_value()) << (judge ? "" : judge.error().message);
        boost::asio::io_context io;
        Judged out;
        boost::asio::co_spawn(io, user ? (*judge)->rate_user(c, parts()) : (*judge)->rate(c, parts()),
                              [&](const std::exception_ptr& error, Judged judged) {
                                  EXPECT_EQ(error, nullptr);
                                  out = std::move(judged);
                              });
        io.run();
        return out;
    }

    // Answers one after the other; the last one from then on.
    Judged rate(std::vector<std::string> answers) {
        auto at = std::make_shared<std::size_t>(0);
        return rate([answers = std::move(answers), at](const llm::ChatRequest&) -> llm::ChatResult {
            return llm::text_answer(answers[std::min((*at)++, answers.size() - 1)]);
        });
    }
};

}  // namespace sosia::judge
