#include "scoring/checks_world.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "scoring/checks_others.h"
#include "scoring/handover.h"
#include "scoring/values.h"
#include "world/expectations.h"
#include "world/json_text.h"

namespace sosia::scoring {
namespace {

constexpr std::string_view category = "tool-selection";

struct Call {
    ToolCall call;
    const Turn* turn = nullptr;
};

std::vector<Call> served_calls(const std::vector<Turn>& turns) {
    std::vector<Call> out;
    for (const Turn& turn : turns) {
        for (const ToolCall& call : turn.tools) {
            if (call.served) {
                out.push_back({call, &turn});
            }
        }
    }
    return out;
}

std::vector<ToolCall> only_calls(const std::vector<Call>& calls) {
    std::vector<ToolCall> out;
    std::ranges::transform(calls, std::back_inserter(out), &Call::call);
    return out;
}

// A few lines say what is wrong; hundreds say no more.
Finding finding(const std::vector<std::string>& lines, int turn, std::string quote = {}) {
    constexpr std::size_t most = 12;
    std::vector<std::string> shown(lines.begin(),
                                   lines.begin() + static_cast<std::ptrdiff_t>(std::min(most, lines.size())));
    if (lines.size() > most) {
        shown.push_back("and " + std::to_string(lines.size() - most) + " more");
    }
    return {turn, join(shown, "; "), std::move(quote)};
}

void report(std::string_view name, Findings& out, const std::vector<std::string>& lines, int turn) {
    out.report(std::string(name), lines.empty() ? std::vector<Finding>{} : std::vector{finding(lines, turn)}, category);
}

// The turn an end state is to be looked for at: the last one that wrote.
int turn_of_last_write(const std::vector<Call>& calls) {
    int out = 0;
    for (const Call& one : calls) {
        out = one.call.wrote ? one.turn->n : out;
    }
    return out;
}

bool begins_with_yes(std::string_view text) {
    static constexpr std::array words{
        "yes",     "yeah",      "yep",           "yup",        "sure",       "ok",           "okay",
        "correct", "confirmed", "confirm",       "go ahead",   "go on",      "please do",    "do it",
        "right",   "alright",   "all right",     "absolutely", "of course",  "that's right", "fine",
        "agreed",  "ja",        "jawohl",        "genau",      "gern",       "gerne",        "richtig",
        "stimmt",  "passt",     "einverstanden", "in ordnung", "machen sie", "bitte machen", "sí",
        "si",      "claro",     "vale",          "confirmo",   "de acuerdo", "correcto",     "adelante",
        "hágalo",  "exacto"};
    const std::string said = lower(trim(text));
    return std::ranges::any_of(words, [&said](std::string_view word) {
        return said.starts_with(word) &&
               (said.size() == word.size() || std::string_view(" ,.!:;\n").contains(said[word.size()]));
    });
}

// Did the user agree to something the agent had said before turn `n`?
bool has_agreed(const std::vector<Turn>& turns, int n) {
    bool agent_spoke = false;
    for (const Turn& turn : turns) {
        if (turn.n >= n) {
            return false;
        }
        agent_spoke |= turn.role == Role::agent;
        const bool agrees = turn.mind.move == "confirm" || turn.mind.move == "accept" || turn.mind.move == "choose" ||
                            begins_with_yes(turn.text);
        if (turn.role == Role::user && agent_spoke && agrees) {
            return true;
        }
    }
    return false;
}

// What a hand-over writes down (a ticket, a place in a queue) is no deed that anybody has to agree to first.
bool acts_on_the_matter(const Call& one) {
    return one.call.wrote && !is_handover_tool(one.call);
}

// The user demanded a person and got one before anything was done: what should have become of the documents is up to
// that person now.
bool left_to_a_person(const Transcript& t, const std::vector<Call>& calls) {
    return handed_over_on_demand(t) && std::ranges::none_of(calls, acts_on_the_matter);
}

void check_confirmed(const Conversation& c, const std::vector<Call>& calls, Findings& out) {
    std::vector<Finding> found;
    for (const Call& one : calls) {
        if (acts_on_the_matter(one) && !has_agreed(c.turns, one.turn->n)) {
            found.push_back({one.turn->n, one.call.name + " changed the world before the user had agreed",
                             quote_of(one.turn->text)});
        }
    }
    for (const Companion& other : c.others) {
        for (const Call& one : served_calls(other.turns)) {
            if (acts_on_the_matter(one) && !has_agreed(other.turns, one.turn->n)) {
                found.push_back(
                    {0, fmt::format("{} changed the world before {} had agreed", one.call.name, other.persona), ""});
            }
        }
    }
    out.report("world.confirmed", found, category);
}

void check_calls(const WorldExpectation& expect, const std::vector<Call>& calls, bool still_to_do, Findings& out) {
    const std::vector<ToolCall> plain = only_calls(calls);
    if (!expect.calls.empty() && !still_to_do) {
        report("world.calls", out, world::call_problems(expect, plain), 0);
    }
    if (expect.ordered && expect.calls.size() > 1 && !still_to_do) {
        report("world.order", out, world::order_problems(expect, plain), 0);
    }
    if (expect.max_calls) {
        const auto most = static_cast<std::size_t>(*expect.max_calls);
        const bool too_many = calls.size() > most;
        report("world.max-calls", out,
               too_many ? std::vector{std::to_string(calls.size()) + " calls, expected at most " + std::to_string(most)}
                        : std::vector<std::string>{},
               too_many ? calls[most].turn->n : 0);
    }
}

void check_outputs(const WorldExpectation& expect, const Conversation& c, Findings& out) {
    std::vector<std::string> messages;
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::agent) {
            messages.push_back(turn.text);
        }
    }
    std::vector<std::string> lines;
    for (const std::string& missing : world::missing_outputs(expect, messages)) {
        lines.push_back("the user was never told \"" + missing + "\"");
    }
    report("world.outputs", out, lines, 0);
}

void check_end_state(const WorldExpectation& expect, const world::EndState& end, int turn, Findings& out) {
    if (!expect.documents.empty()) {
        report("world.documents", out, world::document_problems(expect, end), turn);
    }
    if (!expect.queries.empty()) {
        report("world.queries", out, world::query_problems(expect, end), turn);
    }
    if (expect.actions) {
        report("world.actions", out, world::action_problems(expect, end), turn);
    }
    if (expect.unchanged) {
        report("world.unchanged", out, world::change_problems(end), turn);
    }
}

}  // namespace

Result<WorldChecks> WorldChecks::create(const Suite& suite) {
    WorldChecks out;
    out.suite_ = &suite;
    for (const WorldSpec& spec : suite.worlds) {
        Result<std::shared_ptr<const world::Toolbox>> toolbox = world::Toolbox::make(spec);
        if (!toolbox) {
            return fail(toolbox.error().kind, "world " + spec.id + ": " + toolbox.error().message,
                        toolbox.error().hint);
        }
        out.toolboxes_[spec.id] = std::move(*toolbox);
    }
    return out;
}

void WorldChecks::run(const Transcript& t, const CellParts& parts, Findings& out) const {
    const Conversation& c = t.conversation;
    if (!c.others.empty()) {
        check_others(c, parts, *suite_, out);
    }
    const auto toolbox = toolboxes_.find(parts.scenario->world);
    if (!t.expect.world || toolbox == toolboxes_.end()) {
        return;
    }
    const WorldExpectation& expect = *t.expect.world;
    const std::vector<Call> calls = served_calls(c.turns);
    const Result<world::EndState> end =
        world::end_state(*toolbox->second, parts.edge_case->documents, parts.edge_case->events,
                         c.world.value_or(WorldRecord{.world = parts.scenario->world, .changes = {}}));
    if (!end) {
        out.report("world.state", {{0, end.error().message, ""}}, category);
        return;
    }
    const bool still_to_do = left_to_a_person(t, calls);
    if (!still_to_do) {
        check_end_state(expect, *end, turn_of_last_write(calls), out);
    }
    check_calls(expect, calls, still_to_do, out);
    if (expect.confirmed) {
        check_confirmed(c, calls, out);
    }
    if (!expect.outputs.empty() && !still_to_do) {
        check_outputs(expect, c, out);
    }
}

std::string WorldChecks::broken_tool(const Conversation& conversation) {
    std::vector<Call> calls = served_calls(conversation.turns);
    for (const Companion& other : conversation.others) {
        std::ranges::move(served_calls(other.turns), std::back_inserter(calls));
    }
    for (const Call& one : calls) {
        if (one.call.error == "broken") {
            return "the tool " + one.call.name +
                   " is broken: " + (one.call.result ? world::answer_text(*one.call.result, false) : std::string());
        }
    }
    return {};
}

}  // namespace sosia::scoring
