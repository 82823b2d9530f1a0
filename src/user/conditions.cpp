#include "user/conditions.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::user {
namespace {

struct View {
    const State& state;
    const Ledger& ledger;
    const Mood& mood;
    const Observation& seen;
    std::string_view agent_text;
};

bool asks_anything(const Reading& reading) {
    return reading.has(Act::ask_fact) || reading.has(Act::ask_confirm) || reading.has(Act::ask_open) ||
           reading.has(Act::ask_intent);
}

// "Tuesday at 8:40 is free. Shall I book that?" proposes a day; only what holds whatever the user answers is claimed.
bool asserts_claim(const Reading& reading) {
    const bool proposes = asks_anything(reading) || reading.has(Act::offer);
    return std::ranges::any_of(reading.claims, [&](const Claim& c) {
        const bool a_point_in_time = c.kind == ClaimKind::date || c.kind == ClaimKind::time;
        return !c.question && c.kind != ClaimKind::number && !(a_point_in_time && proposes);
    });
}

struct Term {
    const char* name;
    bool (*holds)(const View&);
};

constexpr Term terms[] = {
    {"agent refuses", [](const View& v) { return v.seen.reading.has(Act::refuse) || v.seen.reading.has(Act::deny); }},
    {"agent claims", [](const View& v) { return asserts_claim(v.seen.reading); }},
    {"agent promises", [](const View& v) { return v.seen.reading.has(Act::promise); }},
    {"agent done", [](const View& v) { return v.seen.reading.has(Act::confirm_done); }},
    {"agent asks", [](const View& v) { return asks_anything(v.seen.reading); }},
    {"agent offers", [](const View& v) { return v.seen.reading.has(Act::offer); }},
    {"agent hands over", [](const View& v) { return v.seen.handed_over; }},
    {"agent offers human", [](const View& v) { return v.seen.reading.has(Act::offer_human); }},
    {"agent apologises", [](const View& v) { return v.seen.reading.has(Act::apologise); }},
    {"goal met", [](const View& v) { return v.state.goal == GoalStatus::done; }},
    {"goal open", [](const View& v) { return v.state.goal != GoalStatus::done; }},
    {"goal promised",
     [](const View& v) { return v.state.goal == GoalStatus::promised || v.state.goal == GoalStatus::done; }},
    {"repeated ask", [](const View& v) { return v.seen.repeated_ask; }},
    {"unhelpful", [](const View& v) { return v.seen.unhelpful(); }},
    {"frustrated", [](const View& v) { return v.mood.frustrated(); }},
};

bool term_holds(std::string_view term, const View& view) {
    for (const Term& known : terms) {
        if (term == known.name) {
            return known.holds(view);
        }
    }
    if (term.starts_with("said ")) {
        return contains_word(view.agent_text, trim(term.substr(5)));
    }
    if (term.starts_with("fact ") && term.ends_with(" told")) {
        const Ledger::Entry* entry = view.ledger.find(trim(term.substr(5, term.size() - 10)));
        return entry != nullptr && entry->told;
    }
    return false;
}

}  // namespace

bool holds(std::string_view condition, const State& state, const Ledger& ledger, const Mood& mood,
           const Observation& seen, std::string_view agent_text) {
    const View view{state, ledger, mood, seen, agent_text};
    for (std::string_view part : split(condition, ',')) {
        part = trim(part);
        if (part.empty()) {
            continue;
        }
        const bool negated = part.front() == '!';
        if (term_holds(trim(negated ? part.substr(1) : part), view) == negated) {
            return false;
        }
    }
    return true;
}

const std::vector<std::string>& condition_terms() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const Term& term : terms) {
            out.emplace_back(term.name);
        }
        return out;
    }();
    return names;
}

}  // namespace sosia::user
