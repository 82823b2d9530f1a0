// Replies that are no replies, and what must or must not be said.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "scoring/checks.h"
#include "scoring/handover.h"

namespace sosia::scoring {
namespace {

// What a broken program sends instead of a sentence. Whole texts, and pieces that no sentence holds.
constexpr std::array<std::string_view, 9> broken_texts{"null",  "undefined",       "none", "nan", "true",
                                                       "false", "[object object]", "{}",   "[]"};
constexpr std::array<std::string_view, 8> broken_pieces{"Traceback (most recent call last)",
                                                        "[object Object]",
                                                        "Internal Server Error",
                                                        "<!DOCTYPE html",
                                                        "<html",
                                                        "NullPointerException",
                                                        "undefined undefined",
                                                        "{{"};

std::string what_is_broken(std::string_view text) {
    const std::string whole = lower(trim(text));
    if (whole.empty()) {
        return "sent nothing";
    }
    if (std::ranges::find(broken_texts, whole) != broken_texts.end()) {
        return "sent \"" + whole + "\" instead of an answer";
    }
    const auto piece = std::ranges::find_if(broken_pieces, [&](std::string_view p) { return text.contains(p); });
    return piece == broken_pieces.end() ? "" : "sent \"" + std::string(*piece) + "\", which belongs to a program";
}

Finding at_end(const Transcript& t, std::string detail, bool gates) {
    const AgentTurn* last = t.last_agent();
    return {last == nullptr ? 0 : last->turn->n, std::move(detail), last == nullptr ? "" : quote_of(last->turn->text),
            gates};
}

void check_must_say(const Transcript& t, Findings& out) {
    if (t.file.must_say.empty() || handed_over_with_reason(t)) {
        return;
    }
    std::vector<Finding> missing;
    for (const TextRule& rule : t.file.must_say) {
        if (std::ranges::none_of(t.agent, [&](const AgentTurn& a) { return rule.holds(a.turn->text); })) {
            missing.push_back(at_end(t, "never said \"" + rule.written() + "\"", !t.user_withheld()));
        }
    }
    out.report("say.required", missing);
}

void check_must_not_say(const Transcript& t, Findings& out) {
    if (t.file.must_not_say.empty()) {
        return;
    }
    std::vector<Finding> found;
    for (const TextRule& rule : t.file.must_not_say) {
        for (const AgentTurn& a : t.agent) {
            if (rule.holds(a.turn->text)) {
                found.push_back(
                    {a.turn->n, "said \"" + rule.written() + "\", which it must not", quote_of(a.turn->text)});
            }
        }
    }
    out.report("say.forbidden", found);
}

}  // namespace

void check_reply(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    if (t.conversation.ended == Ending::agent_invalid) {
        found.push_back({static_cast<int>(t.conversation.turns.size()) + 1,
                         t.conversation.error.empty() ? "sent no valid reply" : t.conversation.error, ""});
    }
    for (const AgentTurn& a : t.agent) {
        if (std::string what = what_is_broken(a.turn->text); !what.empty()) {
            found.push_back({a.turn->n, std::move(what), quote_of(a.turn->text)});
        }
    }
    out.report("reply.valid", found);
}

void check_words(const Transcript& t, Findings& out) {
    check_must_say(t, out);
    check_must_not_say(t, out);
}

}  // namespace sosia::scoring
