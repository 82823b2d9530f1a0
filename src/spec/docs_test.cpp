// The pages about files: every example loads, every key is mentioned.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <regex>
#include <sstream>

#include "spec/personas_generate.h"
#include "spec/schema.h"
#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

std::string page(const std::string& name) {
    std::ifstream file(std::string(SOSIA_SOURCE_DIR) + "/docs/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Example {
    std::string file;  // from its first line, "# personas/sandra.yaml"
    std::string text;
};

std::vector<Example> examples_of(const std::string& text) {
    std::vector<Example> out;
    constexpr std::string_view fence = "```yaml\n# ";
    for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1)) {
        const std::size_t name = at + fence.size();
        const std::size_t body = text.find('\n', name);
        out.push_back({text.substr(name, body - name), text.substr(body, text.find("```", body) - body)});
    }
    return out;
}

std::optional<std::string> any_variable(std::string_view name) {
    return "value-of-" + std::string(name);
}

// A suite in which everything that the examples name exists.
void write_surroundings(const TestFolder& folder) {
    folder.write("sosia.yaml", "agent: http://127.0.0.1:1/\nadversaries: all\n");
    folder.write(
        "personas/sandra.yaml",
        "{ id: sandra, style: terse, emotion: frustrated, knowledge: novice, tags: [smoke, slow], goal: get help }");
    folder.write("personas/newcomer.yaml", "{ id: newcomer, style: verbose, emotion: angry, knowledge: expert }");
    folder.write("scenarios/refund.yaml", "{ id: refund, intent: get a refund, category: billing }");
    folder.write("adversaries/mine.yaml", "{ id: mine, tactics: [{ act: drift }] }");
    folder.write("scorecard.yaml", "threshold: 3");
    folder.write("worlds/shop.yaml",
                 "{ collections: { orders: {}, refunds: {} }, tools: [{ name: get_order, answer: 1 }, { name: refund, "
                 "answer: 1 }] }");
}

TEST(docs, every_example_loads_without_a_word) {
    int examples = 0;
    for (const std::string name : {"suite.md", "personas.md", "scenarios.md", "adversaries.md", "matrix.md",
                                   "checks.md", "worlds.md", "judge.md", "model-users.md"}) {
        for (const Example& example : examples_of(page(name))) {
            const TestFolder folder;
            write_surroundings(folder);
            folder.write(example.file, example.text);
            ++examples;
            if (example.file == "axes.yaml") {
                const AxesResult axes = load_axes((folder.path() / "axes.yaml").string(), any_variable);
                ASSERT_TRUE(axes.spec) << name;
                EXPECT_TRUE(generate_personas(*axes.spec)) << name;
                continue;
            }
            const LoadResult result = folder.load(any_variable);
            EXPECT_TRUE(result.suite) << name << " " << example.file;
            EXPECT_EQ(folder.report(result), "") << name << " " << example.file;
        }
    }
    EXPECT_GE(examples, 18);
}

// Every key under any "properties" of a schema.
void collect_keys(const boost::json::value& value, std::vector<std::string>& out) {
    if (const auto* array = value.if_array()) {
        for (const auto& item : *array) {
            collect_keys(item, out);
        }
    }
    const auto* object = value.if_object();
    if (object == nullptr) {
        return;
    }
    for (const auto& [key, inner] : *object) {
        if (key == "properties" && inner.is_object()) {
            for (const auto& property : inner.as_object()) {
                out.emplace_back(property.key());
            }
        }
        collect_keys(inner, out);
    }
}

TEST(docs, every_key_is_mentioned) {
    const std::vector<std::pair<FileKind, std::string>> pages{
        {FileKind::suite, page("suite.md") + page("matrix.md") + page("agents.md") + page("worlds.md")},
        {FileKind::persona, page("personas.md")},
        {FileKind::scenario, page("scenarios.md") + page("worlds.md")},
        {FileKind::adversary, page("adversaries.md")},
        {FileKind::scorecard, page("suite.md")},
        {FileKind::axes, page("personas.md")},
        {FileKind::world, page("worlds.md")}};
    for (const auto& [kind, text] : pages) {
        const std::string_view schema = schema_text(kind);
        std::vector<std::string> keys;
        collect_keys(boost::json::parse(boost::json::string_view{schema.data(), schema.size()}), keys);
        EXPECT_FALSE(keys.empty());
        for (const std::string& key : keys) {
            const bool found = std::regex_search(
                text, std::regex("(`[^`\n]*\\b" + key + "\\b[^`\n]*`|\\n[ -]*(\\{ )?" + key + ":|[{,] " + key + ":)"));
            EXPECT_TRUE(found) << to_string(kind) << " key " << key;
        }
    }
}

}  // namespace
}  // namespace sosia::spec
