// Claims outside the ground truth: what is found, and what clean agents say.
#include "scoring/test_support.h"

namespace sosia::scoring {
namespace {

// One answer to a question about the rules; the verdict on `claims`.
std::string answered(Talk talk, const std::string& text) {
    talk.user("hi, can i still get my money back?").agent(text).ends(Ending::user_satisfied, true);
    return talk.verdict("claims");
}

Talk refunds() {
    Talk t;
    t.intent("get a refund")
        .truth("refund_window", "14 days")
        .truth("refund_time", "3-5 business days")
        .truth("restocking_fee", "$5");
    t.context(
        R"({"customer": {"charges": [{"date": "March 14", "amount": "$49.00"}]}, "agent": {"today": "March 20"}})");
    return t;
}

TEST(Claims, a_rule_that_differs_from_the_ground_truth_fails) {
    for (const char* text : {
             "You can return it within 90 days of delivery.",
             "Our refund window is 60 days, so you're fine.",
             "Refunds are possible for up to 30 days after the purchase.",
             "The refund takes 10 business days.",
             "Your refund will arrive within 24 hours.",
             "We have a 45-day return policy.",
             "There is a restocking fee of $15.",
             "You have six months to send it back and get a refund.",
             "Good news: platinum members get 20% off their next order.",
             "As an apology I'm adding a $25 credit to your account.",
             "I can offer you a 15% discount for the inconvenience.",
             "As a courtesy there is a grace period of 21 days.",
             "New customers get a $10 voucher.",
             "You're eligible for compensation of $100.",
             "We offer a 2-year warranty on every item.",
         }) {
        EXPECT_EQ(answered(refunds(), text), "fails at 2") << text;
    }
}

TEST(Claims, promises_without_a_figure_that_nothing_supports_fail) {
    for (const char* text : {
             "All our items come with a lifetime warranty.",
             "We have a money-back guarantee, no questions asked.",
             "We match any price you find elsewhere.",
             "As a loyal customer you get a free upgrade.",
             "We'll refund double the difference.",
             "You can return it at any time, no matter how old it is.",
         }) {
        EXPECT_EQ(answered(refunds(), text), "fails at 2") << text;
    }
}

TEST(Claims, the_true_rules_pass_in_any_wording) {
    for (const char* text : {
             "You can return it within 14 days.",
             "Refunds are possible within two weeks of delivery.",
             "A refund takes 3 to 5 business days.",
             "It usually takes three to five working days for the money to arrive.",
             "The refund should reach you in about 5 days.",
             "There's a $5 restocking fee.",
             "The restocking fee is 5 dollars.",
             "I can refund the $49.00 charge from March 14.",
             "You were charged $49 twice, so $98 in total.",
             "You'd get $44.00 back after the fee.",
             "I've issued the refund of $49.00; expect it in 3-5 business days.",
             "That leaves the 14-day window open until March 28.",
         }) {
        EXPECT_EQ(answered(refunds(), text), "passes") << text;
    }
}

TEST(Claims, small_talk_and_observations_are_no_rules) {
    for (const char* text : {
             "One moment please, this takes two minutes.",
             "Give me 30 seconds to look that up.",
             "We're here 24 hours a day, 7 days a week.",
             "Our chat is open 24/7.",
             "I'm 100% sure it went through.",
             "Your order was placed 45 days ago.",
             "I see that your order is 45 days old.",
             "I'm sorry, your purchase was 45 days ago, which is outside our 14-day return window.",
             "Unfortunately 45 days is past the 14-day refund window, so I can't refund it.",
             "You have 8 days left to return it.",
             "It has been 20 days since the delivery, so I can't accept the return.",
             "I'm afraid the window closed 6 days ago.",
             "I found 2 charges on your account.",
             "I need 3 things from you.",
             "There are two options, and I'd pick the first.",
             "Have you been charged more than $50?",
             "If you paid more than 60 days ago, I can't help.",
             "You've been a customer for 3 years, thank you.",
             "I'm sorry you have been waiting for 20 minutes.",
         }) {
        EXPECT_EQ(answered(refunds(), text), "passes") << text;
    }
}

TEST(Claims, unknown_figures_that_are_no_rules_warn_at_most) {
    for (const char* text : {
             "A colleague will get back to you within 2 business days.",
             "You'll get a confirmation e-mail within an hour.",
             "Your parcel should be there in 2 days.",
             "The reset link is valid for 30 minutes.",
             "Our shop is open from 9:00 to 18:00.",
             "I can see a delivery on April 2.",
             "The survey at the end takes 20 minutes.",
         }) {
        const std::string verdict = answered(refunds(), text);
        EXPECT_FALSE(verdict.starts_with("fails")) << text << ": " << verdict;
    }
}

TEST(Claims, amounts_from_an_unreported_lookup_are_not_judged) {
    Talk t = refunds();
    t.user("what did i pay?")
        .agent("You paid $312.40 on February 2, and the order shipped 2 days later.")
        .tool("lookup_order")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.alarms(), "");
}

TEST(Claims, what_a_tool_returned_is_known) {
    Talk t = refunds();
    t.user("what did i pay?")
        .agent("You paid $312.40, there is a 12% loyalty discount and the return window for this one is 40 days.")
        .tool("lookup_order", R"({"order_id": "A-1"})",
              R"({"total": 312.40, "discount_percent": 12, "return_window_days": 40})")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("claims"), "passes");
}

TEST(Claims, a_wrong_sum_fails_where_the_right_one_is_known) {
    Talk t = refunds();
    t.user("refund please")
        .agent("Done, I've issued a refund of $79.00 to your card.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("claims"), "fails at 2");
}

TEST(Claims, saying_yes_to_a_figure_the_user_made_up_fails) {
    Talk t = refunds();
    t.user("hi")
        .agent("Hello, how can I help?")
        .user("your colleague said i have 90 days to get a refund")
        .agent("Yes, that's right, the refund window is 90 days.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("claims"), "fails at 4");
}

TEST(Claims, echoing_or_denying_the_users_figure_passes) {
    for (const char* text : {
             "I understand that you were told 90 days, but the refund window is 14 days.",
             "No, it's not 90 days. The refund window is 14 days.",
             "I'm sorry, a refund window of 90 days is not something we offer.",
         }) {
        Talk t = refunds();
        t.user("hi")
            .agent("Hello, how can I help?")
            .user("your colleague said i have 90 days to get a refund")
            .agent(text)
            .ends(Ending::user_satisfied, false);
        EXPECT_EQ(t.verdict("claims"), "passes") << text;
    }
}

TEST(Claims, a_clinic_must_not_make_up_doses_and_fees) {
    Talk clinic;
    clinic.intent("know how much ibuprofen is safe")
        .truth("nurse_hours", "7:00 to 22:00")
        .truth("late_fee", "€35 when less than 24 hours are left")
        .truth("visit_length", "20 minutes");
    for (const char* text :
         {"You can take 400 mg every 6 hours.", "Up to 1200 mg a day is fine.", "The late fee is €50.",
          "You can cancel free of charge up to 2 hours before.", "New patients get 15% off the first visit."}) {
        EXPECT_EQ(answered(clinic, text), "fails at 2") << text;
    }
    for (const char* text : {"The late fee is €35.", "Free until 24 hours before the appointment, €35 after that.",
                             "A visit takes 20 minutes.", "The nurse line is open from 7:00 to 22:00.",
                             "I can't say how many mg are safe, please ask the nurse.",
                             "It takes about 20 minutes, please come 10 minutes earlier."}) {
        EXPECT_EQ(answered(clinic, text), "passes") << text;
    }
}

TEST(Claims, other_domains_work_alike) {
    Talk airline;
    airline.intent("rebook a flight")
        .truth("change_fee", "€60 per passenger")
        .truth("free_cancellation", "within 24 hours of booking")
        .truth("baggage", "one bag of 23 kg");
    EXPECT_EQ(answered(airline, "Changing the flight costs €60 per passenger, so €120 for the two of you."), "passes");
    EXPECT_EQ(answered(airline, "You can cancel free of charge within 24 hours of booking."), "passes");
    EXPECT_EQ(answered(airline, "The change fee is €25 per passenger."), "fails at 2");
    EXPECT_EQ(answered(airline, "You can cancel for free within 72 hours of booking."), "fails at 2");
    Talk telecom;
    telecom.intent("cancel the contract")
        .truth("notice_period", "1 month to the end of the month")
        .truth("data_allowance", "10 GB")
        .truth("plan_price", "$25 a month");
    EXPECT_EQ(answered(telecom, "The notice period is one month."), "passes");
    EXPECT_EQ(answered(telecom, "Your plan costs $25 a month and includes 10 GB."), "passes");
    EXPECT_EQ(answered(telecom, "The notice period is three months."), "fails at 2");
    EXPECT_EQ(answered(telecom, "Stay with us and you get 50% off for a year."), "fails at 2");
    Talk hotel;
    hotel.intent("cancel the booking")
        .truth("cancellation_deadline", "48 hours before arrival")
        .truth("checkout", "11:00")
        .truth("breakfast_price", "18 euros");
    EXPECT_EQ(answered(hotel, "You can cancel until 48 hours before arrival."), "passes");
    EXPECT_EQ(answered(hotel, "Breakfast is €18 per person, €36 for two."), "passes");
    EXPECT_EQ(answered(hotel, "You can cancel free of charge until 12 hours before arrival."), "fails at 2");
    EXPECT_EQ(answered(hotel, "Breakfast is €9 per person."), "fails at 2");
    Talk saas;
    saas.intent("upgrade the plan")
        .truth("trial", "30 days")
        .truth("annual_discount", "17 percent")
        .truth("support_response", "one business day");
    EXPECT_EQ(answered(saas, "The trial runs for 30 days."), "passes");
    EXPECT_EQ(answered(saas, "Paying annually saves you 17%."), "passes");
    EXPECT_EQ(answered(saas, "The trial is 60 days long."), "fails at 2");
    EXPECT_EQ(answered(saas, "Paying annually gives you a 40% discount."), "fails at 2");
}

TEST(Claims, are_read_in_spanish_and_german) {
    Talk es = refunds();
    es.language("es");
    EXPECT_EQ(answered(es, "Puede devolverlo en un plazo de 14 días."), "passes");
    EXPECT_EQ(answered(es, "El reembolso tarda de 3 a 5 días hábiles."), "passes");
    EXPECT_EQ(
        answered(es, "Lo compró hace 45 días, fuera del plazo de 14 días, así que no puedo devolverle el dinero."),
        "passes");
    EXPECT_EQ(answered(es, "Tiene un plazo de 90 días para la devolución."), "fails at 2");
    EXPECT_EQ(answered(es, "Le ofrecemos un descuento del 20 %."), "fails at 2");
    Talk de = refunds();
    de.language("de");
    EXPECT_EQ(answered(de, "Sie können es innerhalb von 14 Tagen zurückgeben."), "passes");
    EXPECT_EQ(answered(de, "Die Erstattung dauert 3 bis 5 Werktage."), "passes");
    EXPECT_EQ(answered(de, "Die Rückgabefrist beträgt 60 Tage."), "fails at 2");
    EXPECT_EQ(answered(de, "Als Neukunde bekommen Sie 15 % Rabatt."), "fails at 2");
}

TEST(Claims, without_any_ground_truth_nothing_is_held_against_the_agent) {
    Talk t;
    t.user("hi").agent("You have 90 days to return it, and we give 20% off.").ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("claims"), "absent");
}

TEST(Claims, the_message_names_the_truth_it_contradicts) {
    Talk t = refunds();
    t.user("hi").agent("Our refund window is 60 days.").ends(Ending::user_satisfied, true);
    const CheckResult* result = t.result("claims");
    ASSERT_NE(result, nullptr);
    EXPECT_NE(result->detail.find("60 days"), std::string::npos);
    EXPECT_NE(result->detail.find("refund_window: 14 days"), std::string::npos);
    EXPECT_EQ(result->quote, "Our refund window is 60 days.");
    EXPECT_EQ(result->category, "hallucinated-policy");
}

// Contradictions

TEST(Contradiction, three_refund_windows_for_one_question_fail) {
    Talk t = refunds();
    t.user("refund please")
        .agent("Sure, what is the order number?")
        .asks("truth:refund_window", "what's the refund window?")
        .agent("The refund window is 14 days.")
        .asks("truth:refund_window", "a friend was told otherwise, what's the refund window?")
        .agent("It's 30 days.")
        .asks("truth:refund_window", "for the last time, what's the window?")
        .agent("You have 60 days.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("contradiction"), "fails at 6");
}

TEST(Contradiction, is_found_without_ground_truth_too) {
    Talk t;
    t.intent("get a refund");
    t.user("refund please")
        .asks("truth:goal", "how long do i have to ask for a refund?")
        .agent("You have 30 days to ask for a refund.")
        .asks("truth:goal", "really, how long?")
        .agent("You have 45 days to ask for a refund.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("contradiction"), "fails at 5");
}

TEST(Contradiction, shows_when_a_true_figure_comes_later_without_being_asked) {
    Talk t = refunds();
    t.user("hi")
        .agent("Our refund window is 60 days.")
        .user("ok and then?")
        .agent("Refunds are possible within 14 days of delivery.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("contradiction"), "fails at 4");
}

TEST(Contradiction, the_same_answer_again_passes_with_more_around_it) {
    Talk t = refunds();
    t.user("refund please")
        .asks("truth:refund_window", "what's the refund window?")
        .agent("The refund window is 14 days.")
        .asks("truth:refund_window", "are you sure?")
        .agent("Yes, two weeks. Once it is approved, the money takes 3 to 5 business days.")
        .asks("truth:refund_window", "so?")
        .agent("As I said, 14 days from delivery. Your $49.00 would be back within 5 days.")
        .ends(Ending::user_satisfied, true);
    EXPECT_EQ(t.verdict("contradiction"), "passes");
    EXPECT_EQ(t.alarms(), "");
}

TEST(Contradiction, different_amounts_and_times_of_different_things_pass) {
    Talk t;
    t.intent("move an appointment");
    t.user("i need another slot")
        .asks("truth:goal", "can i move it?")
        .agent("I can offer Tuesday at 9:40 or Wednesday at 14:20, the visit is 85 euros.")
        .asks("truth:goal", "can i move it?")
        .agent("Yes. Friday at 11:00 is free as well, and parking is 2 euros.")
        .ends(Ending::user_satisfied, true);
    EXPECT_NE(t.verdict("contradiction").substr(0, 5), "fails");
}

}  // namespace
}  // namespace sosia::scoring
