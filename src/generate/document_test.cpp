#include "generate/document.h"

#include <gtest/gtest.h>

namespace sosia::generate {
namespace {

std::vector<Document> handbook() {
    return {{"returns.md",
             "# Returns\n\nShoes can be returned\nwithin 30 days of delivery.\n\nWorn shoes are not taken back.\n"},
            {"shipping.md", "Delivery takes 3 to 5 business days.\n"}};
}

TEST(document_of, takes_text_and_refuses_the_rest) {
    EXPECT_EQ(document_of("a.md", "one\r\ntwo\n")->text, "one\ntwo\n");
    EXPECT_FALSE(document_of("a.md", " \n").has_value());
    EXPECT_FALSE(document_of("a.pdf", std::string("%PDF\0\1", 6)).has_value());
    EXPECT_FALSE(document_of("a.md", "\xff\xfe").has_value());
    EXPECT_TRUE(document_of("a.md", std::string(most_document_bytes, 'x')).has_value());
    EXPECT_EQ(document_of("a.md", std::string(most_document_bytes + 1, 'x')).error().kind, ErrorKind::limit);
}

TEST(passages_of, number_through_all_documents_and_know_their_lines) {
    const std::vector<Passage> passages = passages_of(handbook(), 60);
    ASSERT_EQ(passages.size(), 4U);
    EXPECT_EQ(passages[0].text, "# Returns\n\n");
    EXPECT_EQ(passages[1].line, 3);
    EXPECT_EQ(passages[2].text, "Worn shoes are not taken back.\n");
    EXPECT_EQ(passages[2].line, 6);
    EXPECT_EQ(passages[3].document, 1U);
    EXPECT_EQ(passages[3].line, 1);
    EXPECT_EQ(passages[3].number, 4);
}

TEST(passages_of, lose_no_byte_and_cut_long_paragraphs_between_words_and_characters) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
        text += i % 7 == 0 ? "Grüße und €uro. " : "words go on ";
    }
    text += std::string(300, 'x') + "äöü";
    for (const std::size_t most : {20U, 77U, 500U}) {
        const std::vector<Document> one{{"a", text}};
        std::string all;
        for (const Passage& passage : passages_of(one, most)) {
            EXPECT_LE(passage.text.size(), most);
            EXPECT_NE(static_cast<unsigned char>(passage.text.front()) & 0xC0U, 0x80U);
            all += passage.text;
        }
        EXPECT_EQ(all, text);
    }
}

TEST(groups_of, hold_about_so_many_bytes_and_every_passage_once) {
    std::vector<Document> one{{"a", std::string()}};
    for (int i = 0; i < 50; ++i) {
        one[0].text += std::string(90, 'x') + "\n\n";
    }
    const auto groups = groups_of(passages_of(one, 100), 1000);
    EXPECT_EQ(groups.size(), 5U);
    EXPECT_EQ(groups[4].back().number, 50);
}

TEST(find_quote, wants_the_words_letter_for_letter_but_not_the_line_breaks) {
    const std::vector<Passage> passages = passages_of(handbook());
    const auto found = find_quote(passages[0], "returned within 30 days");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->line, 3);
    EXPECT_EQ(find_quote(passages[0], " Worn  shoes are\tnot taken back. ")->line, 6);
    EXPECT_EQ(find_quote(passages[0], "Worn shoes are not taken back.")->quote, "Worn shoes are not taken back.");
    for (const char* wrong :
         {"returned within 14 days", "worn shoes are not", "Delivery takes 3 to 5", "", "30", "days"}) {
        EXPECT_FALSE(find_quote(passages[0], wrong).has_value()) << wrong;
    }
}

TEST(numbers_missing, are_those_a_claim_adds) {
    EXPECT_TRUE(numbers_missing("30 days", "within 30 days of delivery").empty());
    EXPECT_EQ(numbers_missing("3 to 7 days, 1,200.50", "3 to 5 days"), (std::vector<std::string>{"7", "1,200.50"}));
    EXPECT_EQ(numbers_missing("30 days", "within 300 days"), (std::vector<std::string>{"30"}));
    EXPECT_TRUE(numbers_missing("within a month.", "").empty());
    EXPECT_TRUE(numbers_missing("in 30.", "30 days").empty());
}

}  // namespace
}  // namespace sosia::generate
