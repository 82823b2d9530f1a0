// What the user tells when the agent asks: facts by their disclosure rules, and what else it waits for.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "user/conditions.h"
#include "user/move.h"

namespace sosia::user {

void BuiltinUser::answer_fact(const std::string& fact, bool alone, Move& move) {
    const Ledger::Entry* entry = ledger_.find(fact);
    const std::string label = entry == nullptr ? fact : entry->label;
    const Answer answer = ledger_.answer(fact);
    ledger_.asked(fact);
    switch (answer) {
        case Answer::give:
            move.phrases.push_back(
                {.act = alone ? "disclose_bare" : "disclose", .slot = entry->fact.value, .label = label});
            move.mind.disclosed.push_back(fact);
            ledger_.told(fact, false, state_.user_turn + 1);
            break;
        case Answer::give_wrong:
            move.phrases.push_back({.act = "disclose", .slot = entry->fact.first_says, .label = label});
            move.mind.wrong.push_back(fact);
            ledger_.told(fact, true, state_.user_turn + 1);
            break;
        case Answer::repeat: {
            const std::string& value = entry->wrong ? entry->fact.first_says : entry->fact.value;
            const bool annoyed = mood_.level() > 1.5;
            move.phrases.push_back({.act = annoyed ? "complain_repeat" : "repeat_fact", .slot = value, .label = label});
            if (annoyed) {
                move.phrases.push_back({.act = "disclose_bare", .slot = value, .label = label});
            }
            break;
        }
        case Answer::hold_back:
            move.phrases.push_back({.act = "withhold", .label = label});
            move.mind.withheld.push_back(fact);
            break;
        case Answer::refuse:
            move.phrases.push_back({.act = "refuse_fact", .label = label});
            move.mind.withheld.push_back(fact);
            break;
        case Answer::unknown:
            move.phrases.push_back({.act = "dont_know", .label = label});
            break;
    }
}

std::optional<BuiltinUser::Move> BuiltinUser::answer_facts(const std::vector<std::string>& facts, bool alone) {
    if (facts.empty()) {
        return std::nullopt;
    }
    const bool hesitant = setting_.parts.persona->trait("style") == "terse" && chance_.chance(0.2);
    Move move{.name = "answer", .why = "The agent asked for it, and the persona's rules say what to do."};
    for (const std::string& fact : facts) {
        answer_fact(fact, alone && facts.size() == 1, move);
        if (hesitant) {
            break;  // says one thing at a time
        }
    }
    if (!move.mind.disclosed.empty() || !move.mind.wrong.empty()) {
        move.name = "disclose";
    } else if (!move.mind.withheld.empty()) {
        move.name = "withhold";
    }
    return move;
}

// What the agent waits for, told in the same turn as something else.
void BuiltinUser::answer_besides(Move& move) {
    const auto would_tell = [&](const std::string& fact) {
        const Answer answer = ledger_.answer(fact);
        return answer == Answer::give || answer == Answer::give_wrong;
    };
    if (!std::ranges::all_of(state_.owed.facts, would_tell)) {
        return;  // one thing at a time: a refusal deserves a turn of its own
    }
    const Request owed = std::exchange(state_.owed, {});
    for (const std::string& fact : owed.facts) {
        answer_fact(fact, false, move);
    }
    if (owed.facts.empty() && !owed.choice.empty()) {
        move.phrases.push_back({.act = "disclose_bare", .slot = owed.choice});
    }
}

std::optional<BuiltinUser::Move> BuiltinUser::answer_request(const Request& request, const Observation& seen) {
    if (auto move = answer_facts(request.facts, seen.reading.acts.size() == 1)) {
        return move;
    }
    if (request.other_matter) {
        Move move{
            .name = "decline", .why = "The agent asks for a yes to something else.", .phrases = {{.act = "answer_no"}}};
        move.phrases.push_back({.act = "insist", .slot = setting_.goal.wording});
        return move;
    }
    if (!request.choice.empty()) {
        return Move{.name = "choose",
                    .why = "The agent offers a choice.",
                    .phrases = {{.act = "disclose_bare", .slot = request.choice}}};
    }
    if (request.go_ahead) {
        return Move{.name = "confirm",
                    .why = "The agent asks for a yes, or offers what the user wants.",
                    .phrases = {{.act = "answer_yes"}}};
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::answer_the_agent(const Observation& seen) {
    const Reading& r = seen.reading;
    if (r.has(Act::ask_intent) && seen.repeated_ask) {
        Move move{.name = "insist", .why = "The agent asks again what this is about."};
        move.phrases = {{.act = "back_on_topic", .slot = setting_.goal.wording}};
        return move;
    }
    if (!seen.request.empty() || (!state_.owed.empty() && state_.goal != GoalStatus::done && !r.has(Act::hold))) {
        const bool late = seen.request.empty();
        auto move = answer_request(std::exchange(state_.owed, {}), seen);
        if (move && late) {
            move->why = "Comes back to what the agent asked before.";
        }
        return move;
    }
    if (r.has(Act::ask_fact)) {  // asks for something the user has no value for
        ++state_.unknown_asks;
        Move move{.name = "dont-know", .why = "The agent asks for something this person does not know."};
        move.phrases = {{.act = state_.unknown_asks == 1 ? "answer_open" : "dont_know",
                         .slot = setting_.goal.wording,
                         .label = "that"}};
        return move;
    }
    if (r.has(Act::ask_open) && state_.goal != GoalStatus::done) {
        return Move{.name = "clarify",
                    .why = "The agent asks for more.",
                    .phrases = {{.act = "answer_open", .slot = setting_.goal.wording}}};
    }
    if (r.has(Act::offer_human) && state_.goal == GoalStatus::open) {
        Move move{.name = "decline", .why = "Would rather settle it here.", .phrases = {{.act = "refuse_handover"}}};
        return move;
    }
    return std::nullopt;
}

}  // namespace sosia::user
