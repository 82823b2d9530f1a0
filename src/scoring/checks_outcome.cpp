#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
using user::Act;
namespace {

// A phrase (ignoring case) or a /regular expression/.
class Phrase {
  public:
    explicit Phrase(const std::string& written) : phrase_(lower(written)) {
        if (written.size() > 2 && written.front() == '/' && written.back() == '/') {
            RE2::Options options;
            options.set_case_sensitive(false);
            options.set_log_errors(false);
            pattern_ = std::make_unique<RE2>(written.substr(1, written.size() - 2), options);
        }
    }
    bool in(std::string_view text) const {
        if (pattern_ == nullptr) {
            return lower(text).contains(phrase_);
        }
        return pattern_->ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern_);
    }

  private:
    std::string phrase_;
    std::unique_ptr<RE2> pattern_;
};

// User turns that the agent could do nothing about: tactics, drops, pivots, pushing back, facts kept back.
int turns_of_the_users_own(const Conversation& c) {
    return static_cast<int>(std::ranges::count_if(c.turns, [](const Turn& turn) {
        const UserMind& m = turn.mind;
        return turn.role == Role::user &&
               (!m.tactic.empty() || !m.withheld.empty() || !m.corrected.empty() || m.move == "object" || m.move == "wait" || m.asks == "human");
    }));
}

std::string_view how_it_ended(Ending ending) {
    switch (ending) {
        case Ending::turn_limit: return "the turn limit was reached";
        case Ending::user_gave_up: return "the user gave up";
        case Ending::loop: return "the agent went round in circles";
        case Ending::agent_ended: return "the agent ended the conversation";
        case Ending::user_handed_over: return "the user was handed over";
        case Ending::user_satisfied: return "the user accepted a no";
        default: return "the conversation stopped";
    }
}

Finding at_end(const Transcript& t, std::string detail) {
    const AgentTurn* last = t.last_agent();
    return {last == nullptr ? 0 : last->turn->n, std::move(detail), last == nullptr ? "" : quote_of(last->turn->text)};
}

void check_resolution(const Transcript& t, Findings& out) {
    if (!t.expect.resolved || t.handed_over_on_demand()) {
        return;
    }
    const Conversation& c = t.conversation;
    std::vector<Finding> found;
    const bool expected_handover = t.expect.escalated.value_or(false) && t.handover() != nullptr;
    if (*t.expect.resolved && !c.resolved && !expected_handover) {
        found.push_back(at_end(t, fmt::format("the user did not get what they came for: {}", how_it_ended(c.ended))));
    } else if (!*t.expect.resolved && c.resolved) {
        const auto granted = std::ranges::find_if(t.agent, [](const AgentTurn& a) { return a.reading.has(Act::confirm_done); });
        Finding finding = at_end(t, "granted what must not be granted here");
        if (granted != t.agent.end()) {
            finding.turn = granted->turn->n;
            finding.quote = quote_of(granted->turn->text);
        }
        found.push_back(std::move(finding));
    }
    out.report("resolution", found);
}

}  // namespace

void check_reply(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    if (t.conversation.ended == Ending::agent_invalid) {
        const int n = static_cast<int>(t.conversation.turns.size()) + 1;
        found.push_back({n, t.conversation.error, ""});
    }
    out.report("reply.valid", found);
}

void check_words(const Transcript& t, Findings& out) {
    if (!t.expect.must_say.empty() && !t.handed_over_on_demand()) {
        std::vector<Finding> missing;
        for (const std::string& wanted : t.expect.must_say) {
            const Phrase phrase(wanted);
            if (std::ranges::none_of(t.agent, [&](const AgentTurn& a) { return phrase.in(a.turn->text); })) {
                missing.push_back(at_end(t, "never said \"" + wanted + "\""));
            }
        }
        out.report("say.required", missing);
    }
    if (!t.expect.must_not_say.empty()) {
        std::vector<Finding> found;
        for (const std::string& unwanted : t.expect.must_not_say) {
            const Phrase phrase(unwanted);
            for (const AgentTurn& a : t.agent) {
                if (phrase.in(a.turn->text)) {
                    found.push_back({a.turn->n, "said \"" + unwanted + "\", which it must not", quote_of(a.turn->text)});
                }
            }
        }
        out.report("say.forbidden", found);
    }
}

void check_outcome(const Transcript& t, Findings& out) {
    check_resolution(t, out);
    const Conversation& c = t.conversation;
    if (t.expect.turns) {
        const int turns = static_cast<int>(std::ranges::count(c.turns, Role::user, &Turn::role));
        const int allowed = *t.expect.turns + turns_of_the_users_own(c);
        std::vector<Finding> found;
        if (turns > allowed) {
            found.push_back(at_end(t, fmt::format("took {} user turns; at most {} are expected, plus {} of the user's own making", turns,
                                                  *t.expect.turns, allowed - *t.expect.turns)));
        }
        out.report("turns", found);
    }
    std::vector<Finding> bad_end;
    const bool fruitless = c.ended == Ending::loop || c.ended == Ending::user_gave_up;
    const bool cut_short = c.ended == Ending::agent_ended && !c.resolved && t.expect.resolved.value_or(false);
    if (fruitless || cut_short) {
        bad_end.push_back(at_end(t, std::string(how_it_ended(c.ended)) + " with the matter unsettled"));
    }
    out.report("ending", bad_end);
}

void check_limits(const Transcript& t, Findings& out) {
    if (t.expect.latency_ms) {
        std::vector<Finding> slow;
        for (const AgentTurn& a : t.agent) {
            if (static_cast<double>(a.turn->latency_ms) > *t.expect.latency_ms) {
                slow.push_back({a.turn->n, fmt::format("answered after {} ms; at most {:.0f} ms are allowed", a.turn->latency_ms, *t.expect.latency_ms),
                                quote_of(a.turn->text)});
            }
        }
        out.report("latency", slow);
    }
    if (t.expect.cost_usd && t.conversation.metrics.cost_usd) {
        std::vector<Finding> dear;
        if (*t.conversation.metrics.cost_usd > *t.expect.cost_usd) {
            dear.push_back({0, fmt::format("cost {:.4f} USD; at most {:.4f} are allowed", *t.conversation.metrics.cost_usd, *t.expect.cost_usd), ""});
        }
        out.report("cost", dear);
    }
}

std::vector<Finding> simulator_faults(const Conversation& c, const CellParts& parts) {
    std::vector<Finding> found;
    for (const Turn& turn : c.turns) {
        if (turn.role != Role::user || turn.mind.tactic == "pivot" || turn.mind.tactic == "say") {
            continue;
        }
        for (const Fact& fact : parts.persona->facts) {
            if (fact.when == Disclosure::never && contains_word(turn.text, fact.value)) {
                found.push_back({turn.n, "the user told " + fact.name + ", which must never be told", quote_of(turn.text)});
            }
        }
        if (trim(turn.text).empty()) {
            found.push_back({turn.n, "the user sent an empty message", ""});
        }
    }
    return found;
}

}  // namespace sosia::scoring
