// Decided moves become turns: phrases, bookkeeping, words.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "user/move.h"

namespace sosia::user {
namespace {

struct TacticWords {
    const char* act;     // as adversaries write it
    const char* phrase;  // key of the phrase bank
    bool about_goal;     // {slot} is the goal
    bool off_topic;      // leads away from the matter
};

constexpr TacticWords tactic_words[] = {
    {"object", "object", true, false},
    {"demand-citation", "demand_citation", false, false},
    {"demand-supervisor", "demand_supervisor", false, false},
    {"demand-human", "demand_human", false, false},
    {"conflict-detail", "detail_conflict", true, false},
    {"impatient", "impatient", false, false},
    {"threaten-leave", "threaten_leave", false, false},
    {"vent", "vent", false, false},
    {"guilt", "guilt", false, false},
    {"insult", "insult_mild", false, false},
    {"drift", "drift", false, true},
    {"silence", "silence", false, true},
    {"wrong-paste", "wrong_paste", false, true},
    {"back-on-topic", "back_on_topic", true, false},
    {"inject", "inject", false, true},
    {"social", "social", false, true},
    {"third-party", "third_party", false, true},
    {"insist", "insist", true, false},
};

// The ready adversaries speak English. Whoever speaks another language says such things in their own words; what must
// come back word by word (`watch`) stays as it is.
bool in_own_words(const Tactic& tactic, std::string_view language) {
    constexpr std::array<std::string_view, 5> english{"the", "you", "your", "me", "please"};
    const bool worded_in_english =
        std::ranges::any_of(english, [&](std::string_view word) { return contains_word(tactic.say, word); });
    return (tactic.act == "social" || tactic.act == "third-party") && tactic.watch.empty() && worded_in_english &&
           !language.starts_with("en");
}

bool leads_away(std::string_view move) {
    return std::ranges::any_of(tactic_words, [&](const TacticWords& w) { return w.off_topic && move == w.act; }) ||
           move == "pivot" || move == "say";
}

}  // namespace

bool BuiltinUser::in_a_hurry() const {
    constexpr int turns_to_finish = 4;  // what a cooperative ending may still need
    return state_.user_turn >= std::max(2, setting_.turn_limit - turns_to_finish);
}

BuiltinUser::Move BuiltinUser::spoken(std::string text, std::string move, std::string why) const {
    const Ledger::Entry* named = nullptr;
    std::string filled = replace_all(std::move(text), "{{intent}}", setting_.goal.wording);
    for (const Ledger::Entry& entry : ledger_.entries()) {
        filled = replace_all(std::move(filled), "{{" + entry.fact.name + "}}", entry.fact.value);
        named = named == nullptr ? &entry : named;
    }
    filled = replace_all(std::move(filled), "{{fact}}", named == nullptr ? "" : named->fact.value);
    return Move{.name = std::move(move), .why = std::move(why), .verbatim = std::move(filled)};
}

BuiltinUser::Move BuiltinUser::tactic_move(const Tactic& tactic) {
    Move move;
    if (!tactic.say.empty() && !in_own_words(tactic, setting_.parts.persona->language)) {
        move = spoken(tactic.say, tactic.act, "The adversary's tactic says this.");
    } else if (tactic.act == "ask-again") {
        const int framing = std::min(state_.framings + 1, 3);
        move = Move{.name = "ask-again",
                    .why = "Asks the same question in another framing.",
                    .phrases = {{.act = "ask_again_" + std::to_string(framing), .slot = setting_.goal.question}}};
    } else {
        const auto words =
            std::ranges::find_if(tactic_words, [&](const TacticWords& w) { return tactic.act == w.act; });
        const bool known = words != std::end(tactic_words);
        move = Move{.name = tactic.act,
                    .why = "The adversary's tactic.",
                    .phrases = {{.act = known ? words->phrase : "insist",
                                 .slot = !known || words->about_goal ? setting_.goal.wording : ""}}};
    }
    move.mind.tactic = tactic.act;
    move.mind.expect = tactic.expect;
    move.mind.watch = tactic.watch;
    if (tactic.act == "ask-again") {
        ++state_.framings;
        forget_side_intents_about(setting_.goal.question);
    }
    if (tactic.act == "ask-again" || tactic.act == "conflict-detail") {
        move.mind.asks = "truth:" + (setting_.goal.question_topic.empty() ? "goal" : setting_.goal.question_topic);
    } else if (tactic.act == "demand-human" || tactic.act == "demand-supervisor") {
        move.mind.asks = "human";
    } else if (tactic.act == "demand-citation") {
        move.mind.asks = "citation";
    }
    return move;
}

// Whoever has asked three times how long the review takes does not ask it once more as a side question.
void BuiltinUser::forget_side_intents_about(std::string_view question) {
    const std::set<std::string> asked = engine_.words().topics(question);
    for (SideIntent& side : state_.side) {
        const std::set<std::string> topics = engine_.words().topics(side.wording);
        const auto shared = std::ranges::count_if(topics, [&](const std::string& t) { return asked.contains(t); });
        if (side.status == SideStatus::pending && shared > 0 &&
            static_cast<std::size_t>(shared) * 2 > std::min(topics.size(), asked.size())) {
            side.status = SideStatus::answered;
        }
    }
}

std::optional<BuiltinUser::Move> BuiltinUser::ask_side() {
    if (in_a_hurry()) {
        return std::nullopt;
    }
    const auto next = std::ranges::find(state_.side, SideStatus::pending, &SideIntent::status);
    if (next == state_.side.end()) {
        return std::nullopt;
    }
    next->status = SideStatus::asked;
    ++next->tries;
    Move move{.name = "ask-side",
              .why = "A side intent that fits here.",
              .phrases = {{.act = "ask_side", .slot = next->wording}}};
    move.mind.asks = "side:" + next->wording;
    return move;
}

BuiltinUser::Move BuiltinUser::state_goal(bool vague) {
    Move move{.name = "open",
              .why = vague ? "Starts without saying clearly what this is about." : "Says what they came for."};
    if (state_.user_turn == 0 && chance_.chance(0.35)) {
        move.phrases.push_back({.act = "greet"});
    }
    move.phrases.push_back({.act = vague ? "open_vague" : "open", .slot = setting_.goal.wording});
    if (!vague) {
        state_.goal = GoalStatus::open;
    }
    return move;
}

// A delivery address has no place in a question about a charge, however wrong the user has it.
bool BuiltinUser::concerns_goal(const Fact& fact) const {
    const std::set<std::string> topics = engine_.words().topics(fact.name + " " + Ledger::label(fact));
    return std::ranges::any_of(topics, [&](const std::string& t) { return setting_.goal.topics.contains(t); });
}

// A mistake is made while it can still matter: nobody starts one when the matter is settled, or about a matter that is
// not theirs. Asked for the value or not, it must have come up before its correction is due.
bool BuiltinUser::must_bring_up(const Ledger::Entry& entry) const {
    const bool wrong_first = entry.fact.when == Disclosure::corrected && !entry.fact.first_says.empty();
    const bool unsettled = state_.goal == GoalStatus::open;
    const int next = state_.user_turn + 1;
    return wrong_first && setting_.goal.own && concerns_goal(entry.fact) && unsettled && state_.owed.empty() &&
           next < entry.fact.at_turn && next + 2 >= entry.fact.at_turn;
}

void BuiltinUser::volunteer(Move& move) {
    const bool opening = state_.user_turn == 0;
    for (Ledger::Entry& entry : ledger_.entries()) {
        if (entry.told || entry.incidental) {
            continue;
        }
        const bool freely = entry.fact.when == Disclosure::freely && chance_.chance(opening ? 0.4 : 1.0);
        if (!freely && (opening || !must_bring_up(entry))) {
            continue;
        }
        const std::string& value = freely ? entry.fact.value : entry.fact.first_says;
        move.phrases.push_back({.act = "volunteer", .slot = value, .label = Ledger::label(entry.fact)});
        (freely ? move.mind.disclosed : move.mind.wrong).push_back(entry.fact.name);
        ledger_.told(entry.fact.name, !freely, state_.user_turn + 1);
        return;
    }
}

void BuiltinUser::correct_into(Move& move, const Ledger::Entry& entry) {
    move.phrases.push_back(
        {.act = "correct", .slot = entry.fact.value, .label = Ledger::label(entry.fact), .old = entry.fact.first_says});
    move.mind.corrected.push_back(entry.fact.name);
    move.mind.disclosed.push_back(entry.fact.name);
    ledger_.correct(entry.fact.name);
}

Step BuiltinUser::word(Move move, Reading heard) {
    // Answers and plain talk may carry a fact the user would tell anyway; tactics, refusals and last words do not.
    constexpr std::array<std::string_view, 10> carriers{"disclose", "answer", "clarify", "insist",   "back-on-topic",
                                                        "confirm",  "accept", "wait",    "ask-side", "dont-know"};
    const bool may_add = state_.user_turn > 0 && !move.ending && move.verbatim.empty() &&
                         std::ranges::find(carriers, move.name) != carriers.end();
    if (may_add && move.mind.disclosed.size() + move.mind.wrong.size() < 2) {
        volunteer(move);
    }
    Step step;
    step.agent_acts = names_of(heard);
    step.reading = std::move(heard);
    const Voice voice{.style = std::string(setting_.parts.persona->trait("style")),
                      .knowledge = std::string(setting_.parts.persona->trait("knowledge")),
                      .emotion = mood_.level(),
                      .typo = setting_.parts.persona->knobs.typo.value_or(-1),
                      .first_turn = state_.user_turn == 0,
                      .own_matter = setting_.goal.own};
    if (!move.verbatim.empty()) {
        step.text = move.verbatim;
    } else if (!move.phrases.empty()) {
        step.text = engine_.realizer().say(move.phrases, *setting_.parts.persona, voice, wording_, said_);
        step.phrases = std::move(move.phrases);
    }
    ++state_.user_turn;
    state_.off_topic = leads_away(move.name) || move.mind.tactic == "drop";
    state_.strayed = move.name == "drift" || move.name == "silence" || move.name == "wrong-paste";
    state_.aside = !move.mind.tactic.empty() && move.mind.disclosed.empty() && move.mind.wrong.empty();
    state_.last_move = move.name;
    state_.last_asks = move.mind.asks;
    state_.last_side = move.mind.asks.starts_with("side:") ? move.mind.asks.substr(5) : "";
    if (move.mind.asks == "human") {
        ++state_.demanded_human;
    }
    step.acts = {move.name};
    step.mind = std::move(move.mind);
    step.mind.move = move.name;
    step.mind.why = std::move(move.why);
    step.mind.emotion = mood_.level();
    step.ending = move.ending;
    return step;
}

}  // namespace sosia::user
