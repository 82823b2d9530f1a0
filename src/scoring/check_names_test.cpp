#include "scoring/check_names.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace sosia::scoring {
namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> all_matches(const std::string& text, const char* pattern) {
    std::set<std::string> found;
    re2::StringPiece rest(text);
    const RE2 expression(pattern);
    for (std::string name; RE2::FindAndConsume(&rest, expression, &name);) {
        found.insert(name);
    }
    return found;
}

std::set<std::string> reported_by_the_code() {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(SOSIA_SOURCE_DIR "/src/scoring")) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".cpp") && !name.ends_with("_test.cpp")) {
            found.merge(all_matches(text_of(entry.path()), R"re(\breport\(\s*"([^"]+)")re"));
        }
    }
    found.insert({"criterion", "score", "judge"});  // scorecard.cpp, and the judge room
    return found;
}

TEST(check_names, are_those_the_code_reports) {
    const auto names = check_names();
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), reported_by_the_code());
}

TEST(check_names, each_has_a_line_and_a_section_in_the_documentation) {
    const std::string page = text_of(SOSIA_SOURCE_DIR "/docs/checks.md");
    const std::set<std::string> sections = all_matches(page, R"re((?m)^### `([^`]+)`)re");
    for (const std::string_view name : check_names()) {
        const std::string written = std::string(name) + (name == "criterion" ? ".NAME" : "");
        EXPECT_TRUE(sections.contains(written)) << written;
        EXPECT_TRUE(RE2::PartialMatch(page, R"re((?m)^\|.*`)re" + RE2::QuoteMeta(written) + "`.*\\|")) << written;
    }
    EXPECT_EQ(sections.size(), check_names().size()) << "a section for a check that does not exist";
}

Scorecard with_setting(const std::string& name) {
    Scorecard scorecard;
    scorecard.checks[name] = "off";
    scorecard.criteria = {{.name = "factual-accuracy"}};
    scorecard.custom = {{.name = "house-style"}};
    return scorecard;
}

TEST(check_names, settings_take_names_groups_and_the_scorecards_own) {
    for (const std::string name :
         {"claims", "tone", "tone.hostile", "criterion", "criterion.factual-accuracy", "house-style", "score"}) {
        EXPECT_TRUE(check_settings(with_setting(name))) << name;
    }
}

TEST(check_names, a_setting_for_nothing_is_wrong_use) {
    for (const std::string name : {"latncy", "tone.angry", "ton", "criterion.beauty", ""}) {
        const Result<void> checked = check_settings(with_setting(name));
        ASSERT_FALSE(checked) << name;
        EXPECT_EQ(checked.error().kind, ErrorKind::usage);
    }
    EXPECT_EQ(check_settings(with_setting("latncy")).error().hint, "did you mean \"latency\"?");
}

}  // namespace
}  // namespace sosia::scoring
