#include "judge/case_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "prompt/quote.h"

namespace sosia::judge {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_value = 1'500;  // bytes of a tool's arguments or result

std::string brief(const json::value& value) {
    return shorten(json::serialize(value), longest_value);
}

json::array tools_of(const Turn& turn) {
    json::array out;
    for (const ToolCall& tool : turn.tools) {
        json::object call{{"tool", tool.name}};
        if (tool.arguments) {
            call["arguments"] = brief(*tool.arguments);
        }
        if (tool.result) {
            call["result"] = brief(*tool.result);
        }
        out.emplace_back(std::move(call));
    }
    return out;
}

json::array truth_of(const CellParts& parts) {
    json::array out;
    for (const auto& [name, text] : merged_truth(*parts.scenario, *parts.edge_case)) {
        out.emplace_back(json::object{{"name", name}, {"text", text}});
    }
    return out;
}

void add_list(json::array& out, std::string_view what, const std::vector<std::string>& items) {
    if (!items.empty()) {
        out.emplace_back(fmt::format("{}: {}", what, join(items, "; ")));
    }
}

// The expectation in words.
json::array expected_of(const Expectation& expect) {
    json::array out;
    if (expect.resolved) {
        out.emplace_back(*expect.resolved ? "settles the matter as the person wants"
                                          : "does not grant what the person wants, and says so");
    }
    std::vector<std::string> tools;
    for (const ExpectedTool& tool : expect.tools) {
        tools.push_back(tool.arguments.empty() ? tool.name : tool.name + " with " + brief(tool.arguments));
    }
    add_list(out, expect.ordered ? "uses these tools in this order" : "uses these tools", tools);
    add_list(out, "must not use these tools", expect.forbidden);
    add_list(out, "says", expect.must_say);
    add_list(out, "never says", expect.must_not_say);
    if (expect.escalated) {
        out.emplace_back(*expect.escalated ? "hands over to a person" : "does not hand over to a person");
    }
    if (expect.turns) {
        out.emplace_back(fmt::format("needs at most {} messages of the person", *expect.turns));
    }
    if (expect.language) {
        out.emplace_back("answers in the language \"" + *expect.language + "\"");
    }
    return out;
}

// Pressure and tricks are the test's doing: what the agent makes of them is rated, not that they happened.
json::array user_moves_of(const Conversation& c) {
    json::array out;
    for (const Turn& turn : c.turns) {
        if (turn.role != Role::user || turn.mind.tactic.empty()) {
            continue;
        }
        std::string what = turn.mind.tactic;
        if (turn.mind.expect == "decline") {
            what += " (to be declined)";
        } else if (turn.mind.expect == "handover") {
            what += " (to be handed over)";
        }
        out.emplace_back(json::object{{"turn", turn.n}, {"what", std::move(what)}});
    }
    return out;
}

json::array criteria_of(std::span<const Rubric> rubrics) {
    json::array out;
    for (const Rubric& rubric : rubrics) {
        json::array levels;
        for (const Anchor& level : rubric.levels) {
            levels.emplace_back(json::object{{"level", level.level}, {"text", level.text}, {"example", level.example}});
        }
        out.emplace_back(
            json::object{{"name", rubric.name}, {"question", rubric.question}, {"levels", std::move(levels)}});
    }
    return out;
}

}  // namespace

json::array transcript_lines(const Conversation& c) {
    json::array out;
    const std::size_t first = c.turns.size() - std::min(c.turns.size(), most_turns);
    for (std::size_t i = first; i < c.turns.size(); ++i) {
        const Turn& turn = c.turns[i];
        json::object line{{"turn", turn.n},
                          {"speaker", turn.role == Role::agent ? "agent" : "user"},
                          {"text", shorten(turn.text, longest_turn)}};
        if (!turn.tools.empty()) {
            line["tools"] = tools_of(turn);
        }
        out.emplace_back(prompt::quoted(line));
    }
    return out;
}

json::object case_values(const Conversation& c, const CellParts& parts, std::span<const Rubric> rubrics) {
    return {{"intent", parts.scenario->intent},
            {"description", parts.scenario->description},
            {"edge", parts.edge_case->description},
            {"truth", truth_of(parts)},
            {"expected", expected_of(parts.edge_case->expect)},
            {"user_moves", user_moves_of(c)},
            {"transcript", transcript_lines(c)},
            {"criteria", criteria_of(rubrics)}};
}

}  // namespace sosia::judge
