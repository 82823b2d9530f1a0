#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
namespace json = boost::json;
using user::Act;
namespace {

constexpr std::string_view category = "tool-selection";

struct Call {
    const ToolCall* tool;
    const AgentTurn* at;
};

std::vector<Call> calls_of(const Transcript& t) {
    std::vector<Call> calls;
    for (const AgentTurn& turn : t.agent) {
        for (const ToolCall& tool : turn.turn->tools) {
            calls.push_back({&tool, &turn});
        }
    }
    return calls;
}

// Numbers by value, text ignoring case and outer space, objects as subsets, lists element by element.
bool matches(const json::value& wanted, const json::value& found) {
    if (wanted.is_object() && found.is_object()) {
        return std::ranges::all_of(wanted.as_object(), [&](const auto& entry) {
            const json::value* other = found.as_object().if_contains(entry.key());
            return other != nullptr && matches(entry.value(), *other);
        });
    }
    if (wanted.is_array() && found.is_array()) {
        return std::ranges::equal(wanted.as_array(), found.as_array(), matches);
    }
    if (wanted.is_number() && found.is_number()) {
        return std::abs(wanted.to_number<double>() - found.to_number<double>()) < 1e-9;
    }
    const std::string a = lower(trim(flatten(wanted)));
    const std::string b = lower(trim(flatten(found)));
    if (a == b) {
        return true;
    }
    char* end = nullptr;
    const double number = std::strtod(a.c_str(), &end);
    return !a.empty() && *end == '\0' && found.is_number() && std::abs(number - found.to_number<double>()) < 1e-9;
}

bool matches_arguments(const ExpectedTool& wanted, const ToolCall& call) {
    return call.arguments && matches(json::value(wanted.arguments), *call.arguments);
}

// Where a missing tool shows: the turn that claims the matter is done, or the last one.
const AgentTurn* turn_of_omission(const Transcript& t) {
    for (const AgentTurn& turn : t.agent) {
        if (turn.reading.has(Act::confirm_done)) {
            return &turn;
        }
    }
    return t.last_agent();
}

void check_required(const Transcript& t, const std::vector<Call>& calls, Findings& out) {
    if (t.expect.tools.empty() || t.handed_over_on_demand()) {
        return;  // once the user has asked for a person and got one, the rest is the person's
    }
    std::vector<Finding> missing;
    std::vector<Finding> wrong_arguments;
    bool any_arguments = false;
    for (const ExpectedTool& wanted : t.expect.tools) {
        const auto named = [&](const Call& c) { return c.tool->name == wanted.name; };
        if (std::ranges::none_of(calls, named)) {
            const AgentTurn* at = turn_of_omission(t);
            missing.push_back({at == nullptr ? 0 : at->turn->n, "never used the tool " + wanted.name, at == nullptr ? "" : quote_of(at->turn->text)});
            continue;
        }
        if (wanted.arguments.empty()) {
            continue;
        }
        any_arguments = true;
        if (std::ranges::none_of(calls, [&](const Call& c) { return named(c) && matches_arguments(wanted, *c.tool); })) {
            const Call& call = *std::ranges::find_if(calls, named);
            wrong_arguments.push_back({call.at->turn->n,
                                       wanted.name + " was called with " + (call.tool->arguments ? shorten(json::serialize(*call.tool->arguments), 200) : "no arguments") +
                                           ", expected " + json::serialize(wanted.arguments),
                                       quote_of(call.at->turn->text)});
        }
    }
    out.report("tools.required", missing, category);
    if (any_arguments) {
        out.report("tools.arguments", wrong_arguments, category);
    }
}

void check_order(const Transcript& t, const std::vector<Call>& calls, Findings& out) {
    if (!t.expect.ordered || t.expect.tools.size() < 2) {
        return;
    }
    std::vector<Finding> found;
    std::size_t reached = 0;
    std::string previous;
    for (const ExpectedTool& wanted : t.expect.tools) {
        const auto named = [&](const Call& c) { return c.tool->name == wanted.name; };
        const auto later = std::find_if(calls.begin() + static_cast<std::ptrdiff_t>(reached), calls.end(), named);
        if (later != calls.end()) {
            reached = static_cast<std::size_t>(later - calls.begin()) + 1;
            previous = wanted.name;
            continue;
        }
        const auto anywhere = std::ranges::find_if(calls, named);
        if (anywhere != calls.end()) {
            found.push_back({anywhere->at->turn->n, wanted.name + " was used before " + previous + ", expected after it", quote_of(anywhere->at->turn->text)});
        }
    }
    out.report("tools.order", found, category);
}

void check_forbidden(const Transcript& t, const std::vector<Call>& calls, Findings& out) {
    if (t.expect.forbidden.empty()) {
        return;
    }
    std::vector<Finding> found;
    for (const Call& call : calls) {
        if (std::ranges::find(t.expect.forbidden, call.tool->name) != t.expect.forbidden.end()) {
            found.push_back({call.at->turn->n, "used the forbidden tool " + call.tool->name, quote_of(call.at->turn->text)});
        }
    }
    out.report("tools.forbidden", found, category);
}

}  // namespace

void check_tools(const Transcript& t, Findings& out) {
    const std::vector<Call> calls = calls_of(t);
    check_required(t, calls, out);
    check_order(t, calls, out);
    check_forbidden(t, calls, out);
}

}  // namespace sosia::scoring
