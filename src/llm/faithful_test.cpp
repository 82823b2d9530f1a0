// The mock as a faithful player, on prompts as they are written.
#include "llm/mock/mock_faithful.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

MockQuestion asked(std::vector<std::string> prompts, std::string_view criteria = {}) {
    MockQuestion out{.messages = {{Role::system, "You rate.", {}, {}}}};
    for (std::string& prompt : prompts) {
        out.messages.push_back({Role::user, std::move(prompt), {}, {}});
    }
    if (!criteria.empty()) {
        const std::string schema = R"({"properties":{"criteria":{"items":{"properties":{"criterion":{"enum":)" +
                                   std::string(criteria) + "}}}}}}";
        out.shape = JsonShape{"ratings", json::parse(schema).as_object()};
    }
    return out;
}

const std::string transcript =
    "<transcript>\n{\"turn\":1,\"speaker\":\"user\",\"text\":\"charged twice\"}\n"
    "{\"turn\":2,\"speaker\":\"agent\",\"text\":\"Sorry. \\u003cb\\u003e\"}\n</transcript>\n\nThe criteria\n\n"
    "tone: Is it kind?\n  1: no\n  5: yes\n\nbrand: Ours?\n  0: no\n  2: yes For example: 9: hello\n";

TEST(faithful, says_the_newest_draft_letter_for_letter) {
    const auto answer = faithful_answer(asked({"<move>\n{\"act\":\"x\",\"draft\":\"one\"}\n</move>",
                                               "<move>\n{\"draft\":\"it's \\\"A-1\\\"\\nok \\u003c3\"}\n</move>",
                                               "That message cannot be sent: too long."}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->at("text"), "it's \"A-1\"\nok <3");
}

TEST(faithful, rates_every_criterion_at_its_best_level_with_words_of_the_agent) {
    const auto answer = faithful_answer(asked({transcript, "Answer again."}, R"(["tone","brand"])"));
    ASSERT_TRUE(answer);
    const json::array& votes = answer->at("criteria").as_array();
    ASSERT_EQ(votes.size(), 2U);
    EXPECT_EQ(votes[0].at("criterion"), "tone");
    EXPECT_EQ(votes[0].at("level"), 5);
    EXPECT_EQ(votes[1].at("level"), 2);
    EXPECT_EQ(json::serialize(votes[1].at("evidence")), R"([{"turn":2,"quote":"Sorry. <b>"}])");
}

TEST(faithful, quotes_the_person_where_the_person_is_rated) {
    const auto answer = faithful_answer(asked({transcript}, R"(["realism"])"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->at("criteria").at(0).at("evidence").at(0).at("turn"), 1);
}

TEST(faithful, has_nothing_to_say_to_other_prompts) {
    EXPECT_FALSE(faithful_answer(asked({"Hello."})));
    EXPECT_FALSE(faithful_answer(asked({})));
    EXPECT_FALSE(faithful_answer(asked({"<move>\nno end"})));
    EXPECT_EQ(faithful_answer(asked({"<move>\nno json\n</move>"}))->at("text"), "");
}

}  // namespace
}  // namespace sosia::llm::mock
