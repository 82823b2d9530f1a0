// A model's reading of the agent's text: what it is shown, what is taken from its answer, and what is not.
#include "user/model_reading.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "user/builtin_user.h"

namespace sosia::user {
namespace {

constexpr std::string_view text = "I'm sorry about that. Could you give me your order number?";

class ModelReading : public ::testing::Test {
  protected:
    static const Reader& reader() {
        static const Reader one = std::move(Reader::create().value());
        return one;
    }
    static Reading rules() {
        const std::vector<FactQuery> facts{{"order_id", {"order number"}}};
        return reader().read(text, FactIndex(facts));
    }
    static ReadingTask task() { return reading_task(text, rules(), {{"order_id", {"order number"}}}); }
};

TEST_F(ModelReading, shows_the_sentences_the_rules_found) {
    const ReadingTask t = task();
    ASSERT_EQ(t.sentences.size(), 2U);
    EXPECT_EQ(text.substr(t.sentences[1].begin, t.sentences[1].end - t.sentences[1].begin),
              "Could you give me your order number?");
    EXPECT_EQ(t.values.at("sentences").at(0).at("n"), 1);
    EXPECT_EQ(t.facts, std::vector<std::string>{"order_id"});
}

TEST_F(ModelReading, takes_acts_and_known_facts) {
    const auto read = sentences_in(
        R"({"sentences":[{"n":2,"acts":[{"act":"ask-fact","fact":"Order-ID"},{"act":"ask-fact","fact":"shoe size"}]},)"
        R"({"n":1,"acts":[{"act":"apologise","fact":"order_id"}]}]})",
        task());
    ASSERT_TRUE(read.has_value()) << read.error();
    ASSERT_EQ(read->size(), 3U);
    EXPECT_EQ((*read)[0].act, "apologise");
    EXPECT_EQ((*read)[1].act, "ask-fact");
    EXPECT_EQ((*read)[2].act, "ask-fact:order_id");
}

TEST_F(ModelReading, nonsense_is_said_to_be) {
    for (const char* answer :
         {"", "well", "[]", R"({"sentences":[]})", R"({"sentences":[1]})", R"({"sentences":[{"n":3,"acts":[]}]})",
          R"({"sentences":[{"n":0,"acts":[]}]})", R"({"sentences":[{"n":1}]})",
          R"({"sentences":[{"n":1,"acts":[{"act":"dance","fact":""}]}]})",
          R"({"sentences":[{"n":1,"acts":["refuse"]}]})", R"({"sentences":[{"n":1,"acts":[]}]})"}) {
        const auto read = sentences_in(answer, task());
        EXPECT_FALSE(read.has_value()) << answer;
        EXPECT_FALSE(!read && read.error().empty()) << answer;
    }
}

TEST_F(ModelReading, its_acts_replace_those_of_the_rules_and_claims_stay) {
    Reading reading = reader().read("That takes 5 days.", FactIndex({}));
    ASSERT_EQ(reading.claims.size(), 1U);
    take_over({.acts = {{.act = "refuse", .begin = 0, .end = 18}}, .rules = {}, .fault = {}}, reading);
    EXPECT_EQ(act_names(reading), std::vector<std::string>{"refuse"});
    EXPECT_EQ(reading.claims.size(), 1U);
}

TEST_F(ModelReading, a_reading_that_failed_leaves_the_rules_alone) {
    Reading reading = rules();
    const std::vector<std::string> before = act_names(reading);
    take_over({.acts = {}, .rules = {}, .fault = "the answer is empty"}, reading);
    EXPECT_EQ(act_names(reading), before);
}

TEST_F(ModelReading, the_user_goes_by_what_the_model_read) {
    const std::unique_ptr<Engine> engine = std::move(Engine::create().value());
    Persona persona;
    persona.id = "sandra";
    persona.goal.primary = "get the duplicate charge refunded";
    persona.facts = {
        Fact{.name = "order_id", .value = "A-10023", .when = Disclosure::asked, .asked_by = {"order number"}}};
    persona.knobs.drop = 0;
    persona.knobs.clarity = 1;
    Scenario scenario;
    scenario.id = "duplicate-charge";
    scenario.intent = "refund a duplicate charge";
    Adversary adversary;
    adversary.id = "cooperative";
    BuiltinUser user(*engine, {&persona, &scenario, &scenario.happy, &adversary}, 3, 12);
    user.open(std::nullopt);
    const std::string said = "The thing with the letter and the five digits would help me find it.";
    const TurnReading reading{
        .acts = {{.act = "ask-fact:order_id", .begin = 0, .end = said.size()}}, .rules = {}, .fault = {}};
    const std::vector<ToolCall> none;
    const Step step = user.react({.text = said, .tools = &none, .reading = &reading});
    EXPECT_EQ(step.mind.disclosed, std::vector<std::string>{"order_id"}) << step.text;
    EXPECT_EQ(step.agent_acts, std::vector<std::string>{"ask-fact:order_id"});
}

}  // namespace
}  // namespace sosia::user
