// The pieces below the agents, and what they do with bytes that nobody meant to send.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "agent/detail/excerpt.h"
#include "agent/detail/openai_wire.h"
#include "agent/detail/reply_reader.h"
#include "base/random.h"
#include "base/text.h"

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

TEST(Excerpt, is_short_printable_and_cut_between_characters) {
    EXPECT_EQ(excerpt(""), "nothing");
    EXPECT_EQ(excerpt("a\n\x01"), "\"a\\n\\x01\"");
    EXPECT_EQ(excerpt("\xff\xfe"), "\"\\xff\\xfe\"");
    EXPECT_EQ(excerpt("ü"), "\"ü\"");
    std::string many;
    for (int i = 0; i < 300; ++i) {
        many += "漢";
    }
    EXPECT_TRUE(is_valid_utf8(excerpt(many)));
    EXPECT_THAT(excerpt(many), HasSubstr("漢"));
    EXPECT_THAT(excerpt(many), HasSubstr("900 bytes"));
    EXPECT_LT(excerpt(std::string(1 << 20, '\x02')).size(), 1000u);
}

TEST(PublicUrl, has_neither_user_nor_query) {
    EXPECT_EQ(public_url("https://u:p@h:1/a?k=v#f"), "https://h:1/a");
    EXPECT_EQ(public_url("http://h?k=v"), "http://h");
    EXPECT_EQ(public_url("http://h/a@b"), "http://h/a@b");
}

TEST(RedactorTest, hides_values_and_tokens) {
    Redactor redactor;
    redactor.add("Bearer abcdef-1");
    redactor.add("en");
    EXPECT_EQ(redactor.clean("x Bearer abcdef-1 y abcdef-1 z en"), "x *** y *** z en");
}

TEST(Pointer, follows_objects_lists_and_escapes) {
    const json::value root = json::parse(R"({"a":[{"b/c":1},{"d~e":2}],"":3,"~1":4})");
    EXPECT_EQ(*at_pointer(root, "/a/0/b~1c"), 1);
    EXPECT_EQ(*at_pointer(root, "/a/1/d~0e"), 2);
    EXPECT_EQ(*at_pointer(root, "/"), 3);
    EXPECT_EQ(*at_pointer(root, "/~01"), 4);
    EXPECT_EQ(at_pointer(root, ""), &root);
    for (const std::string_view nowhere :
         {"/b", "/a/2", "/a/x", "/a/-1", "/a/99999999999999999999", "/a/0/b~1c/d", "//"}) {
        EXPECT_EQ(at_pointer(root, nowhere), nullptr) << nowhere;
    }
}

// Cuts, doubles and flips bytes of a good answer.
std::string damaged(std::string text, Random& random) {
    for (std::size_t n = 1 + random.below(6); n > 0 && !text.empty(); --n) {
        const std::size_t at = random.below(text.size());
        switch (random.below(4)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, 1 + random.below(8));
                break;
            case 2:
                text.insert(at, text.substr(random.below(text.size()), random.below(20)));
                break;
            default:
                text.insert(at, 1, "{}[]\",:\\n0"[random.below(10)]);
        }
    }
    return text;
}

TEST(Damage, whatever_comes_is_a_reply_with_text_or_a_printable_complaint) {
    Random random(7, "damage");
    const std::string good =
        R"({"message":"Your refund of 42.50 € is on its way.","tools":["a",{"name":"b","arguments":{"x":[1,2]},"result":null},
        {"function":{"name":"c","arguments":"{\"y\":1}"}}],"ended":false,"metadata":{"k":"v"},"choices":[{"message":{"content":"x"}}]})";
    for (int i = 0; i < 20'000; ++i) {
        const auto reply = read_reply({}, damaged(good, random));
        if (reply) {
            EXPECT_FALSE(trim(reply->text).empty());
            EXPECT_TRUE(is_valid_utf8(reply->text));
        } else {
            EXPECT_TRUE(is_valid_utf8(reply.error()));
        }
    }
}

TEST(Damage, streams_too) {
    Random random(8, "damage");
    const std::string good =
        "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi "
        "ü\",\"tool_calls\":[{\"index\":0,\"function\":"
        "{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\r\n\r\ndata: "
        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    for (int i = 0; i < 20'000; ++i) {
        OpenAiStream stream(1 << 20);
        std::string bytes = damaged(good, random);
        while (!bytes.empty()) {
            const std::size_t step = 1 + random.below(bytes.size());
            stream.feed(std::string_view(bytes).substr(0, step));
            bytes.erase(0, step);
        }
        const auto reply = stream.finish();
        EXPECT_TRUE(reply ? !trim(reply->text).empty() : is_valid_utf8(reply.error()));
    }
}

}  // namespace
}  // namespace sosia::agent::detail
