// `control: free`: a model chooses what the user does; the rules guard what may be told, the limits and the end.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "user/move.h"

namespace sosia::user {
namespace {

// Checks about hand-overs want to know when the user asked for a person.
bool asks_for_a_person(std::string_view line) {
    constexpr std::array<std::string_view, 20> people{
        "a human",      "a person",       "real person",    "actual person",  "supervisor",
        "your manager", "the manager",    "a manager",      "human agent",    "live agent",
        "someone else", "representative", "einen menschen", "einem menschen", "mitarbeiter",
        "vorgesetzten", "una persona",    "un humano",      "supervisora",    "con un agente"};
    const std::string lowered = lower(line);
    return std::ranges::any_of(people, [&](std::string_view word) { return lowered.contains(word); });
}

}  // namespace

void BuiltinUser::guard_facts(const Observation& seen, Guide& guide) {
    for (const std::string& fact : seen.request.facts) {
        const Answer answer = ledger_.answer(fact);
        const Ledger::Entry* entry = ledger_.find(fact);
        ledger_.asked(fact);
        if (answer == Answer::hold_back || answer == Answer::refuse) {
            (answer == Answer::refuse ? guide.refuse : guide.dodge).push_back(entry->label);
            guide.step.mind.withheld.push_back(fact);
        }
    }
    for (const Ledger::Entry& entry : ledger_.entries()) {
        const Answer answer = ledger_.answer(entry.fact.name);
        const bool open = entry.told || entry.incidental || entry.fact.when == Disclosure::freely || entry.asked > 0;
        const bool asked_enough = entry.fact.when != Disclosure::second_ask || entry.asked > 1 || entry.told;
        if (!open || !asked_enough || answer == Answer::refuse) {
            continue;
        }
        const bool due = entry.wrong && state_.user_turn + 1 >= entry.fact.at_turn;
        const bool wrong = (entry.wrong && !due) || answer == Answer::give_wrong;
        guide.may_tell.push_back({.fact = entry.fact.name,
                                  .label = entry.label,
                                  .value = wrong ? entry.fact.first_says : entry.fact.value,
                                  .instead_of = due ? entry.fact.first_says : "",
                                  .wrong = wrong,
                                  .told = entry.told && !due});
    }
}

Guide BuiltinUser::guide(const AgentMessage* message) {
    Guide out;
    Observation seen;
    if (message != nullptr) {
        seen = observe(*message);
        state_.trigger_pending |= mood_.observe(seen);
        state_.unhelpful += seen.unhelpful() ? 1 : 0;
        auto move = end_by_agent(*message, seen);
        if (!move) {
            move = give_up_or_stop(seen);
        }
        if (move) {
            out.step = word(std::move(*move), std::move(seen.reading));
            return out;
        }
    }
    guard_facts(seen, out);
    out.step.agent_acts = names_of(seen.reading);
    out.step.reading = std::move(seen.reading);
    return out;
}

Step BuiltinUser::play(Guide guide, std::string line, const std::vector<std::size_t>& told, bool leaves, bool content) {
    Step step = std::move(guide.step);
    ++state_.user_turn;
    for (const std::size_t i : told) {
        const Guide::Tellable& fact = guide.may_tell[i];
        if (fact.told) {
            continue;
        }
        (fact.wrong ? step.mind.wrong : step.mind.disclosed).push_back(fact.fact);
        ledger_.told(fact.fact, fact.wrong, state_.user_turn);
        if (!fact.instead_of.empty()) {
            step.mind.corrected.push_back(fact.fact);
            ledger_.correct(fact.fact);
        }
    }
    if (state_.goal == GoalStatus::unstated) {
        state_.goal = GoalStatus::open;
    }
    step.mind.move = leaves ? "end" : "free";
    step.mind.why = "The model plays on its own.";
    step.mind.emotion = mood_.level();
    step.mind.asks = asks_for_a_person(line) ? "human" : "";
    state_.demanded_human += step.mind.asks == "human" ? 1 : 0;
    state_.last_move = step.mind.move;
    state_.last_asks = step.mind.asks;
    step.acts = {step.mind.move};
    step.text = std::move(line);
    if (leaves) {
        state_.goal = content ? GoalStatus::done : state_.goal;
        step.ending = content ? Ending::user_satisfied : Ending::user_gave_up;
    }
    return step;
}

}  // namespace sosia::user
