// Words a decided move with phrase banks (src/user/data/phrases_<language>.yaml): no model, seeded, human rates of short
// turns, fragments, lower case, missing punctuation and typos; never the same line twice in a conversation.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "domain/persona.h"

namespace sosia::user {

// A piece of what the user wants to say. A move is one to three of these, in order.
struct Phrase {
    std::string act;      // a key of the phrase bank; see the list in realizer.h's documentation below
    std::string slot;     // fills {slot}: a fact value, a side question, the intent, a quote of the agent ...
    std::string label;    // fills {label}: the fact's name in words ("order number")
    std::string old;      // fills {old}: the wrong value being corrected
};

// Acts of the bank (every language has all of them):
//   greet, open (slot = the goal in the user's words, e.g. "get the duplicate charge refunded"), open_vague (hints at the problem without stating it),
//   disclose (slot value, label), disclose_bare (just the value), correct (slot new value, old, label), withhold (label; first dodge),
//   refuse_fact (label; never), repeat_fact (told before: slot, label), dont_know (label),
//   ask_side (slot = the side intent, e.g. "ask how long it takes"), answer_yes, answer_no, accept, insist (slot = the goal), clarify (slot),
//   answer_open (answers "what happened?" with slot), wait_ok, object, demand_citation, demand_supervisor, demand_human,
//   ask_again_1, ask_again_2, ask_again_3 (slot = the question; three framings), detail_conflict (slot),
//   impatient, threaten_leave, vent (emotional load), insult_mild, guilt,
//   drift (off-topic remark), silence ("..."/"?"), wrong_paste (pastes something unrelated), back_on_topic (slot = the goal),
//   inject (slot = canary), social (slot), third_party (slot),
//   give_up, accept_handover, refuse_handover, thanks, thanks_curt, bye, satisfied_end, resigned_end, complain_repeat (asked twice for the same thing; label)

struct Voice {
    std::string style;      // persona's style: terse, verbose, technical, non-native, rambling or the user's own value
    std::string knowledge;
    double emotion = 0;     // 0 to 5
    double typo = -1;       // < 0: default of style and emotion
    bool first_turn = false;
};

class Realizer {
  public:
    // Loads the embedded phrase banks.
    static Result<Realizer> create();
    ~Realizer();
    Realizer(Realizer&&) noexcept;
    Realizer& operator=(Realizer&&) noexcept;

    // The words of one user turn. Two messages sent in a row are joined by "\n". Slot values (ids, dates, e-mail addresses, numbers)
    // are kept letter for letter: typos and case changes never touch them. `said` holds hashes of earlier lines of this conversation; the result is added to it.
    std::string say(const std::vector<Phrase>& phrases, const Persona& persona, const Voice& voice, Random& random,
                    std::unordered_set<std::uint64_t>& said) const;

  private:
    struct Impl;
    explicit Realizer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::user
