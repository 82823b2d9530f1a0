#include "world/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "base/text.h"
#include "domain/json_text.h"
#include "world/compare.h"
#include "world/json_text.h"
#include "world/where.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

using Lines = std::vector<std::string>;

std::string_view view(json::string_view text) {
    return {text.data(), text.size()};
}

void append(Lines& out, Lines more) {
    std::ranges::move(more, std::back_inserter(out));
}

const json::value* member(const json::object& object, std::string_view key) {
    return object.if_contains(json::string_view(key.data(), key.size()));
}

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = member(object, key);
    return value == nullptr ? std::string() : answer_text(*value, false);
}

json::object query_where(const json::object& query) {
    const json::value* where = member(query, "where");
    return where != nullptr && where->is_object() ? where->get_object() : json::object{};
}

// The documents a query is about.
Result<std::vector<Found>> queried(const json::object& query, const Documents& documents) {
    const std::string collection = text_in(query, "collection");
    if (member(query, "id") != nullptr) {
        const std::string id = text_in(query, "id");
        const json::value* document = documents.find(collection, id);
        return document == nullptr ? std::vector<Found>{} : std::vector<Found>{{id, document}};
    }
    const Result<Where> where = Where::make(query_where(query));
    if (!where) {
        return std::unexpected(where.error());
    }
    return select(documents, collection, *where);
}

std::string name_of(const json::object& query) {
    const std::string id = text_in(query, "id");
    return id.empty() ? fmt::format("{} where {}", text_in(query, "collection"), sosia::json_text(query_where(query)))
                      : fmt::format("{}/{}", text_in(query, "collection"), id);
}

std::string count_problem(const json::object& query, std::size_t found) {
    const Result<Comparison> count = Comparison::make(query.at("count"));
    const json::value number(found);
    if (!count) {
        return count.error().message;
    }
    return count->holds(&number)
               ? ""
               : fmt::format("{}: expected {} documents, found {}", name_of(query), count->text(), found);
}

Lines value_problems(const json::object& query, const std::vector<Found>& found) {
    const json::value* is = member(query, "is");
    const Result<Comparison> wanted = Comparison::make(is == nullptr ? json::value{{"exists", true}} : *is);
    if (!wanted) {
        return {wanted.error().message};
    }
    if (found.empty() && !wanted->holds(nullptr)) {
        return {fmt::format("{}: there is no such document", name_of(query))};
    }
    Lines out;
    const std::string at = text_in(query, "at");
    for (const Found& one : found) {
        const json::value* value = value_at(*one.document, at);
        if (!wanted->holds(value)) {
            out.push_back(fmt::format("{}/{}{}{}: expected {}, found {}", text_in(query, "collection"), one.id,
                                      at.empty() || at.starts_with('/') ? "" : "/", at, wanted->text(),
                                      value == nullptr ? "nothing" : shorten(sosia::json_text(*value), 200)));
        }
    }
    return out;
}

// One document against the members it must have; comparisons are allowed at any of them.
void document_lines(const json::value& expected, const json::value* found, const std::string& at, Lines& out) {
    if (expected.is_object() && !is_comparison(expected) && found != nullptr && found->is_object()) {
        for (const auto& [key, value] : expected.get_object()) {
            document_lines(value, found->get_object().if_contains(key), fmt::format("{}/{}", at, view(key)), out);
        }
        return;
    }
    if (!is_comparison(expected)) {
        append(out, differences(&expected, found, at, true));
        return;
    }
    const Result<Comparison> comparison = Comparison::make(expected);
    if (!comparison) {
        out.push_back(comparison.error().message);
    } else if (!comparison->holds(found)) {
        out.push_back(fmt::format("{}: expected {}, found {}", at, comparison->text(),
                                  found == nullptr ? "nothing" : shorten(sosia::json_text(*found), 200)));
    }
}

using Names = std::set<std::pair<std::string, std::string>>;

void add_names(const json::object& changes, Names& out) {
    for (const auto& [collection, documents] : changes) {
        for (const auto& [id, document] : documents.as_object()) {
            out.emplace(std::string(collection), std::string(id));
        }
    }
}

bool argument_matches(const json::value& expected, const json::value& found) {
    if (is_comparison(expected)) {
        const Result<Comparison> comparison = Comparison::make(expected);
        return comparison && comparison->holds(&found);
    }
    if (expected.is_object() && found.is_object()) {
        return std::ranges::all_of(expected.get_object(), [&found](const auto& one) {
            const json::value* other = found.get_object().if_contains(one.key());
            return other == nullptr ? is_comparison(one.value()) && Comparison::make(one.value())->holds(nullptr)
                                    : argument_matches(one.value(), *other);
        });
    }
    return same_json(expected, found);
}

bool is_call(const ExpectedCall& expected, const ToolCall& call) {
    if (call.name != expected.name || !call.error.empty()) {
        return false;
    }
    const json::value given = call.arguments.value_or(json::object{});
    const bool same_names = given.is_object() && given.get_object().size() == expected.arguments.size();
    return (!expected.exact || same_names) && argument_matches(json::value(expected.arguments), given);
}

std::string words_of(const ExpectedCall& expected) {
    return expected.arguments.empty() ? expected.name
                                      : fmt::format("{} with {}", expected.name, sosia::json_text(expected.arguments));
}

// What calls of that tool there were instead, for the message.
std::string instead(const ExpectedCall& expected, const std::vector<ToolCall>& calls) {
    for (const ToolCall& call : calls) {
        if (call.name == expected.name) {
            return fmt::format("; it was called with {}{}",
                               shorten(sosia::json_text(call.arguments.value_or(json::object{})), 200),
                               call.error.empty() ? "" : " and answered with an error");
        }
    }
    return "";
}

std::string squeezed(std::string_view text) {
    std::string out = lower(text);
    std::erase(out, ',');
    return out;
}

}  // namespace

Result<EndState> end_state(const Toolbox& toolbox, const json::object& beginning, const std::vector<WorldEvent>& events,
                           const WorldRecord& record) {
    Result<State> state = toolbox.begin(beginning, 0, "");
    if (!state) {
        return std::unexpected(state.error());
    }
    if (const Result<void> applied = state->documents.apply(record.changes); !applied) {
        return std::unexpected(applied.error());
    }
    return EndState{toolbox, beginning, events, std::move(state->documents)};
}

Lines document_problems(const WorldExpectation& expect, const EndState& end) {
    Lines out;
    for (const auto& [collection, documents] : expect.documents) {
        if (!documents.is_object()) {
            continue;
        }
        for (const auto& [id, expected] : documents.get_object()) {
            const json::value* found = end.documents.find(view(collection), view(id));
            const std::string at = fmt::format("{}/{}", view(collection), view(id));
            if (expected.is_null()) {
                append(out, differences(nullptr, found, at));
            } else {
                document_lines(expected, found, at, out);
            }
        }
    }
    return out;
}

Lines query_problems(const WorldExpectation& expect, const EndState& end) {
    Lines out;
    for (const json::object& query : expect.queries) {
        const Result<std::vector<Found>> found = queried(query, end.documents);
        if (!found) {
            out.push_back(found.error().message);
        } else if (member(query, "count") == nullptr) {
            append(out, value_problems(query, *found));
        } else if (const std::string problem = count_problem(query, found->size()); !problem.empty()) {
            out.push_back(problem);
        }
    }
    return out;
}

namespace {

// Where the end state differs from what the events and these calls lead to.
Lines differences_from(const std::vector<GoldAction>& actions, const EndState& end) {
    Result<State> gold = end.toolbox.begin(end.beginning, 0, "");
    if (!gold) {
        return {gold.error().message};
    }
    for (const WorldEvent& event : end.events) {
        gold->now_ms += event.wait_ms;
        if (!event.call.empty()) {
            end.toolbox.call(event.call, event.arguments, *gold);
        }
    }
    for (const GoldAction& action : actions) {
        const WorldTool* tool = end.toolbox.tool(action.name);
        if (tool == nullptr || !tool->ends) {
            end.toolbox.call(action.name, action.arguments, *gold);
        }
    }
    Names touched;
    add_names(gold->documents.changes(), touched);
    add_names(end.documents.changes(), touched);
    Lines out;
    for (const auto& [collection, id] : touched) {
        append(out, differences(gold->documents.find(collection, id), end.documents.find(collection, id),
                                fmt::format("{}/{}", collection, id)));
    }
    return out;
}

}  // namespace

Lines action_problems(const WorldExpectation& expect, const EndState& end) {
    return expect.actions ? differences_from(*expect.actions, end) : Lines{};
}

Lines change_problems(const EndState& end) {
    return differences_from({}, end);
}

Lines call_problems(const WorldExpectation& expect, const std::vector<ToolCall>& calls) {
    Lines out;
    for (const ExpectedCall& expected : expect.calls) {
        const auto count = std::ranges::count_if(calls, [&](const ToolCall& call) { return is_call(expected, call); });
        if (count < expected.at_least) {
            out.push_back(expected.at_least == 1
                              ? fmt::format("never called {}{}", words_of(expected), instead(expected, calls))
                              : fmt::format("called {} {} times, expected at least {}", words_of(expected), count,
                                            expected.at_least));
        } else if (expected.at_most && count > *expected.at_most) {
            out.push_back(
                fmt::format("called {} {} times, expected at most {}", words_of(expected), count, *expected.at_most));
        }
    }
    return out;
}

// Each expected call is looked for behind the one before it.
Lines order_problems(const WorldExpectation& expect, const std::vector<ToolCall>& calls) {
    if (!expect.ordered) {
        return {};
    }
    auto at = calls.begin();
    for (const ExpectedCall& expected : expect.calls) {
        const auto is_it = [&](const ToolCall& call) { return is_call(expected, call); };
        const auto next = std::find_if(at, calls.end(), is_it);
        if (next == calls.end() && std::ranges::any_of(calls, is_it)) {
            return {fmt::format("{} was called too early, expected in the order listed", words_of(expected))};
        }
        at = next == calls.end() ? at : std::next(next);
    }
    return {};
}

Lines missing_outputs(const WorldExpectation& expect, const std::vector<std::string>& messages) {
    Lines out;
    for (const std::string& output : expect.outputs) {
        const std::string wanted = lower(output);
        if (std::ranges::none_of(messages, [&](const std::string& message) {
                return squeezed(message).find(wanted) != std::string::npos;
            })) {
            out.push_back(output);
        }
    }
    return out;
}

}  // namespace sosia::world
