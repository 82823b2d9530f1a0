// `control: free`: the model chooses, the rules guard.
#include <gtest/gtest.h>

#include <algorithm>

#include "user/builtin_user.h"

namespace sosia::user {
namespace {

class FreePlay : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { engine_ = std::move(Engine::create().value()); }
    static void TearDownTestSuite() { engine_.reset(); }

    FreePlay() {
        persona_.id = "sandra";
        persona_.goal.primary = "get the duplicate charge refunded";
        persona_.facts = {
            Fact{.name = "email", .value = "sandra.k@example.com", .when = Disclosure::asked, .asked_by = {"email"}},
            Fact{.name = "order_id", .value = "A-10023", .when = Disclosure::second_ask, .asked_by = {"order number"}},
            Fact{.name = "charged",
                 .value = "March 14",
                 .when = Disclosure::corrected,
                 .first_says = "March 4",
                 .at_turn = 3,
                 .asked_by = {"date of the charge"}},
            Fact{
                .name = "card", .value = "4111 1111 1111 1111", .when = Disclosure::never, .asked_by = {"card number"}},
            Fact{.name = "shop", .value = "the web shop", .when = Disclosure::freely}};
        scenario_.id = "duplicate-charge";
        scenario_.intent = "refund a duplicate charge";
        adversary_.id = "cooperative";
    }

    BuiltinUser user() { return BuiltinUser(*engine_, {&persona_, &scenario_, &scenario_.happy, &adversary_}, 3, 12); }

    static AgentMessage says(std::string_view text) {
        static const std::vector<ToolCall> none;
        return {.text = text, .tools = &none};
    }

    static std::string may_tell(const Guide& guide) {
        std::string out;
        for (const Guide::Tellable& fact : guide.may_tell) {
            out += fact.fact + "=" + fact.value + (fact.instead_of.empty() ? "" : " not " + fact.instead_of) + ";";
        }
        return out;
    }

    // Says a line that tells everything it may.
    static Step tells_all(BuiltinUser& user, Guide guide, std::string line) {
        std::vector<std::size_t> all(guide.may_tell.size());
        std::ranges::generate(all, [i = std::size_t{0}]() mutable { return i++; });
        return user.play(std::move(guide), std::move(line), all, false, false);
    }

    static std::unique_ptr<Engine> engine_;
    Persona persona_;
    Scenario scenario_;
    Adversary adversary_;
};
std::unique_ptr<Engine> FreePlay::engine_;

TEST_F(FreePlay, before_anybody_asks_only_free_facts_may_be_told) {
    BuiltinUser user = this->user();
    EXPECT_EQ(may_tell(user.guide(nullptr)), "shop=the web shop;");
}

TEST_F(FreePlay, asking_opens_a_fact_and_asking_twice_one_that_is_dodged_first) {
    BuiltinUser user = this->user();
    user.play(user.guide(nullptr), "charged twice", {}, false, false);
    const AgentMessage ask = says("Could you give me your email and your order number?");
    Guide guide = user.guide(&ask);
    EXPECT_TRUE(may_tell(guide).contains("email=sandra.k@example.com"));
    EXPECT_FALSE(may_tell(guide).contains("A-10023"));
    EXPECT_EQ(guide.dodge, std::vector<std::string>{"order number"});
    const Step step = user.play(std::move(guide), "sandra.k@example.com", {0}, false, false);
    EXPECT_EQ(step.mind.withheld, std::vector<std::string>{"order_id"});
    const AgentMessage again = says("And your order number, please?");
    EXPECT_TRUE(may_tell(user.guide(&again)).contains("order_id=A-10023"));
}

TEST_F(FreePlay, what_is_never_told_stays_out_of_reach) {
    BuiltinUser user = this->user();
    user.play(user.guide(nullptr), "charged twice", {}, false, false);
    const AgentMessage ask = says("What is your card number?");
    const Guide guide = user.guide(&ask);
    EXPECT_FALSE(may_tell(guide).contains("4111"));
    EXPECT_EQ(guide.refuse, std::vector<std::string>{"card number"});
}

TEST_F(FreePlay, a_wrong_value_comes_first_and_is_corrected_when_it_is_due) {
    BuiltinUser user = this->user();
    user.play(user.guide(nullptr), "charged twice", {}, false, false);
    const AgentMessage ask = says("What was the date of the charge?");
    Guide guide = user.guide(&ask);
    EXPECT_TRUE(may_tell(guide).contains("charged=March 4;"));
    const Step wrong = tells_all(user, std::move(guide), "march 4");
    EXPECT_EQ(wrong.mind.wrong, std::vector<std::string>{"charged"});
    const AgentMessage found = says("I see. One moment please.");
    Guide due = user.guide(&found);
    EXPECT_TRUE(may_tell(due).contains("charged=March 14 not March 4;"));
    const Step right = tells_all(user, std::move(due), "sorry, march 14");
    EXPECT_EQ(right.mind.corrected, std::vector<std::string>{"charged"});
    EXPECT_TRUE(std::ranges::find(right.mind.disclosed, "charged") != right.mind.disclosed.end());
}

TEST_F(FreePlay, the_rules_end_it_when_the_agent_hands_over) {
    BuiltinUser user = this->user();
    user.play(user.guide(nullptr), "charged twice", {}, false, false);
    const AgentMessage over = says("I'm transferring you to a colleague in billing now.");
    EXPECT_EQ(user.guide(&over).step.ending, Ending::user_handed_over);
}

TEST_F(FreePlay, the_rules_end_it_when_the_agent_goes_in_circles) {
    BuiltinUser user = this->user();
    user.play(user.guide(nullptr), "charged twice", {}, false, false);
    std::optional<Ending> ending;
    for (int i = 0; i < 10 && !ending; ++i) {
        const AgentMessage same = says("Sorry, I didn't get that.");
        Guide guide = user.guide(&same);
        ending = guide.step.ending;
        if (!ending) {
            user.play(std::move(guide), "the charge", {}, false, false);
        }
    }
    EXPECT_TRUE(ending == Ending::loop || ending == Ending::user_gave_up);
}

TEST_F(FreePlay, leaving_content_settles_the_matter_and_leaving_otherwise_does_not) {
    BuiltinUser content = this->user();
    EXPECT_EQ(content.play(content.guide(nullptr), "ok fine", {}, true, true).ending, Ending::user_satisfied);
    EXPECT_TRUE(content.resolved());
    BuiltinUser angry = this->user();
    EXPECT_EQ(angry.play(angry.guide(nullptr), "forget it", {}, true, false).ending, Ending::user_gave_up);
    EXPECT_FALSE(angry.resolved());
}

TEST_F(FreePlay, asking_for_a_person_is_noticed) {
    BuiltinUser user = this->user();
    EXPECT_EQ(user.play(user.guide(nullptr), "get me a supervisor", {}, false, false).mind.asks, "human");
    EXPECT_TRUE(user.demanded_human());
}

}  // namespace
}  // namespace sosia::user
