#include "spec/yaml_read.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "base/clock.h"
#include "base/random.h"

namespace sosia::spec {
namespace {

std::string json_of(std::string_view yaml) {
    const auto documents = read_yaml(yaml);
    if (!documents) {
        return "error " + std::to_string(documents.error().place.line) + ":" +
               std::to_string(documents.error().place.column) + " " + documents.error().message;
    }
    std::string out;
    for (const Node& document : *documents) {
        out += (out.empty() ? "" : " ") + boost::json::serialize(to_json(document));
    }
    return out;
}

TEST(read_yaml, types_plain_scalars_by_yaml_1_2) {
    EXPECT_EQ(
        json_of("[1, -2, 0x1F, 0o17, 1.5, true, False, null, ~, yes, on, off, 2026-03-14, 12:30, 1_000, .inf, 0b1]"),
        R"([1,-2,31,15,1.5E0,true,false,null,null,"yes","on","off","2026-03-14","12:30","1_000",".inf","0b1"])");
}

TEST(read_yaml, keeps_the_letters_of_every_scalar) {
    const auto documents = read_yaml("[00123, 1.10, A-1, on, \"5\", +7, 0x1F, 1e400, 99999999999999999999]");
    ASSERT_TRUE(documents);
    std::vector<std::string> texts;
    for (const Node& item : documents->front().items) {
        texts.push_back(item.text);
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"00123", "1.10", "A-1", "on", "5", "+7", "0x1F", "1e400",
                                               "99999999999999999999"}));
}

TEST(read_yaml, keeps_numbers_json_cannot_hold_as_text) {
    EXPECT_EQ(json_of("[00123, 01.5, 1e400, -0, .5, 5.]"), R"(["00123","01.5","1e400",0,5E-1,5E0])");
    EXPECT_EQ(json_of("99999999999999999999"), "1E20");
}

TEST(read_yaml, gives_places_in_characters) {
    const auto documents = read_yaml("größe: { \"straße\": [ä, b] }\n");
    ASSERT_TRUE(documents);
    const Node::Member& size = documents->front().members[0];
    EXPECT_EQ(size.place, (Place{1, 1}));
    EXPECT_EQ(size.value.members[0].place, (Place{1, 10}));
    EXPECT_EQ(size.value.members[0].value.items[1].place, (Place{1, 24}));
}

TEST(read_yaml, gives_places_after_a_byte_order_mark) {
    const auto documents = read_yaml(
        "\xEF\xBB\xBF"
        "a: b\nc: d\n");
    ASSERT_TRUE(documents);
    EXPECT_EQ(documents->front().members[0].place, (Place{1, 1}));
    EXPECT_EQ(documents->front().members[1].value.place, (Place{2, 4}));
}

TEST(read_yaml, reads_several_documents_and_none) {
    EXPECT_EQ(json_of("--- 1\n---\na: b\n"), R"(1 {"a":"b"})");
    EXPECT_EQ(json_of("# nothing\n"), "");
    EXPECT_EQ(json_of(""), "");
}

TEST(read_yaml, expands_aliases_and_merge_keys) {
    EXPECT_EQ(json_of("base: &b { x: 1, y: 2 }\nc: { <<: *b, y: 3 }\nd: *b\n"),
              R"({"base":{"x":1,"y":2},"c":{"y":3,"x":1},"d":{"x":1,"y":2}})");
    EXPECT_EQ(json_of("a: &a { x: 1 }\nb: &b { x: 2, z: 3 }\nc: { <<: [*a, *b] }\n"),
              R"({"a":{"x":1},"b":{"x":2,"z":3},"c":{"x":1,"z":3}})");
    EXPECT_EQ(json_of("c: { \"<<\": 1 }"), R"({"c":{"<<":1}})");
}

TEST(read_yaml, refuses_keys_that_stand_twice) {
    EXPECT_EQ(json_of("a: 1\nb: 2\na: 3\n"), "error 3:1 the key \"a\" stands here twice, first in line 1");
}

TEST(read_yaml, refuses_keys_that_are_no_text) {
    EXPECT_EQ(json_of("text: {{last}}"), "error 1:8 a key must be plain text, not a mapping or a list");
    EXPECT_EQ(json_of("? [a]\n: b"), "error 1:3 a key must be plain text, not a mapping or a list");
    EXPECT_EQ(json_of("a: &x [1]\n*x : 2"), "error 2:1 a key must be plain text, not a mapping or a list");
}

TEST(read_yaml, refuses_values_that_contain_themselves) {
    EXPECT_EQ(json_of("a: &a [ *a ]"),
              "error 1:9 this alias stands inside the value it names: a value cannot contain itself");
}

TEST(read_yaml, refuses_unknown_aliases_and_tags) {
    EXPECT_EQ(json_of("a: *b"), "error 1:4 this is no valid YAML: the referenced anchor is not defined");
    EXPECT_EQ(json_of("a: !ruby/object x"), "error 1:4 the tag \"!ruby/object\" means nothing here");
    EXPECT_EQ(json_of("a: !!str 12"), R"({"a":"12"})");
}

TEST(read_yaml, names_the_place_of_syntax_errors) {
    EXPECT_EQ(json_of("a: [1, 2\nb: 3\n").substr(0, 32), "error 2:2 this is no valid YAML:");
    EXPECT_EQ(json_of("ä: \"x\\\" y\nb: c\n"), "error 1:4 this quote is never closed");
    EXPECT_EQ(json_of("a: 'x'' y\n"), "error 1:4 this quote is never closed");
    EXPECT_EQ(json_of("a: 'x''y'\nb: \"\\\\\"\r\nc: 'y'\r\n"), R"({"a":"x'y","b":"\\","c":"y"})");
    EXPECT_EQ(json_of("a: b: c\n").substr(0, 6), "error ");
}

TEST(read_yaml, knows_the_usual_slip_with_variables) {
    const auto documents = read_yaml("a: { b: ${NAME} }\n");
    ASSERT_FALSE(documents);
    EXPECT_EQ(documents.error().hint, "inside { } and [ ], ${NAME} needs quotes around it");
}

TEST(read_yaml, refuses_bytes_that_are_no_utf8_text) {
    EXPECT_EQ(json_of("a: b\nc: \xFF\n"), "error 2:4 these bytes are not valid UTF-8");
    EXPECT_EQ(json_of("a: ä\xC3\n"), "error 1:5 these bytes are not valid UTF-8");
    EXPECT_EQ(json_of(std::string_view("abc: d\0e", 8)), "error 1:7 there is a NUL byte here: this is no text file");
    EXPECT_EQ(json_of(std::string_view("\xFF\xFE"
                                       "a\0:\0",
                                       6)),
              "error 0:0 this is no UTF-8 text (it looks like UTF-16 or a binary file)");
}

TEST(read_yaml, bounds_size_depth_and_count) {
    EXPECT_EQ(json_of(std::string(2'000'000, ' ')), "error 0:0 the file has 2000000 bytes; at most 1048576 are read");
    EXPECT_EQ(json_of(std::string(65, '[') + std::string(65, ']')), "error 1:65 nested deeper than 64 levels");
    EXPECT_EQ(json_of(std::string(64, '[') + std::string(64, ']')).substr(0, 3), "[[[");
    std::string many = "[";
    for (int i = 0; i < 300'000; ++i) {
        many += "1,";
    }
    EXPECT_NE(json_of(many + "]").find("more than 250000 values"), std::string::npos);
}

std::string billion_laughs() {
    std::string out = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    for (int i = 1; i < 20; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        out += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int n = 0; n < 8; ++n) {
            out += ", " + before;
        }
        out += "]\n";
    }
    return out;
}

TEST(read_yaml, stops_a_billion_laughs_where_it_grows_too_large) {
    EXPECT_EQ(json_of(billion_laughs()).substr(0, 6), "error ");
    EXPECT_NE(json_of(billion_laughs()).find("more than 250000 values"), std::string::npos);
}

TEST(read_yaml, counts_depth_through_aliases) {
    std::string chain = "a0: &a0 [x]\n";
    for (int i = 1; i < 100; ++i) {
        chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    }
    EXPECT_NE(json_of(chain).find("nested deeper than 64 levels"), std::string::npos);
}

// Each must come to an end within a second on any machine that runs tests; the bound here is loose.
TEST(read_yaml, is_quick_on_hostile_megabytes) {
    constexpr std::size_t n = 1'000'000;
    const auto repeated = [](std::string_view piece) {
        std::string out;
        while (out.size() + piece.size() <= n) {
            out += piece;
        }
        return out;
    };
    const std::vector<std::string> hostile{repeated("["),
                                           repeated("{"),
                                           repeated("- "),
                                           repeated("? "),
                                           repeated(": "),
                                           repeated("a: "),
                                           repeated("&a "),
                                           repeated("*a "),
                                           repeated("\""),
                                           repeated("'"),
                                           repeated("!"),
                                           repeated("|\n"),
                                           repeated("#"),
                                           repeated("%"),
                                           repeated("---\n"),
                                           repeated("\t"),
                                           repeated("a"),
                                           repeated("a\n"),
                                           repeated("é"),
                                           repeated("[]"),
                                           repeated("{},"),
                                           repeated("\n "),
                                           repeated("&a [*a"),
                                           repeated("a: &b\n"),
                                           "[" + repeated("a,"),
                                           "{" + repeated("a: b, "),
                                           "x: |\n" + repeated(" \n"),
                                           "\"" + repeated("\\x41"),
                                           repeated("- - - - a\n"),
                                           repeated("<<: *a\n")};
    const SystemClock clock;
    for (const std::string& text : hostile) {
        const auto begin = clock.steady_us();
        (void)read_yaml(text);
        EXPECT_LT(clock.steady_us() - begin, 8'000'000) << text.substr(0, 20);
    }
}

TEST(canonical, is_equal_for_equal_definitions) {
    const auto canonical_of = [](std::string_view yaml) { return canonical(read_yaml(yaml)->front()); };
    EXPECT_EQ(canonical_of("{ a: 1, b: [x, 'y'] }"), canonical_of("b:\n  - \"x\"\n  - y\na: 1\n# comment\n"));
    EXPECT_NE(canonical_of("{ a: 1.10 }"), canonical_of("{ a: 1.1 }"));
    EXPECT_NE(canonical_of("{ a: [b, c] }"), canonical_of("{ a: [c, b] }"));
}

}  // namespace
}  // namespace sosia::spec
