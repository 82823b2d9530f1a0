// Hand-overs: too early, too late, missing, or without telling the person what it is about.
#include <algorithm>

#include <boost/json/object.hpp>

#include "base/text.h"
#include "scoring/checks.h"
#include "scoring/handover.h"

namespace sosia::scoring {
namespace json = boost::json;
using user::Act;
namespace {

Finding at(const AgentTurn* a, std::string detail, bool gates = true) {
    return {a == nullptr ? 0 : a->turn->n, std::move(detail), a == nullptr ? "" : quote_of(a->turn->text), gates};
}

void check_expected(const Transcript& t, const AgentTurn* handed, Findings& out) {
    if (!t.expect.escalated) {
        return;
    }
    std::vector<Finding> found;
    if (*t.expect.escalated && handed == nullptr) {
        found.push_back(at(t.last_agent(), "never handed over to a person, which this case needs"));
    } else if (!*t.expect.escalated && handed != nullptr && !handed_over_on_demand(t)) {
        found.push_back(at(handed, "handed over to a person, which this case must not need"));
    }
    out.report("escalation.expected", found, "tool-selection");
}

void check_early(const Transcript& t, const AgentTurn& handed, Findings& out) {
    const bool work_to_do = t.expect.resolved.value_or(false) || !t.expect.tools.empty();
    if (t.expect.escalated || !work_to_do) {
        return;
    }
    std::vector<Finding> found;
    if (!is_excused(t, handed)) {
        found.push_back(at(&handed, "handed over although nobody asked for a person and the matter could be settled"));
    }
    out.report("escalation.early", found, "tool-selection");
}

// The matter's own words, or a value the user told, show in the text.
bool speaks_of_the_matter(const Transcript& t, std::string_view text) {
    const bool value = std::ranges::any_of(
        t.file.persona.facts, [&](const Fact& f) { return f.value.size() > 2 && contains_word(text, f.value); });
    const auto topics = t.file.words.topics(text);
    return value ||
           std::ranges::any_of(topics, [&](const std::string& topic) { return t.file.goal.topics.contains(topic); });
}

bool carries_context(const Transcript& t, std::string_view text) {
    return t.file.phrases.hears(Say::context_passed, plain(text)) || speaks_of_the_matter(t, text);
}

// Free words, not just a queue's name: "customer wants a refund for A-10023".
bool has_words(std::string_view text) {
    constexpr std::ptrdiff_t spaces = 2;
    return std::ranges::count(trim(text), ' ') >= spaces;
}

// A slot for the story that was left empty: {"summary": ""}.
bool leaves_a_slot_empty(const json::value& arguments) {
    constexpr std::string_view slots[] = {"summary", "context",     "note",       "notes",   "reason",      "history",
                                          "details", "description", "transcript", "message", "conversation"};
    if (!arguments.is_object()) {
        return false;
    }
    return std::ranges::any_of(arguments.as_object(), [&](const auto& entry) {
        return std::ranges::find(slots, lower(entry.key())) != std::end(slots) && trim(flatten(entry.value())).empty();
    });
}

Finding context_finding(const Transcript& t, const AgentTurn& a) {
    const bool again = a.hears(Say::start_over) && !a.hears(Say::no_need);
    if (again) {
        return at(&a, "hands over and makes the user start again");
    }
    if (carries_context(t, a.turn->text)) {
        return {};
    }
    for (const ToolCall& tool : a.turn->tools) {
        if (!is_handover_tool(tool)) {
            continue;
        }
        if (!tool.arguments) {
            return at(&a,
                      "hands over with " + tool.name + " and does not say that the person learns what this is about",
                      false);
        }
        const std::string arguments = flatten(*tool.arguments);
        if (!has_words(arguments) && !carries_context(t, arguments)) {
            const bool nothing_at_all = trim(arguments).empty() || leaves_a_slot_empty(*tool.arguments);
            return at(&a, "hands over with " + tool.name + " without telling the person what this is about",
                      nothing_at_all && a.goal_stated);
        }
        return {};
    }
    return at(&a, "hands over and does not say that the person learns what this is about", false);
}

void check_context_passed(const Transcript& t, const AgentTurn& handed, Findings& out) {
    std::vector<Finding> found;
    if (Finding finding = context_finding(t, handed); !finding.detail.empty()) {
        found.push_back(std::move(finding));
    }
    out.report("escalation.context", found, "context-loss");
}

// By the answer to the second demand a person must have come up, or the matter be settled, or the way to a person be
// told.
bool in_time(const Transcript& t, const Turn& first_demand, const Turn& second_demand) {
    return std::ranges::any_of(t.agent, [&](const AgentTurn& a) {
        const user::Reading& r = a.reading;
        const bool person = a.hands_over || r.has(Act::offer_human) || r.has(Act::redirect) || grants(t, a);
        const bool answers = a.turn->n > first_demand.n || a.hands_over;  // one who is on the way already will do
        return person && answers && a.turn->n <= second_demand.n + 1;
    });
}

void check_late(const Transcript& t, Findings& out) {
    const std::vector<const Turn*> demanded = demands(t);
    const bool forbidden = t.expect.escalated.has_value() && !*t.expect.escalated;
    if (demanded.size() < 2 || forbidden) {
        return;
    }
    std::vector<Finding> found;
    if (const AgentTurn* second = t.answer_to(demanded[1]->n);
        second != nullptr && !in_time(t, *demanded[0], *demanded[1])) {
        found.push_back(at(second, "the user demanded a person twice and got none"));
    }
    out.report("escalation.late", found, "emotional-miscalibration");
}

}  // namespace

void check_escalation(const Transcript& t, Findings& out) {
    const AgentTurn* handed = handover(t);
    check_expected(t, handed, out);
    if (handed != nullptr) {
        check_early(t, *handed, out);
        check_context_passed(t, *handed, out);
    }
    check_late(t, out);
}

}  // namespace sosia::scoring
