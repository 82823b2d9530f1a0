#include "user/reader_acts.h"

#include <algorithm>

namespace sosia::user {
namespace {

// Acts that may accompany a statement without saying anything of the matter.
constexpr std::initializer_list<Act> matter = {
    Act::ask_intent, Act::ask_fact,     Act::ask_confirm, Act::ask_open, Act::ask_more,      Act::offer,
    Act::refuse,     Act::confirm_done, Act::promise,     Act::hold,     Act::hand_over,     Act::offer_human,
    Act::close,      Act::hostile,      Act::not_know,    Act::redirect, Act::misunderstood, Act::deny};

constexpr std::initializer_list<Act> questions = {Act::ask_intent, Act::ask_fact, Act::ask_confirm, Act::ask_open,
                                                  Act::ask_more,   Act::offer,    Act::offer_human, Act::misunderstood,
                                                  Act::hostile,    Act::hold};

// "If you like, I'll transfer you": proposed, not happening.
void weaken_conditionals(const Unit& unit, Signals& acts) {
    if (!unit.conditional) {
        return;
    }
    if (acts.has(Act::hand_over)) {
        acts.drop(Act::hand_over);
        acts.add(Act::offer_human);
    }
    if (acts.has(Act::promise)) {
        acts.drop(Act::promise);
        acts.add(Act::offer);
    }
}

void add_asked(const Asked& asked, Signals& acts) {
    const bool general = acts.has_any({Act::ask_intent, Act::ask_more});
    const bool a_wait = acts.has(Act::hold) && std::ranges::all_of(asked.facts, &std::string::empty);  // "two minutes"
    if (asked.any_fact() && !general && !a_wait) {
        acts.add(Act::ask_fact);
        acts.drop(Act::ask_open);
    } else if (asked.confirm) {
        acts.add(Act::ask_confirm);
    } else if (asked.open && !general && !acts.has_any({Act::misunderstood, Act::hostile, Act::hold})) {
        acts.add(Act::ask_open);
    }
}

void add_default(const Unit& unit, const SentenceFacts& sentence, Signals& acts) {
    if (unit.question) {
        if (!acts.has_any(questions)) {
            acts.add(acts.has(Hint::choice) && !acts.has(Hint::yes_no) ? Act::ask_open : Act::ask_confirm);
        }
        return;
    }
    if (unit.lead_in && !acts.any_act()) {
        return;
    }
    // "Once it is approved, you will get an e-mail" says how things go.
    if (unit.timed && acts.has(Act::promise)) {
        acts.add(Act::inform);
    }
    const bool says_nothing_else = !acts.any_act() && !acts.has(Hint::pleasantry);
    if (says_nothing_else || (sentence.claims && !acts.has_any(matter))) {
        acts.add(Act::inform);
    }
}

void add_once(Act act, const std::string& fact, const Sentence& sentence, std::size_t first,
              std::vector<ReadAct>& out) {
    const auto same = [&](const ReadAct& a) { return a.act == act && a.fact == fact; };
    if (std::none_of(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), same)) {
        out.push_back({act, fact, sentence.range.begin, sentence.range.end});
    }
}

}  // namespace

Signals settle(const Unit& unit, Signals found, const Asked& asked, const SentenceFacts& sentence) {
    Signals acts = found;
    weaken_conditionals(unit, acts);
    if (sentence.list_follows && acts.has(Hint::list_lead)) {
        acts.drop(Act::ask_open);
    } else {
        add_asked(asked, acts);
    }
    if (acts.has(Act::close)) {
        acts.drop(Act::greet);
    }
    if (acts.has_any({Act::ask_intent, Act::ask_more})) {
        acts.drop(Act::ask_open);
        acts.drop(Act::offer);
    }
    add_default(unit, sentence, acts);
    return acts;
}

void add_acts(const Signals& acts, const Asked& asked, const Sentence& sentence, std::size_t first,
              std::vector<ReadAct>& out) {
    for (int i = 0; i < act_count; ++i) {
        const Act act = static_cast<Act>(i);
        if (!acts.has(act)) {
            continue;
        }
        if (act != Act::ask_fact) {
            add_once(act, {}, sentence, first, out);
            continue;
        }
        for (const std::string& fact : asked.facts) {
            add_once(act, fact, sentence, first, out);
        }
        if (asked.facts.empty()) {
            add_once(act, {}, sentence, first, out);
        }
    }
}

}  // namespace sosia::user
