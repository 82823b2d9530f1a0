#include "generate/draft.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sosia::generate {
namespace {

std::optional<std::string> nothing_set(std::string_view) {
    return std::nullopt;
}

Draft late_return() {
    return {
        .kind = PartKind::scenario,
        .body = boost::json::parse(R"({"id": "late-return", "intent": "return shoes", "truth": {"window": "30 days"}})")
                    .as_object(),
        .sources = {{.about = "truth.window", .document = "returns.md", .line = 3, .quote = "within 30 days"}},
        .inferred = {"one\ntwo"},
        .to_check = {"is it so?"}};
}

TEST(draft_text, is_a_file_that_says_what_it_is_and_that_a_suite_can_read) {
    const std::string text = draft_text(
        late_return(), {.model = "openai/m", .prompts = "abc", .from = "documents: returns.md", .date = "2026-03-14"});
    EXPECT_TRUE(text.starts_with("# Scenario made by openai/m from documents: returns.md.\n# A draft: read it"))
        << text;
    EXPECT_TRUE(text.contains("\n#   - one two\n")) << text;
    EXPECT_TRUE(text.contains("\ndraft: true\n")) << text;
    const spec::PartFile part = spec::read_part(PartKind::scenario, "x.yaml", text, nothing_set);
    ASSERT_TRUE(part.usable);
    EXPECT_TRUE(is_draft(part.bodies[0]));
    EXPECT_EQ(part.bodies[0].at("made_by").at("date").as_string(), "2026-03-14");
    EXPECT_EQ(part.bodies[0].at("sources").at(0).at("line").as_int64(), 3);
}

TEST(draft_text, no_source_can_break_out_of_its_comment_or_read_the_environment) {
    const std::string text = draft_text(
        late_return(), {.model = "m", .prompts = {}, .from = "topic: a\ndraft: false\n\x1b[2J${HOME}", .date = {}});
    EXPECT_EQ(text.find("\ndraft: false"), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    const spec::PartFile part = spec::read_part(PartKind::scenario, "x.yaml", text, nothing_set);
    EXPECT_TRUE(part.usable) << "it would have needed the environment";
}

TEST(accepted_text, takes_the_comment_and_the_mark_out_and_leaves_what_people_wrote) {
    const std::string text = draft_text(late_return(), {.model = "m", .prompts = {}, .from = "topic: a", .date = {}});
    const std::string edited = text + "# my own note\ntags: [smoke]\n";
    const std::string accepted = accepted_text(edited);
    EXPECT_TRUE(accepted.starts_with("id: late-return\n")) << accepted;
    EXPECT_FALSE(accepted.contains("draft"));
    EXPECT_TRUE(accepted.ends_with("# my own note\ntags: [smoke]\n")) << accepted;
    EXPECT_TRUE(accepted.contains("made_by:"));
    EXPECT_EQ(accepted_text("# c\nid: a\n"), "id: a\n");
    EXPECT_EQ(accepted_text("id: a"), "id: a\n");
}

TEST(problems_of, are_all_that_the_loader_finds) {
    EXPECT_TRUE(problems_of(PartKind::scenario, late_return().body).empty());
    boost::json::object body = late_return().body;
    body["intnet"] = "x";
    body["expect"] = boost::json::parse(R"({"turns": "many", "must_say": ["/(/"]})");
    const std::vector<std::string> problems = problems_of(PartKind::scenario, body);
    EXPECT_GE(problems.size(), 2U);
    EXPECT_TRUE(problems[0].contains("intent")) << problems[0];
}

TEST(slug, is_safe_as_a_file_name) {
    EXPECT_EQ(slug("Late Return (2nd)"), "late-return-2nd");
    EXPECT_EQ(slug("../../etc/passwd"), "etc-passwd");
    EXPECT_EQ(slug("Zoë"), "zo");
    EXPECT_EQ(slug("\x1b[31m"), "31m");
    EXPECT_EQ(slug("..."), "");
    EXPECT_EQ(slug(std::string(200, 'a')).size(), 60U);
}

TEST(kind_of, follows_the_folder_and_then_the_keys) {
    EXPECT_EQ(kind_of("generated/personas/a.yaml", ""), PartKind::persona);
    EXPECT_EQ(kind_of("generated/scenarios/a.yaml", "facts:\n"), PartKind::scenario);
    EXPECT_EQ(kind_of("a.yaml", "id: a\nstyle: terse\n"), PartKind::persona);
    EXPECT_EQ(kind_of("a.yaml", "id: a\nintent: x\n"), PartKind::scenario);
}

}  // namespace
}  // namespace sosia::generate
