#include "prompt/book.h"

#include <gtest/gtest.h>

namespace sosia::prompt {
namespace {

TEST(Book, every_shipped_prompt_parses) {
    EXPECT_TRUE(Book::create().has_value());
    EXPECT_GE(shipped().size(), 4U);
}

TEST(Book, fills_texts_lists_and_conditions_without_escaping) {
    const Result<Book> book =
        Book::create({{"judge-again",
                       "{{name}} {{#facts}}[{{label}}={{value}}]{{/facts}}{{^facts}}none{{/facts}}{{#on}} on{{/on}}"}});
    ASSERT_TRUE(book.has_value());
    const boost::json::array facts{boost::json::object{{"label", "a"}, {"value", "<1> & \"2\""}},
                                   boost::json::object{{"label", "b"}, {"value", 2}}};
    EXPECT_EQ(book->render("judge-again", {{"name", "Ann"}, {"facts", facts}, {"on", true}}),
              "Ann [a=<1> & \"2\"][b=2] on");
    EXPECT_EQ(book->render("judge-again", {{"name", "Ann"}, {"facts", boost::json::array{}}, {"on", ""}}), "Ann none");
}

TEST(Book, what_is_filled_in_is_no_template) {
    const Result<Book> book = Book::create({{"judge-again", "{{text}}"}});
    ASSERT_TRUE(book.has_value());
    EXPECT_EQ(book->render("judge-again", {{"text", "{{name}} {{#a}}"}, {"name", "secret"}}), "{{name}} {{#a}}");
}

TEST(Book, names_that_nothing_asks_for_and_broken_templates_are_refused) {
    EXPECT_FALSE(Book::create({{"judge-agian", "x"}}).has_value());
    EXPECT_EQ(Book::create({{"judge-agian", "x"}}).error().hint, "did you mean \"judge-again\"?");
    EXPECT_FALSE(Book::create({{"judge-again", "{{#open}}"}}).has_value());
}

TEST(Book, the_hash_follows_the_texts_it_is_asked_about) {
    const Result<Book> as_shipped = Book::create();
    const Result<Book> changed = Book::create({{"judge-again", "another"}});
    EXPECT_EQ(as_shipped->hash("user"), changed->hash("user"));
    EXPECT_NE(as_shipped->hash("judge"), changed->hash("judge"));
}

}  // namespace
}  // namespace sosia::prompt
