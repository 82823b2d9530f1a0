#include "spec/load_part.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "spec/test_suite.h"
#include "spec/yaml_write.h"

namespace sosia::spec {
namespace {

std::optional<std::string> nothing_set(std::string_view) {
    return std::nullopt;
}

TEST(read_part, reads_one_persona_or_a_list_of_scenarios) {
    const PartFile ann = read_part(PartKind::persona, "a/ann.yaml", "name: Ann Lee\n", nothing_set);
    ASSERT_TRUE(ann.usable);
    EXPECT_EQ(ann.personas.at(0).id, "ann");
    const PartFile two = read_part(PartKind::scenario, "x.yaml", "- { id: a }\n- { id: b }\n", nothing_set);
    ASSERT_TRUE(two.usable);
    EXPECT_EQ(two.scenarios.at(1).id, "b");
    EXPECT_EQ(two.bodies.at(1).at("id").as_string(), "b");
}

TEST(read_part, reports_every_problem_at_once_as_a_suite_does) {
    const PartFile part = read_part(PartKind::scenario, "x.yaml",
                                    "id: a b c\nintnet: refund\nexpect: { turns: many, must_say: [\"/(/\"] }\n"
                                    "pivots: [{ say: hi }]\n",
                                    nothing_set);
    EXPECT_FALSE(part.usable);
    std::string all;
    for (const Diagnostic& diagnostic : part.diagnostics) {
        all += render(diagnostic) + "\n";
    }
    for (const char* word : {"intnet", "turns", "pivot"}) {
        EXPECT_TRUE(all.contains(word)) << word << "\n" << all;
    }
    EXPECT_FALSE(read_part(PartKind::persona, "x.yaml", "", nothing_set).usable);
    EXPECT_FALSE(read_part(PartKind::persona, "x.yaml", "a: [", nothing_set).usable);
}

TEST(read_part, keeps_references_to_the_environment_as_they_are_written) {
    const PartFile part = read_part(PartKind::persona, "x.yaml", "id: a\nprofile: ${WHO:-nobody}\n", nothing_set);
    ASSERT_TRUE(part.usable);
    EXPECT_EQ(part.personas.at(0).profile, "nobody");
    EXPECT_EQ(part.bodies.at(0).at("profile").as_string(), "${WHO:-nobody}");
}

TEST(yaml_text, reads_back_letter_for_letter) {
    const boost::json::object body =
        boost::json::parse(R"({"id": "a-1", "name": "yes", "profile": "one\n- two: \"3\" # four",
        "background": {"age": "041", "pin": "1e3", "empty": ""}, "axes": {}, "samples": ["ok, so", "{x}", "- [y]: 'z'", "a line that is long enough to be broken off but stands in a list of plain texts and so must stay on one line of its own, whatever its width"],
        "facts": {"order id": {"value": "A-10023, or so", "when": "asked", "asked_by": ["order: number"]},
                  "x": {"value": "a very long value that does not fit on one line together with everything else in it, which is why it is broken up here, as it must be", "when": "freely"}},
        "knobs": {"drop": 0.03, "patience": 8}})")
            .as_object();
    const std::string text = yaml_text(body, {"A draft", "two\nlines: {"});
    const PartFile part = read_part(PartKind::persona, "x.yaml", text, nothing_set);
    ASSERT_TRUE(part.usable) << text << (part.diagnostics.empty() ? "" : render(part.diagnostics.front()));
    EXPECT_EQ(part.bodies.at(0), body) << text;
    EXPECT_TRUE(text.starts_with("# A draft\n# two lines: {\nid: a-1\n")) << text;
}

TEST(yaml_text, breaks_lists_of_mappings_into_lines) {
    const boost::json::object body =
        boost::json::parse(
            R"({"id": "a", "edge_cases": [{"id": "e", "pivots": [{"after": 2, "say": "x"}], "expect": {"resolved": false}}]})")
            .as_object();
    EXPECT_EQ(
        yaml_text(body, {}),
        "id: a\nedge_cases:\n  - id: e\n    pivots:\n      - { after: 2, say: x }\n    expect: { resolved: false }\n");
}

TEST(load_suite, leaves_drafts_out_and_says_so) {
    const std::string report = report_with("personas/bob.yaml", "id: bob\ndraft: true\nmade_by: { model: m }\n");
    EXPECT_TRUE(report.contains("personas/bob.yaml:2:8: warning: this is a draft")) << report;
    EXPECT_TRUE(report.contains("sosia drafts accept")) << report;
    EXPECT_TRUE(report_with("personas/ann.yaml", "id: ann\ndraft: true\n").contains("has no personas"));
    EXPECT_EQ(report_with("personas/ann.yaml", "id: ann\ndraft: false\n"), "");
}

}  // namespace
}  // namespace sosia::spec
