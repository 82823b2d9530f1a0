// Tools: required, in order, with the right arguments, never forbidden ones.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "domain/json_text.h"
#include "scoring/checks.h"
#include "scoring/handover.h"
#include "scoring/repeated_deeds.h"

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

// The number a text is, with or without a currency sign.
std::optional<double> number_in(std::string text) {
    std::erase_if(text, [](char c) { return c == '$' || c == ' ' || (static_cast<unsigned char>(c) & 0x80U) != 0; });
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    return text.empty() || *end != '\0' ? std::nullopt : std::optional(number);
}

bool same_scalar(const json::value& wanted, const json::value& found) {
    const std::string a = lower(trim(flatten(wanted)));
    const std::string b = lower(trim(flatten(found)));
    if (a == b || (!squeeze(a).empty() && squeeze(a) == squeeze(b))) {
        return true;
    }
    const auto x = number_in(a);
    const auto y = number_in(b);
    return x && y && std::abs(*x - *y) < 1e-9;
}

// Numbers by value, text ignoring case and punctuation, objects as subsets, lists element by element.
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
    const bool containers = wanted.is_object() || wanted.is_array() || found.is_object() || found.is_array();
    return !containers && same_scalar(wanted, found);
}

bool matches_arguments(const ExpectedTool& wanted, const ToolCall& call) {
    return call.arguments && matches(json::value(wanted.arguments), *call.arguments);
}

// Where a missing tool shows: the turn that claims the matter is done, or the last one.
const AgentTurn* turn_of_omission(const Transcript& t) {
    const auto claimed = std::ranges::find_if(
        t.agent, [&](const AgentTurn& a) { return a.reading.has(Act::confirm_done) && grants(t, a); });
    return claimed == t.agent.end() ? t.last_agent() : &*claimed;
}

std::string written(const ToolCall& tool) {
    return tool.arguments ? shorten(json_text(*tool.arguments), 200) : "no arguments";
}

// After a hand-over with reason the rest is the person's; the hand-over itself stays the agent's where it is expected.
bool is_still_due(const Transcript& t, const ExpectedTool& wanted, bool handed_over) {
    return !handed_over || (t.expect.escalated.value_or(false) && is_handover_tool({.name = wanted.name}));
}

void check_required(const Transcript& t, const std::vector<Call>& calls, Findings& out) {
    const bool handed_over = handed_over_with_reason(t);
    bool applies = false;
    std::vector<Finding> missing;
    for (const ExpectedTool& wanted : t.expect.tools) {
        const bool due = is_still_due(t, wanted, handed_over);
        applies |= due;
        if (due && std::ranges::none_of(calls, [&](const Call& c) { return c.tool->name == wanted.name; })) {
            const AgentTurn* at = turn_of_omission(t);
            missing.push_back({at == nullptr ? 0 : at->turn->n, "never used the tool " + wanted.name,
                               at == nullptr ? "" : quote_of(at->turn->text), !t.user_withheld()});
        }
    }
    if (applies) {
        out.report("tools.required", missing, category);
    }
}

void add_expected_arguments(const Transcript& t, const std::vector<Call>& calls, std::vector<Finding>& wrong) {
    for (const ExpectedTool& wanted : t.expect.tools) {
        const auto named = [&](const Call& c) { return c.tool->name == wanted.name; };
        const auto first = std::ranges::find_if(calls, named);
        if (wanted.arguments.empty() || first == calls.end()) {
            continue;
        }
        if (std::ranges::none_of(calls,
                                 [&](const Call& c) { return named(c) && matches_arguments(wanted, *c.tool); })) {
            wrong.push_back({first->at->turn->n,
                             wanted.name + " was called with " + written(*first->tool) + ", expected " +
                                 json_text(wanted.arguments),
                             quote_of(first->at->turn->text)});
        }
    }
}

// Whether anybody had mentioned the value by then: the user, the context, or an earlier tool.
bool has_a_source(const Transcript& t, const Call& call, std::string_view value) {
    const std::string squeezed = squeeze(value);
    if (t.file.own_text.contains(squeezed) || t.file.company_text.contains(squeezed)) {
        return true;
    }
    for (const Turn& turn : t.conversation.turns) {
        if (turn.n > call.at->turn->n) {
            break;
        }
        if (turn.role == Role::user && squeeze(turn.text).contains(squeezed)) {
            return true;
        }
        for (const ToolCall& tool : turn.tools) {
            if (&tool == call.tool) {
                break;
            }
            if (tool.result && squeeze(flatten(*tool.result)).contains(squeezed)) {
                return true;
            }
        }
    }
    return false;
}

// An order number that nobody ever mentioned, where the user has told theirs.
void add_invented_identifiers(const Transcript& t, const Call& call, std::vector<Finding>& wrong) {
    if (!call.tool->arguments || !call.tool->arguments->is_object()) {
        return;
    }
    for (const auto& [key, value] : call.tool->arguments->as_object()) {
        const std::string name = squeeze(key);
        const std::string text = flatten(value);
        for (const Identifier& id : t.file.identifiers) {
            const bool meant = std::ranges::find(id.keys, name) != id.keys.end() && call.at->knows(id.fact) &&
                               !value.is_object() && !value.is_array();
            const bool other = id.value.in(text, t.file.reader, t.file.language) == std::string_view::npos &&
                               !squeeze(id.value.text()).contains(squeeze(text));
            if (meant && other && is_identifier(text) && !has_a_source(t, call, text)) {
                wrong.push_back({call.at->turn->n,
                                 call.tool->name + " was called with " + text + "; the user's " + id.fact + " is " +
                                     id.value.text(),
                                 quote_of(call.at->turn->text)});
            }
        }
    }
}

void check_arguments(const Transcript& t, const std::vector<Call>& calls, Findings& out) {
    std::vector<Finding> wrong;
    if (!handed_over_with_reason(t)) {
        add_expected_arguments(t, calls, wrong);
    }
    for (const Call& call : calls) {
        add_invented_identifiers(t, call, wrong);
    }
    if (std::ranges::any_of(calls, [](const Call& c) { return c.tool->arguments.has_value(); }) || !wrong.empty()) {
        out.report("tools.arguments", wrong, category);
    }
}

// The first uses of the expected tools must come in the order listed.
void check_order(const Transcript& t, const std::vector<Call>& calls, Findings& out) {
    if (!t.expect.ordered || t.expect.tools.size() < 2) {
        return;
    }
    std::vector<Finding> found;
    const auto first_use = [&](const ExpectedTool& wanted) {
        return std::ranges::find_if(calls, [&](const Call& c) { return c.tool->name == wanted.name; });
    };
    for (std::size_t i = 0; i + 1 < t.expect.tools.size(); ++i) {
        const ExpectedTool& before = t.expect.tools[i];
        for (std::size_t k = i + 1; k < t.expect.tools.size(); ++k) {
            const ExpectedTool& after = t.expect.tools[k];
            const auto early = first_use(after);
            const auto late = first_use(before);
            const bool listed_before_too =
                std::any_of(t.expect.tools.begin(), t.expect.tools.begin() + static_cast<std::ptrdiff_t>(i),
                            [&](const ExpectedTool& w) { return w.name == after.name; });
            if (early != calls.end() && late != calls.end() && early < late && !listed_before_too) {
                found.push_back({early->at->turn->n,
                                 after.name + " was used before " + before.name + ", expected after it",
                                 quote_of(early->at->turn->text)});
            }
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
            found.push_back(
                {call.at->turn->n, "used the forbidden tool " + call.tool->name, quote_of(call.at->turn->text)});
        }
    }
    out.report("tools.forbidden", found, category);
}

}  // namespace

void check_tools(const Transcript& t, Findings& out) {
    const std::vector<Call> calls = calls_of(t);
    check_required(t, calls, out);
    check_order(t, calls, out);
    check_arguments(t, calls, out);
    check_forbidden(t, calls, out);
    check_repeated_deeds(t, out);
}

}  // namespace sosia::scoring
