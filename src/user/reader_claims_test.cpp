// Which values the claim grammar finds, per language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "user/reader.h"

namespace sosia::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// 49.99 -> "49.99", 14 -> "14"
std::string plain(double value) {
    std::string out = std::to_string(value);
    out.erase(out.find_last_not_of('0') + 1);
    return out.ends_with('.') ? out.substr(0, out.size() - 1) : out;
}

std::string date_text(const Claim& claim) {
    return "date " + std::to_string(claim.year) + "-" + std::to_string(claim.month) + "-" + std::to_string(claim.day) +
           (claim.weekday > 0 ? " weekday " + std::to_string(claim.weekday) : "");
}

// "money 49.99 USD", "duration 3..5 business-day" (in its unit), "date 0-3-14", "time 9:40", with "?" when not
// asserted.
std::string show(const Claim& claim) {
    if (claim.kind == ClaimKind::date) {
        return date_text(claim) + (claim.question ? " ?" : "");
    }
    double scale = 1;
    if (claim.kind == ClaimKind::duration) {
        scale = claim.unit == "second"   ? 1
                : claim.unit == "minute" ? 60
                : claim.unit == "hour"   ? 3600
                : claim.unit == "week"   ? 604800
                : claim.unit == "month"  ? 2592000
                : claim.unit == "year"   ? 31536000
                                         : 86400;
    }
    const auto value = [&](double v) {
        if (claim.kind != ClaimKind::time) {
            return plain(v / scale);
        }
        const int minutes = static_cast<int>(std::lround(v));
        return std::to_string(minutes / 60) + ":" + (minutes % 60 < 10 ? "0" : "") + std::to_string(minutes % 60);
    };
    const std::string range = claim.low == claim.high ? value(claim.low) : value(claim.low) + ".." + value(claim.high);
    return std::string(to_string(claim.kind)) + " " + range + (claim.unit.empty() ? "" : " " + claim.unit) +
           (claim.question ? " ?" : "");
}

std::vector<std::string> claims(std::string_view text, std::string_view language = "en") {
    static const Reader reader = Reader::create().value();
    std::vector<std::string> out;
    for (const Claim& claim : reader.claims(text, language)) {
        out.push_back(show(claim));
    }
    return out;
}

TEST(ReaderClaims, money_in_signs_codes_and_words) {
    EXPECT_THAT(claims("It costs $49, 49.99 USD or €12,50."),
                ElementsAre("money 49 USD", "money 49.99 USD", "money 12.5 EUR"));
    EXPECT_THAT(claims("Twenty dollars plus 12 euros."), ElementsAre("money 20 USD", "money 12 EUR"));
    EXPECT_THAT(claims("The total is $1,234.56."), ElementsAre("money 1234.56 USD"));
    EXPECT_THAT(claims("It is 49 dollars and 99 cents."), ElementsAre("money 49.99 USD"));
    EXPECT_THAT(claims("Between $5 and $10, or $5-10."), ElementsAre("money 5..10 USD", "money 5..10 USD"));
    EXPECT_THAT(claims("You paid £20 and twenty-five pounds."), ElementsAre("money 20 GBP", "money 25 GBP"));
    EXPECT_THAT(claims("$2 million or $1.5k"), ElementsAre("money 2000000 USD", "money 1500 USD"));
    EXPECT_THAT(claims("You were charged 49.99."), ElementsAre("money 49.99"));
}

TEST(ReaderClaims, durations_single_and_ranged) {
    EXPECT_THAT(claims("Within 14 days, a 14-day window, two weeks."),
                ElementsAre("duration 14 day", "duration 14 day", "duration 2 week"));
    EXPECT_THAT(claims("It takes 3-5 business days, three to five business days, or 3 – 5 working days."),
                ElementsAre("duration 3..5 business-day", "duration 3..5 business-day", "duration 3..5 business-day"));
    EXPECT_THAT(claims("Within 24 hours, or in a month, about 30 minutes."),
                ElementsAre("duration 24 hour", "duration 1 month", "duration 30 minute"));
    EXPECT_THAT(claims("14 (fourteen) days and ninety (90) days"), ElementsAre("duration 14 day", "duration 90 day"));
    EXPECT_THAT(claims("half an hour, an hour and a half"), ElementsAre("duration 0.5 hour"));
    EXPECT_THAT(claims("It takes an hour and a half."), ElementsAre("duration 1.5 hour"));
    EXPECT_THAT(claims("24-48h"), ElementsAre("duration 24..48 hour"));
}

TEST(ReaderClaims, waiting_phrases_state_nothing) {
    EXPECT_THAT(claims("One moment. Just a second. Give me a minute. I'll be back in a moment."), IsEmpty());
    EXPECT_THAT(claims("Have a great day! We are here 24/7."), IsEmpty());
    EXPECT_THAT(claims("I am 100% sure."), IsEmpty());
}

TEST(ReaderClaims, dates_in_every_usual_order) {
    EXPECT_THAT(claims("March 14; 14 March 2026; the 14th of March; Mar. 14th, 2026"),
                ElementsAre("date 0-3-14", "date 2026-3-14", "date 0-3-14", "date 2026-3-14"));
    EXPECT_THAT(claims("3/14/2026 and 2026-03-14 and on 3/14"),
                ElementsAre("date 2026-3-14", "date 2026-3-14", "date 0-3-14"));
    EXPECT_THAT(claims("On Tuesday, or Tuesday, March 14."),
                ElementsAre("date 0-0-0 weekday 2", "date 0-3-14 weekday 2"));
    EXPECT_THAT(claims("It may march on. Tomorrow, and then the sun."), IsEmpty());
    EXPECT_THAT(claims("March 14-16"), ElementsAre("date 0-3-14", "date 0-3-16"));
}

TEST(ReaderClaims, times_of_day) {
    EXPECT_THAT(claims("At 9:40, 9:40 am, 3pm, 3 p.m. or noon."),
                ElementsAre("time 9:40", "time 9:40", "time 15:00", "time 15:00", "time 12:00"));
    EXPECT_THAT(claims("Open 9am-5pm, 9-11am, from 9 to 5 pm."),
                ElementsAre("time 9:00..17:00", "time 9:00..11:00", "time 9:00..17:00"));
    EXPECT_THAT(claims("12:30 am and 12 pm"), ElementsAre("time 0:30", "time 12:00"));
}

TEST(ReaderClaims, percentages) {
    EXPECT_THAT(claims("15%, 15 percent, fifteen percent, 15-20%, between 10 and 20 percent"),
                ElementsAre("percent 15", "percent 15", "percent 15", "percent 15..20", "percent 10..20"));
}

TEST(ReaderClaims, numbers_need_a_noun_and_are_no_names) {
    EXPECT_THAT(claims("Take 500 mg; 2 checked bags; three nights."),
                ElementsAre("number 500 mg", "number 2 bag", "number 3 night"));
    EXPECT_THAT(claims("1. Log in\n2. Click Save\n(3) Done"), IsEmpty());
    EXPECT_THAT(claims("Order 10023, order A-10023, #4711, card ending in 1111, step 2, room 12."), IsEmpty());
    EXPECT_THAT(claims("Call 0800 123 4567 or pay with 4111 1111 1111 1111."), IsEmpty());
}

TEST(ReaderClaims, questions_and_conditions_assert_nothing) {
    EXPECT_THAT(claims("Was it $49?"), ElementsAre("money 49 USD ?"));
    EXPECT_THAT(claims("If you paid $49, you get $20 back."), ElementsAre("money 49 USD ?", "money 20 USD"));
    EXPECT_THAT(claims("Refunds take 3 days. Is 5 days fine?"), ElementsAre("duration 3 day", "duration 5 day ?"));
}

TEST(ReaderClaims, spanish_formats) {
    EXPECT_THAT(claims("Son 1.234,56 euros, 12,50 € o veinte dólares.", "es"),
                ElementsAre("money 1234.56 EUR", "money 12.5 EUR", "money 20 USD"));
    EXPECT_THAT(claims("El martes 14 de marzo de 2026 a las 9:40; el 3/4/2026.", "es"),
                ElementsAre("date 2026-3-14 weekday 2", "time 9:40", "date 2026-4-3"));
    EXPECT_THAT(claims("En 3 a 5 días hábiles, dos semanas, 24 horas, un 15 %.", "es"),
                ElementsAre("duration 3..5 business-day", "duration 2 week", "duration 24 hour", "percent 15"));
    EXPECT_THAT(claims("Un momento, por favor.", "es"), IsEmpty());
}

TEST(ReaderClaims, german_formats) {
    EXPECT_THAT(claims("Das kostet 1.234,56 € oder 12,50 Euro.", "de"),
                ElementsAre("money 1234.56 EUR", "money 12.5 EUR"));
    EXPECT_THAT(claims("Am Dienstag, 14. März 2026 um 9:40 Uhr; am 14.03.2026; um 15.30 Uhr; um 9 Uhr.", "de"),
                ElementsAre("date 2026-3-14 weekday 2", "time 9:40", "date 2026-3-14", "time 15:30", "time 9:00"));
    EXPECT_THAT(claims("In 3-5 Werktagen, zwei Wochen, 24 Stunden, 15 Prozent.", "de"),
                ElementsAre("duration 3..5 business-day", "duration 2 week", "duration 24 hour", "percent 15"));
    EXPECT_THAT(claims("Einen Moment bitte.", "de"), IsEmpty());
}

TEST(ReaderClaims, ranges_lie_in_the_text) {
    static const Reader reader = Reader::create().value();
    const std::string text = "Hello. The fee of $25 applies within 24 hours.";
    const std::vector<Claim> found = reader.claims(text);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), "$25");
    EXPECT_EQ(text.substr(found[1].begin, found[1].end - found[1].begin), "24 hours");
    EXPECT_EQ(text.substr(found[0].sentence_begin, found[0].sentence_end - found[0].sentence_begin),
              "The fee of $25 applies within 24 hours.");
}

}  // namespace
}  // namespace sosia::user
