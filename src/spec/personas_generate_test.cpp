#include "spec/personas_generate.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

std::set<std::string> pairs(const GeneratedPersonas& generated) {
    std::set<std::string> out;
    for (const auto& row : generated.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                out.insert(row[j] + "|" + row[i]);
            }
        }
    }
    return out;
}

GeneratedPersonas generated(const GenerateSpec& spec) {
    auto out = generate_personas(spec);
    EXPECT_TRUE(out) << (out ? "" : out.error().message);
    return out ? *out : GeneratedPersonas{};
}

// The personas of a YAML text, as a suite would load them.
LoadResult loaded(const TestFolder& folder, const std::string& yaml) {
    folder.write("sosia.yaml", "agent: http://127.0.0.1:1/\n");
    folder.write("scenarios/one.yaml", "{ id: one, intent: get help }");
    folder.write("personas/all.yaml", yaml);
    return folder.load();
}

TEST(generate_personas, covers_all_pairs_of_the_builtin_axes_with_25) {
    const GeneratedPersonas all = generated({});
    EXPECT_EQ(all.rows.size(), 25U);
    EXPECT_EQ(all.tuples, 107U);
    EXPECT_EQ(pairs(all).size(), 107U);
}

TEST(generate_personas, writes_personas_that_load) {
    const TestFolder folder;
    const GenerateSpec spec;
    const LoadResult result = loaded(folder, personas_yaml(generated(spec), spec));
    ASSERT_TRUE(result.suite) << folder.report(result);
    EXPECT_EQ(folder.report(result), "");
    ASSERT_EQ(result.suite->personas.size(), 25U);
    std::set<std::string> names;
    for (const Persona& persona : result.suite->personas) {
        names.insert(persona.name);
        EXPECT_EQ(persona.traits.size(), 4U);
        EXPECT_FALSE(persona.profile.empty());
        EXPECT_EQ(persona.samples.size(), 3U);
    }
    EXPECT_EQ(names.size(), 25U);
}

TEST(generate_personas, gives_the_same_text_for_the_same_seed) {
    const GenerateSpec spec;
    EXPECT_EQ(personas_yaml(generated(spec), spec), personas_yaml(generated(spec), spec));
}

TEST(generate_personas, keeps_rules_and_takes_axes_of_your_own) {
    const TestFolder folder;
    const GenerateSpec spec{
        .axes = {{"style", {"terse", "verbose"}},
                 {"region", {"north", "south", "00123"}},
                 {"device", {"phone: old", "true"}}},
        .rules = {{.when = {{"style", {"terse"}}}, .then = {{"persona.region", {"north", "00123"}}}}}};
    const GeneratedPersonas some = generated(spec);
    EXPECT_FALSE(pairs(some).contains("terse|south"));
    EXPECT_EQ(pairs(some).size(), 15U);
    const LoadResult result = loaded(folder, personas_yaml(some, spec));
    ASSERT_TRUE(result.suite) << folder.report(result);
    for (std::size_t i = 0; i < some.rows.size(); ++i) {
        EXPECT_EQ(result.suite->personas[i].trait("region"), some.rows[i][1]);
        EXPECT_EQ(result.suite->personas[i].trait("device"), some.rows[i][2]);
    }
}

TEST(generate_personas, samples_stated_shares) {
    const TestFolder folder;
    const GenerateSpec spec{
        .sample = 400, .weights = {{"emotion", {{"frustrated", 0.3}}}, {"style, knowledge", {{"terse, novice", 0.5}}}}};
    const GeneratedPersonas people = generated(spec);
    ASSERT_EQ(people.rows.size(), 400U);
    std::map<std::string, int> counts;
    for (const auto& row : people.rows) {
        ++counts[row[1]];
        ++counts[row[0] + row[2]];
    }
    EXPECT_NEAR(counts["frustrated"], 120, 12);
    EXPECT_NEAR(counts["terse"
                       "novice"],
                200, 2);
    EXPECT_NEAR(counts["calm"], 70, 12);
    const LoadResult result = loaded(folder, personas_yaml(people, spec));
    EXPECT_TRUE(result.suite) << folder.report(result).substr(0, 2000);
}

TEST(generate_personas, makes_every_combination_when_asked) {
    EXPECT_EQ(generated({.cover = MatrixSpec::Cover::full}).rows.size(), 300U);
    EXPECT_EQ(generated({.strength = 1}).rows.size(), 5U);
}

TEST(generate_personas, says_what_is_wrong_with_axes_and_rules) {
    const auto message = [](const GenerateSpec& spec) {
        const auto out = generate_personas(spec);
        return out ? std::string("no error") : out.error().message + " " + out.error().hint;
    };
    EXPECT_EQ(message({.rules = {{.when = {}, .then = {{"stile", {"terse"}}}}}}),
              "a rule names the axis \"stile\", which does not exist did you mean \"style\"?");
    EXPECT_EQ(message({.rules = {{.when = {}, .then = {{"style", {"ters"}}}}}}),
              "a rule names style \"ters\", which does not exist did you mean \"terse\"?");
    EXPECT_EQ(message({.axes = {{"a", {}}}}), "the axis \"a\" has no values ");
    EXPECT_EQ(message({.sample = 5, .weights = {{"emotion", {{"sad", 1}}}}}),
              "the shares name emotion \"sad\", which does not occur ");
}

TEST(load_axes, reads_axes_rules_and_shares) {
    const TestFolder folder;
    folder.write("axes.yaml",
                 "axes: { style: [terse, verbose], tier: [1, 02] }\nrules: [{ if: { style: terse }, then: { tier: [02] "
                 "} }]\ncover: 3-way\nseed: 9\n");
    const AxesResult result = load_axes((folder.path() / "axes.yaml").string(), {});
    ASSERT_TRUE(result.spec);
    EXPECT_EQ(result.spec->axes[1].values, (std::vector<std::string>{"1", "02"}));
    EXPECT_EQ(result.spec->strength, 3);
    EXPECT_EQ(result.spec->seed, 9U);
    EXPECT_EQ(generated(*result.spec).rows.size(), 3U);
}

TEST(load_axes, reports_mistakes_with_their_place) {
    const TestFolder folder;
    folder.write("axes.yaml", "axis: { style: [terse] }\ncover: pairwize\nweights: { style: { terse: lots } }\n");
    const AxesResult result = load_axes((folder.path() / "axes.yaml").string(), {});
    EXPECT_FALSE(result.spec);
    ASSERT_EQ(result.diagnostics.size(), 3U);
    EXPECT_EQ(result.diagnostics[0].hint, "did you mean \"axes\"?");
    EXPECT_EQ(result.diagnostics[1].line, 2);
    EXPECT_EQ(result.diagnostics[2].column, 28);
}

}  // namespace
}  // namespace sosia::spec
