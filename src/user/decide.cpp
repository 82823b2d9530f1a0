// What does the user do next? The rules in order of precedence; the first that applies wins.
#include <algorithm>

#include "base/text.h"
#include "user/conditions.h"
#include "user/move.h"
#include "user/options.h"

namespace sosia::user {
namespace {

constexpr int most_demands = 3;       // demands for a person before the user gives up on getting one
constexpr int longest_same_run = 3;   // identical messages in a row before the user leaves
constexpr int most_insisting = 3;

// How often this person pushes back on a refusal before accepting it.
int stubbornness(const Persona& persona, const Mood& mood) {
    const std::string_view intent = persona.trait("intent");
    const int base = intent == "adversarial" ? 2 : 1;
    return std::min(most_insisting, base + (mood.frustrated() ? 1 : 0));
}

bool speaks_about_people(std::string_view act) {
    return act == "demand-human" || act == "demand-supervisor";
}

}  // namespace

BuiltinUser::Move BuiltinUser::decide(const AgentMessage& message, const Observation& seen) {
    if (auto move = end_by_agent(message, seen)) {
        return std::move(*move);
    }
    if (auto move = correct_a_value(message, seen)) {
        return std::move(*move);
    }
    if (auto move = give_up_or_stop(seen)) {
        return std::move(*move);
    }
    if (auto move = play_pivot(message, seen)) {
        return std::move(*move);
    }
    if (auto move = demand_person(seen)) {
        return std::move(*move);
    }
    if (auto move = play_tactic(message, seen, false)) {
        return std::move(*move);
    }
    if (auto move = push_back(seen)) {
        return std::move(*move);
    }
    if (auto move = go_off_script()) {
        return std::move(*move);
    }
    if (auto move = answer_the_agent(message, seen)) {
        return std::move(*move);
    }
    if (auto move = finish(message, seen)) {
        return std::move(*move);
    }
    return keep_going(seen);
}

std::optional<BuiltinUser::Move> BuiltinUser::end_by_agent(const AgentMessage& message, const Observation& seen) {
    if (seen.handed_over) {
        Move move{.name = "accept-handover", .why = "The agent passes the user to a person.", .phrases = {{.act = "accept_handover"}}};
        move.ending = Ending::user_handed_over;
        return move;
    }
    if (message.ended) {
        Move move{.name = "end", .why = "The agent closed the conversation."};
        move.ending = Ending::agent_ended;
        return move;
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::correct_a_value(const AgentMessage& message, const Observation& seen) {
    if (const Ledger::Entry* entry = ledger_.awaiting_correction()) {
        const bool due = state_.user_turn + 1 >= entry->fact.at_turn;
        const bool last_chance = state_.goal == GoalStatus::done || state_.goal == GoalStatus::promised;
        const bool echoed = seen.reading.has(Act::ask_confirm) && contains_word(message.text, entry->fact.first_says);
        if (due || last_chance || echoed) {
            Move move{.name = "correct"};
            move.why = due ? "The persona corrects this value at this turn."
                           : (echoed ? "The agent repeats the wrong value and asks for confirmation." : "Corrects the value before it is too late.");
            correct_into(move, *entry);
            if (state_.acted_on_wrong_value && (state_.goal == GoalStatus::done || state_.goal == GoalStatus::promised)) {
                state_.goal = GoalStatus::open;  // what was done was done with the wrong value
            }
            state_.acted_on_wrong_value = false;
            return move;
        }
    }
    if (seen.used_wrong_value && !in_a_hurry()) {
        for (const Ledger::Entry& entry : ledger_.entries()) {
            if (entry.corrected && !entry.fact.first_says.empty() && contains_word(message.text, entry.fact.first_says)) {
                Move move{.name = "correct", .why = "The agent uses the value that was corrected before."};
                correct_into(move, entry);
                return move;
            }
        }
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::give_up_or_stop(const Observation& seen) {
    if (seen.same_text_run >= longest_same_run) {
        Move move{.name = "give-up", .why = "The agent says the same thing again and again.", .phrases = {{.act = "give_up"}}};
        move.ending = Ending::loop;
        return move;
    }
    const bool out_of_patience = state_.unhelpful >= setting_.parts.persona->knobs.patience;
    const bool nobody_comes = state_.demanded_human >= most_demands && !state_.human_offered;
    if (state_.goal != GoalStatus::done && (out_of_patience || nobody_comes)) {
        Move move{.name = "give-up", .phrases = {{.act = "give_up"}}};
        move.why = nobody_comes ? "Demanded a person three times and got none." : "Out of patience with unhelpful answers.";
        move.ending = Ending::user_gave_up;
        return move;
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::play_pivot(const AgentMessage& message, const Observation& seen) {
    for (std::size_t i = 0; i < setting_.pivots.size(); ++i) {
        const Pivot& pivot = setting_.pivots[i];
        if (state_.pivot_fired[i] || (pivot.after && state_.user_turn < *pivot.after)) {
            continue;
        }
        if (!pivot.when.empty() && !holds(pivot.when, state_, ledger_, mood_, seen, message.text)) {
            continue;
        }
        state_.pivot_fired[i] = true;
        Move move = spoken(pivot.say, "pivot", "The scenario makes the user say this here.");
        move.mind.tactic = "pivot";
        move.mind.expect = pivot.expect;
        move.mind.asks = pivot.say.contains('?') ? "pivot:" + std::to_string(i) : "";
        return move;
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::demand_person(const Observation& seen) {
    if (state_.human_offered && state_.demanded_human > 0) {
        return Move{.name = "accept-human", .why = "Asked for a person; the agent offers one.", .phrases = {{.act = "answer_yes"}}};
    }
    const bool insists = state_.demanded_human > 0 && speaks_about_people(state_.last_move) && state_.goal != GoalStatus::done;
    const bool fed_up = mood_.provoked() && mood_.level() >= 4.5 && state_.goal != GoalStatus::done && state_.demanded_human == 0;
    if (!state_.trigger_pending && !insists && !fed_up) {
        return std::nullopt;
    }
    state_.trigger_pending = false;
    if (state_.demanded_human >= most_demands || state_.goal == GoalStatus::done) {
        return std::nullopt;
    }
    Move move{.name = "demand-human", .phrases = {{.act = "demand_human"}}};
    move.why = insists ? "Asked for a person and did not get one." : (fed_up ? "Too angry to go on with the agent." : "One of the persona's escalation triggers fired.");
    move.mind.asks = "human";
    (void)seen;
    return move;
}

std::optional<BuiltinUser::Move> BuiltinUser::play_tactic(const AgentMessage& message, const Observation& seen, bool before_end) {
    if (in_a_hurry()) {
        return std::nullopt;
    }
    const std::vector<Tactic>& tactics = setting_.parts.adversary->tactics;
    for (std::size_t i = 0; i < tactics.size(); ++i) {
        const Tactic& tactic = tactics[i];
        if (state_.tactic_fired[i] >= tactic.times || (!before_end && tactic.after && state_.user_turn < *tactic.after)) {
            continue;
        }
        if (!holds(tactic.when, state_, ledger_, mood_, seen, message.text)) {
            continue;
        }
        Random draw = chance_.derive("tactic").derive(i * 1000 + static_cast<std::size_t>(state_.user_turn));
        if (!draw.chance(tactic.chance)) {
            continue;
        }
        return tactic_move(tactic, ++state_.tactic_fired[i]);
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::push_back(const Observation& seen) {
    if (!seen.goal_declined) {
        return std::nullopt;
    }
    if (state_.insisted < stubbornness(*setting_.parts.persona, mood_) && !in_a_hurry()) {
        ++state_.insisted;
        Move move{.name = "object", .why = "Does not accept the refusal yet."};
        move.phrases = {{.act = state_.insisted == 1 ? "object" : "insist", .slot = setting_.goal.wording}};
        return move;
    }
    if (auto side = ask_side()) {
        return side;
    }
    Move move{.name = "resign", .why = "Pushed back and accepts that the answer is no.", .phrases = {{.act = "resigned_end"}}};
    move.ending = Ending::user_satisfied;
    return move;
}

std::optional<BuiltinUser::Move> BuiltinUser::go_off_script() {
    constexpr int most_drops = 2;
    const bool drops = chance_.chance(setting_.parts.persona->knobs.drop);
    if (!drops || state_.off_topic || state_.drops >= most_drops || in_a_hurry() || state_.goal == GoalStatus::done) {
        return std::nullopt;
    }
    ++state_.drops;
    constexpr const char* kinds[] = {"drift", "silence", "wrong_paste"};
    const char* kind = kinds[chance_.below(3)];
    Move move{.name = kind, .why = "Drops off script, as this persona now and then does.", .phrases = {{.act = kind}}};
    move.mind.tactic = "drop";
    std::ranges::replace(move.name, '_', '-');
    return move;
}

void BuiltinUser::answer_fact(const std::string& fact, bool alone, Move& move) {
    const Ledger::Entry* entry = ledger_.find(fact);
    const std::string label = entry == nullptr ? fact : Ledger::label(entry->fact);
    const Answer answer = ledger_.answer(fact);
    ledger_.asked(fact);
    switch (answer) {
        case Answer::give:
            move.phrases.push_back({.act = alone ? "disclose_bare" : "disclose", .slot = entry->fact.value, .label = label});
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
        case Answer::unknown: move.phrases.push_back({.act = "dont_know", .label = label}); break;
    }
}

std::optional<BuiltinUser::Move> BuiltinUser::answer_facts(const AgentMessage& message, const Observation& seen) {
    std::vector<std::string> asked;
    for (const ReadAct& act : seen.reading.acts) {
        if (act.act == Act::ask_fact && !act.fact.empty() && std::ranges::find(asked, act.fact) == asked.end()) {
            asked.push_back(act.fact);
        }
    }
    if (asked.empty()) {
        asked = facts_hinted_at(message, seen.reading);
    }
    if (asked.empty()) {
        return std::nullopt;
    }
    const bool hesitant = setting_.parts.persona->trait("style") == "terse" && chance_.chance(0.2);
    if (hesitant) {
        asked.resize(1);
    }
    Move move{.name = "answer", .why = "The agent asked for it, and the persona's rules say what to do."};
    for (const std::string& fact : asked) {
        answer_fact(fact, asked.size() == 1 && seen.reading.acts.size() == 1, move);
    }
    if (!move.mind.disclosed.empty() || !move.mind.wrong.empty()) {
        move.name = "disclose";
    } else if (!move.mind.withheld.empty()) {
        move.name = "withhold";
    }
    return move;
}

std::optional<BuiltinUser::Move> BuiltinUser::answer_the_agent(const AgentMessage& message, const Observation& seen) {
    if (auto move = answer_facts(message, seen)) {
        if (state_.goal == GoalStatus::unstated && move->ending == std::nullopt) {
            move->phrases.push_back({.act = "open", .slot = setting_.goal.wording});
            state_.goal = GoalStatus::open;
        }
        return move;
    }
    const Reading& r = seen.reading;
    if (state_.goal == GoalStatus::unstated && (r.has(Act::ask_intent) || r.has(Act::ask_open))) {
        return state_goal(false);
    }
    if (r.has(Act::ask_confirm) || r.has(Act::offer) || r.has(Act::ask_open) || r.has(Act::ask_fact)) {
        std::vector<std::string> wanted;
        for (const Ledger::Entry& entry : ledger_.entries()) {
            if (!entry.incidental && entry.fact.when != Disclosure::never) {
                wanted.push_back(entry.fact.value);
            }
        }
        if (const auto option = choose_option(message.text, r, engine_.words(), setting_.goal.topics, wanted)) {
            Move move{.name = "choose", .why = "The agent offers a choice.", .phrases = {{.act = "disclose_bare", .slot = *option}}};
            return move;
        }
    }
    if (r.has(Act::ask_intent) && seen.repeated_ask) {
        Move move{.name = "insist", .why = "The agent asks again what this is about."};
        move.phrases = {{.act = "back_on_topic", .slot = setting_.goal.wording}};
        return move;
    }
    if (r.has(Act::ask_confirm) || (r.has(Act::offer) && state_.goal != GoalStatus::done)) {
        if (state_.goal == GoalStatus::unstated) {
            return state_goal(false);
        }
        return Move{.name = "confirm", .why = "The agent asks for a yes, or offers what the user wants.", .phrases = {{.act = "answer_yes"}}};
    }
    if (r.has(Act::ask_fact)) {  // asks for something the user has no value for
        ++state_.unknown_asks;
        Move move{.name = "dont-know", .why = "The agent asks for something this person does not know."};
        move.phrases = {{.act = state_.unknown_asks == 1 ? "answer_open" : "dont_know", .slot = setting_.goal.wording, .label = "that"}};
        return move;
    }
    if (r.has(Act::ask_open) && state_.goal != GoalStatus::done) {
        return Move{.name = "clarify", .why = "The agent asks for more.", .phrases = {{.act = "answer_open", .slot = setting_.goal.wording}}};
    }
    return std::nullopt;
}

std::optional<BuiltinUser::Move> BuiltinUser::finish(const AgentMessage& message, const Observation& seen) {
    if (state_.goal != GoalStatus::done) {
        return std::nullopt;
    }
    if (auto side = ask_side()) {
        return side;
    }
    if (auto move = play_tactic(message, seen, true)) {
        return move;
    }
    Move move{.name = "end", .why = "Got what they came for.", .phrases = {{.act = "satisfied_end"}}};
    move.ending = Ending::user_satisfied;
    return move;
}

BuiltinUser::Move BuiltinUser::keep_going(const Observation& seen) {
    const Reading& r = seen.reading;
    if (state_.goal == GoalStatus::unstated) {
        return state_goal(false);
    }
    if (r.has(Act::hold)) {
        return Move{.name = "wait", .why = "The agent asked to wait.", .phrases = {{.act = "wait_ok"}}};
    }
    if (auto side = ask_side()) {
        return std::move(*side);
    }
    if (state_.goal == GoalStatus::declined) {
        Move move{.name = "resign", .why = "The answer stays no.", .phrases = {{.act = "resigned_end"}}};
        move.ending = Ending::user_satisfied;
        return move;
    }
    if (state_.goal == GoalStatus::promised) {
        constexpr int most_probes = 2;
        if (++state_.completion_probes >= most_probes) {
            state_.goal = GoalStatus::done;
            Move move{.name = "end", .why = "Promised, and nothing more to ask.", .phrases = {{.act = "satisfied_end"}}};
            move.ending = Ending::user_satisfied;
            return move;
        }
        return Move{.name = "accept", .why = "The agent says it is under way.", .phrases = {{.act = "accept"}}};
    }
    if (state_.off_topic) {
        return Move{.name = "back-on-topic", .why = "Returns to the matter.", .phrases = {{.act = "back_on_topic", .slot = setting_.goal.wording}}};
    }
    return Move{.name = "insist", .why = "Nothing was asked and the matter is still open.", .phrases = {{.act = "insist", .slot = setting_.goal.wording}}};
}

}  // namespace sosia::user
