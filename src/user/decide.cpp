// What does the user do next? The rules in order of precedence; the first that applies wins.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "user/conditions.h"
#include "user/move.h"

namespace sosia::user {
namespace {

constexpr int most_demands = 3;      // demands for a person before the user gives up on getting one
constexpr int longest_same_run = 3;  // identical messages in a row before the user leaves
constexpr int most_insisting = 3;
constexpr int most_stuck = 4;  // times the user repeats what they want to an agent that neither asks nor acts

// How often this person pushes back on a refusal before accepting it.
int stubbornness(const Persona& persona, const Mood& mood) {
    const std::string_view intent = persona.trait("intent");
    const int base = intent == "adversarial" ? 2 : 1;
    return std::min(most_insisting, base + (mood.frustrated() ? 1 : 0));
}

bool speaks_about_people(std::string_view act) {
    return act == "demand-human" || act == "demand-supervisor";
}

// Lets off steam and can do so while answering.
bool shows_feelings(std::string_view act) {
    constexpr std::array<std::string_view, 5> feelings{"vent", "guilt", "insult", "impatient", "threaten-leave"};
    return std::ranges::find(feelings, act) != feelings.end();
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
    if (auto move = say_what_for(seen)) {
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
    if (auto move = answer_the_agent(seen)) {
        return std::move(*move);
    }
    if (auto move = finish(message, seen)) {
        return std::move(*move);
    }
    return keep_going(seen);
}

std::optional<BuiltinUser::Move> BuiltinUser::end_by_agent(const AgentMessage& message, const Observation& seen) {
    if (seen.handed_over) {
        Move move{.name = "accept-handover",
                  .why = "The agent passes the user to a person.",
                  .phrases = {{.act = "accept_handover"}}};
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
                           : (echoed ? "The agent repeats the wrong value and asks for confirmation."
                                     : "Corrects the value before it is too late.");
            correct_into(move, *entry);
            if (state_.acted_on_wrong_value &&
                (state_.goal == GoalStatus::done || state_.goal == GoalStatus::promised)) {
                state_.goal = GoalStatus::open;  // what was done was done with the wrong value
            }
            state_.acted_on_wrong_value = false;
            return move;
        }
    }
    if (seen.used_wrong_value && !in_a_hurry()) {
        for (const Ledger::Entry& entry : ledger_.entries()) {
            if (entry.corrected && !entry.fact.first_says.empty() &&
                contains_word(message.text, entry.fact.first_says)) {
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
        Move move{.name = "give-up",
                  .why = "The agent says the same thing again and again.",
                  .phrases = {{.act = "give_up"}}};
        move.ending = Ending::loop;
        return move;
    }
    const bool out_of_patience = state_.unhelpful >= setting_.parts.persona->knobs.patience;
    const bool nobody_comes = state_.demanded_human >= most_demands && !state_.human_offered;
    if (state_.goal != GoalStatus::done && (out_of_patience || nobody_comes)) {
        Move move{.name = "give-up", .phrases = {{.act = "give_up"}}};
        move.why =
            nobody_comes ? "Demanded a person three times and got none." : "Out of patience with unhelpful answers.";
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

// Nobody wanders off or piles on pressure before having said what this is about.
std::optional<BuiltinUser::Move> BuiltinUser::say_what_for(const Observation& seen) {
    if (state_.goal != GoalStatus::unstated) {
        return std::nullopt;
    }
    if (!seen.request.facts.empty()) {
        auto move = answer_facts(seen.request.facts, false);
        move->phrases.push_back({.act = "open", .slot = setting_.goal.wording});
        state_.goal = GoalStatus::open;
        return move;
    }
    return state_goal(false);
}

std::optional<BuiltinUser::Move> BuiltinUser::demand_person(const Observation& seen) {
    if (state_.human_offered && state_.demanded_human > 0) {
        return Move{.name = "accept-human",
                    .why = "Asked for a person; the agent offers one.",
                    .phrases = {{.act = "answer_yes"}}};
    }
    const bool insists =
        state_.demanded_human > 0 && speaks_about_people(state_.last_move) && state_.goal != GoalStatus::done;
    const bool fed_up =
        mood_.provoked() && mood_.level() >= 4.5 && state_.goal != GoalStatus::done && state_.demanded_human == 0;
    if (!state_.trigger_pending && !insists && !fed_up) {
        return std::nullopt;
    }
    state_.trigger_pending = false;
    if (state_.demanded_human >= most_demands || state_.goal == GoalStatus::done) {
        return std::nullopt;
    }
    Move move{.name = "demand-human"};
    move.why =
        insists ? "Asked for a person and did not get one."
                : (fed_up ? "Too angry to go on with the agent." : "One of the persona's escalation triggers fired.");
    if (insists && !seen.request.facts.empty()) {  // "before I put you through: what is your order number?"
        answer_besides(move);
    }
    move.phrases.push_back({.act = "demand_human"});
    move.mind.asks = "human";
    return move;
}

bool BuiltinUser::may_fire(std::size_t i, const AgentMessage& message, const Observation& seen, bool before_end) const {
    const Tactic& tactic = setting_.parts.adversary->tactics[i];
    if (state_.tactic_fired[i] >= tactic.times || (!before_end && tactic.after && state_.user_turn < *tactic.after)) {
        return false;
    }
    if (tactic.act == "back-on-topic" && !state_.off_topic) {
        return false;  // never left it
    }
    constexpr int most_framings = 3;
    if (tactic.act == "ask-again" && state_.framings >= most_framings) {
        return false;
    }
    return holds(tactic.when, state_, ledger_, mood_, seen, message.text);
}

std::optional<BuiltinUser::Move> BuiltinUser::play_tactic(const AgentMessage& message, const Observation& seen,
                                                          bool before_end) {
    if (in_a_hurry()) {
        return std::nullopt;
    }
    // After an aside the agent gets what it waits for: pressure goes along with a conversation, it does not take its
    // place.
    // Whoever disputes a condition does not say yes to it at the first repetition: a go-ahead may wait.
    const bool disputes = (state_.last_move == "object" || state_.last_move == "demand-citation") &&
                          state_.owed.facts.empty() && state_.owed.choice.empty();
    const bool answers_first = !state_.owed.empty() && !disputes && !seen.goal_declined &&
                               (state_.aside || state_.off_topic || !state_.last_asks.empty());
    const std::vector<Tactic>& tactics = setting_.parts.adversary->tactics;
    for (std::size_t i = 0; i < tactics.size(); ++i) {
        const bool returns = tactics[i].act == "back-on-topic";
        if ((answers_first && !returns) || !may_fire(i, message, seen, before_end)) {
            continue;
        }
        Random draw = chance_.derive("tactic").derive(i * 1000 + static_cast<std::size_t>(state_.user_turn));
        if (!draw.chance(tactics[i].chance)) {
            continue;
        }
        ++state_.tactic_fired[i];
        Move move = tactic_move(tactics[i]);
        const bool goes_with_an_answer = shows_feelings(tactics[i].act) && move.verbatim.empty() && draw.chance(0.5);
        if (returns || goes_with_an_answer) {
            answer_besides(move);
        }
        return move;
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
    Move move{.name = "resign",
              .why = "Pushed back and accepts that the answer is no.",
              .phrases = {{.act = "resigned_end"}}};
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

// Dodged at the first ask and not asked for again.
std::vector<std::string> BuiltinUser::facts_held_back() const {
    std::vector<std::string> held;
    for (const Ledger::Entry& entry : ledger_.entries()) {
        if (!entry.told && entry.asked > 0 && entry.fact.when == Disclosure::second_ask && state_.stuck > 0) {
            held.push_back(entry.fact.name);
        }
    }
    return held;
}

BuiltinUser::Move BuiltinUser::keep_going(const Observation& seen) {
    const Reading& r = seen.reading;
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
            Move move{
                .name = "end", .why = "Promised, and nothing more to ask.", .phrases = {{.act = "satisfied_end"}}};
            move.ending = Ending::user_satisfied;
            return move;
        }
        return Move{.name = "accept", .why = "The agent says it is under way.", .phrases = {{.act = "accept"}}};
    }
    if (auto move = answer_facts(facts_held_back(), false)) {
        move->why = "Nothing moves on without what was kept back.";
        return std::move(*move);
    }
    if (state_.off_topic) {
        return Move{.name = "back-on-topic",
                    .why = "Returns to the matter.",
                    .phrases = {{.act = "back_on_topic", .slot = setting_.goal.wording}}};
    }
    constexpr int often_enough = 2;  // after that many plain answers that are not what the user wants, the answer is no
    if (++state_.stuck > (setting_.may_end_in_no ? often_enough : most_stuck)) {
        // An agent that answers plainly has said what there is to say; one that does not has driven the user away.
        const bool plain = !seen.unhelpful() || setting_.may_end_in_no;
        Move move{.name = plain ? "resign" : "give-up",
                  .why = "Said it again and again, and nothing more comes of it.",
                  .phrases = {{.act = plain ? "resigned_end" : "give_up"}}};
        move.ending = plain ? Ending::user_satisfied : Ending::user_gave_up;
        return move;
    }
    return Move{.name = "insist",
                .why = "Nothing was asked and the matter is still open.",
                .phrases = {{.act = "insist", .slot = setting_.goal.wording}}};
}

}  // namespace sosia::user
