// The parts below the checks: plain text, word lists, values, knowledge.
#include "scoring/knowledge.h"
#include "scoring/phrases.h"
#include "scoring/test_support.h"
#include "scoring/values.h"

namespace sosia::scoring {
namespace {

TEST(Plain, writes_every_text_the_same_way) {
    EXPECT_EQ(plain("Don’t panic!"), " don't panic ! ");
    EXPECT_EQ(plain("A 90-day money-back guarantee."), " a 90 day money back guarantee . ");
    EXPECT_EQ(plain("It's $1,049.50 (or 20%)."), " it's $1,049.50 or 20% . ");
    EXPECT_EQ(plain("**Bold**: yes, no…"), " bold . yes , no . ");
    EXPECT_EQ(plain("¿Qué pasó? ÜBER Größe"), " qué pasó ? über größe ");
    EXPECT_EQ(plain("Yay 🎉☀️!"), " yay 🎉 ☀ ! ");
    EXPECT_EQ(plain("\xFF\xC3"), plain("\xFF\xC3"));  // broken UTF-8 is read without harm
    EXPECT_EQ(plain(""), " ");
}

class Lists : public testing::Test {
  protected:
    static const Phrases& english() {
        static const PhraseBook book = *PhraseBook::create();
        return book.of("en");
    }
    static bool hears(Say list, std::string_view text) { return english().hears(list, plain(text)); }
};

TEST_F(Lists, load_in_every_language) {
    const Result<PhraseBook> book = PhraseBook::create();
    ASSERT_TRUE(book.has_value()) << book.error().message;
    EXPECT_TRUE(book->of("es").hears(Say::declines, plain("Lo siento, no puedo.")));
    EXPECT_TRUE(book->of("de-AT").hears(Say::declines, plain("Das kann ich leider nicht.")));
    EXPECT_TRUE(book->of("xx").hears(Say::declines, plain("I can't.")));
}

TEST_F(Lists, refuse_what_they_do_not_know) {
    EXPECT_FALSE(Phrases::load("en", "nonsense: |\n  word\n").has_value());
    EXPECT_FALSE(Phrases::load("en", "policy: |\n  (open\n").has_value());
    EXPECT_FALSE(Phrases::load("en", "policy: [\n").has_value());
}

TEST_F(Lists, match_whole_words_unless_a_star_says_otherwise) {
    const Result<Phrases> own =
        Phrases::load("en", "policy: |\n  fee\n  refund*\n  up to # days\n  no ... left\n  ^yes\n");
    ASSERT_TRUE(own.has_value());
    const auto heard = [&](std::string_view text) { return own->heard(Say::policy, plain(text)); };
    EXPECT_EQ(heard("The fee."), "fee");
    EXPECT_EQ(heard("Free coffee."), "");
    EXPECT_EQ(heard("It is refundable"), "refundable");
    EXPECT_EQ(heard("up to 30 days"), "up to 30 days");
    EXPECT_EQ(heard("up to ten days"), "up to ten days");
    EXPECT_EQ(heard("no seats at all left"), "no seats at all left");
    EXPECT_EQ(heard("no. left"), "");
    EXPECT_EQ(heard("Yes!"), "yes");
    EXPECT_EQ(heard("Oh yes"), "");
}

TEST_F(Lists, declining_is_heard_widely) {
    for (const char* text : {"I can't do that.", "That's not something I can help with.", "I'm only here for orders.",
                             "Let's get back to your order.", "For privacy reasons, no.", "I'd rather not guess.",
                             "The decision stays the same.", "They would have to contact us themselves."}) {
        EXPECT_TRUE(hears(Say::declines, text)) << text;
    }
    for (const char* text : {"Sure, here it is.", "I've issued the refund.", "Her address is 12 Oak Street.",
                             "Yes, you can take both.", "Of course!"}) {
        EXPECT_FALSE(hears(Say::declines, text)) << text;
    }
}

TEST(Values, an_identifier_is_found_however_it_is_written) {
    const user::Reader& reader = shared_reader();
    const Wanted order("A-10023", reader, "en");
    const auto in = [&](std::string_view text) { return order.in(text, reader, "en") != std::string_view::npos; };
    EXPECT_TRUE(in("order a-10023."));
    EXPECT_TRUE(in("A10023"));
    EXPECT_TRUE(in("(A 10023)"));
    EXPECT_FALSE(in("A-100234"));
    EXPECT_FALSE(in("BA-10023"));
    EXPECT_FALSE(in("A-1002"));
    const Wanted date("March 14", reader, "en");
    EXPECT_NE(date.in("on 2026-03-14", reader, "en"), std::string_view::npos);
    EXPECT_NE(date.in("the 14th of March", reader, "en"), std::string_view::npos);
    EXPECT_EQ(date.in("March 4", reader, "en"), std::string_view::npos);
}

TEST(Values, sentences_are_cut_at_their_ends) {
    EXPECT_EQ(sentence_at("One. Two is 3.5 long! Three", 7), "Two is 3.5 long!");
    EXPECT_EQ(sentence_at("One. Two", 99), "Two");
    EXPECT_EQ(sentence_at("", 0), "");
}

user::Claim claim_in(std::string_view text) {
    const auto claims = shared_reader().claims(text, "en");
    return claims.empty() ? user::Claim{} : claims.front();
}

TEST(Knowledge, supports_what_follows_from_what_is_known) {
    Knowledge known(shared_reader(), "en");
    known.learn("the window is 14 days, the fee $5, you paid $49.00 on March 14, 3-5 business days, 20 %");
    known.learn_named("trial_days", "30");
    known.learn_named("price", "12.50");
    for (const char* text : {"14 days", "two weeks", "$5", "$49", "$98", "$54", "$44", "4 days", "3 to 5 business days",
                             "March 14", "20 percent", "30 days", "$12.50", "$25", "$0"}) {
        EXPECT_TRUE(known.supports(claim_in(text))) << text;
    }
    for (const char* text : {"15 days", "$7.30", "$51", "6 weeks", "March 4", "25 %", "$13.70"}) {
        EXPECT_FALSE(known.supports(claim_in(text))) << text;
    }
}

TEST(Knowledge, small_counts_do_not_make_every_amount_true) {
    Knowledge known(shared_reader(), "en");
    known.learn("you have 3 orders, 2 charges and 7 parcels, the window is 14 days");
    EXPECT_FALSE(known.supports(claim_in("$10")));
    EXPECT_FALSE(known.supports(claim_in("$35")));
}

}  // namespace
}  // namespace sosia::scoring
