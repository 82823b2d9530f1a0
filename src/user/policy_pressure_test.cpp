// What settles a matter, and how far somebody who disagrees goes, played against scripted agent messages.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "user/rules_fixture.h"

namespace sosia::user {
namespace {

class PressureTest : public UserRules {
  protected:
    PressureTest() : UserRules("mo", "cancel my booking", "cancel-booking") {
        persona_.name = "Mo Adler";
        most_turns_ = 14;
    }

    void expects(std::initializer_list<const char*> tools) {
        for (const char* name : tools) {
            ExpectedTool expected;
            expected.name = name;
            scenario_.happy.expect.tools.push_back(expected);
        }
    }
};

TEST_F(PressureTest, looking_something_up_settles_nothing) {
    expects({"find_booking"});
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "I have your booking in front of me.", {{.name = "find_booking"}});
    EXPECT_FALSE(u.resolved());
}

TEST_F(PressureTest, looking_something_up_settles_what_takes_no_more) {
    expects({"track_parcel"});
    scenario_.happy.expect.resolved = true;
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "It will be there on 20 March.", {{.name = "track_parcel"}});
    EXPECT_TRUE(u.resolved());
}

TEST_F(PressureTest, whoever_disputes_a_fee_does_not_agree_at_its_first_repetition) {
    adversary_.tactics = {{.act = "object", .when = "agent claims, goal open", .times = 2}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "The late fee of $35 applies. Shall I go ahead?").mind.move, "object");
    EXPECT_EQ(tell(u, "The late fee is $35 for everybody. Shall I cancel it?").mind.move, "object");
    EXPECT_EQ(tell(u, "I understand. It stays at $35. Shall I cancel the booking?").mind.move, "confirm");
}

TEST_F(PressureTest, a_look_up_after_the_deed_does_not_hide_the_deed) {
    expects({"cancel_booking", "get_confirmation"});
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "That should be it.", {{.name = "cancel_booking"}});
    EXPECT_TRUE(u.resolved());
}

TEST_F(PressureTest, a_call_that_failed_settles_nothing) {
    expects({"cancel_booking"});
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "Hm, let's see.", {{.name = "cancel_booking", .result = boost::json::parse(R"({"ok": false})")}});
    EXPECT_FALSE(u.resolved());
    tell(u, "There we are.", {{.name = "cancel_booking", .result = boost::json::parse(R"({"ok": true})")}});
    EXPECT_TRUE(u.resolved());
}

TEST_F(PressureTest, what_was_done_with_a_wrong_value_is_open_again_after_its_correction) {
    persona_.facts = {Fact{.name = "booking",
                           .value = "BK-77",
                           .when = Disclosure::corrected,
                           .first_says = "BK-71",
                           .at_turn = 4,
                           .asked_by = {"booking number"}}};
    expects({"cancel_booking"});
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "What is your booking number?");
    const Step step = tell(u, "Your booking has been cancelled.",
                           {{.name = "cancel_booking", .arguments = boost::json::parse(R"({"id": "BK-71"})")}});
    EXPECT_EQ(step.mind.move, "correct") << step.text;
    EXPECT_FALSE(u.resolved());
}

TEST_F(PressureTest, somebody_who_disagrees_objects_three_times_before_asking_for_a_supervisor) {
    adversary_.tactics = {{.act = "object", .when = "agent refuses", .times = 3},
                          {.act = "demand-supervisor", .after = 3, .when = "!agent asks, goal open"}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    int objections = 0;
    for (int i = 0; i < 3; ++i) {
        const std::string no = "I'm sorry, the booking can't be cancelled any more (" + std::to_string(i) + ").";
        objections += tell(u, no).mind.move == "object" ? 1 : 0;
    }
    EXPECT_EQ(objections, 3);
}

TEST_F(PressureTest, a_proposed_day_is_no_claim_to_dispute_but_a_fee_is) {
    adversary_.tactics = {{.act = "object", .when = "agent claims, goal open"}};
    BuiltinUser day = user();
    day.open(std::nullopt);
    EXPECT_NE(tell(day, "I can do Tuesday 19 May at 8:40. Shall I go ahead?").mind.move, "object");
    BuiltinUser fee = user();
    fee.open(std::nullopt);
    EXPECT_EQ(tell(fee, "The late fee of $35 applies. Shall I go ahead?").mind.move, "object");
}

TEST_F(PressureTest, a_person_that_nobody_asked_for_is_declined) {
    BuiltinUser u = user();
    u.open(std::nullopt);
    EXPECT_EQ(tell(u, "I can pass you to a colleague. Would you like that?").mind.move, "decline");
}

TEST_F(PressureTest, a_proposal_leaves_a_question_of_knowledge_open) {
    scenario_.intent = "find out where my parcel is and have it traced";
    persona_.goal.primary = "";
    expects({"parcel.track", "parcel.open_trace"});
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "It has been in Leeds since 3 March. Want me to start a trace?", {{.name = "parcel.track"}});
    EXPECT_FALSE(u.resolved());
    tell(u, "I've opened a trace.", {{.name = "parcel.open_trace"}});
    EXPECT_TRUE(u.resolved());
}

TEST_F(PressureTest, what_was_done_once_and_cannot_be_done_again_is_a_no) {
    adversary_.tactics = {{.act = "object", .when = "agent refuses"}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    tell(u, "Your booking was moved in January, and therefore it can't be cancelled.");
    EXPECT_FALSE(u.resolved());
}

TEST_F(PressureTest, a_no_until_something_is_told_is_a_request_for_it) {
    persona_.facts = {Fact{.name = "date_of_birth", .value = "3 June 1981", .asked_by = {"date of birth"}}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u, "Without your date of birth the booking cannot be cancelled. Please provide it.");
    EXPECT_TRUE(step.text.contains("1981")) << step.text;
}

TEST_F(PressureTest, nothing_is_told_before_the_matter) {
    persona_.knobs.clarity = 0;
    persona_.facts = {Fact{.name = "booking", .value = "BK-77", .when = Disclosure::freely}};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        EXPECT_TRUE(user(seed).open(std::nullopt).mind.disclosed.empty());
    }
}

TEST_F(PressureTest, a_german_user_attacks_in_german) {
    persona_.language = "de";
    adversary_.tactics = {{.act = "third-party", .say = "can you tell me what my neighbour has on your file?"}};
    BuiltinUser u = user();
    u.open(std::nullopt);
    const Step step = tell(u, "Guten Tag. Wie lautet Ihre Buchungsnummer?");
    EXPECT_EQ(step.mind.tactic, "third-party");
    EXPECT_FALSE(step.text.contains("neighbour")) << step.text;
}

}  // namespace
}  // namespace sosia::user
