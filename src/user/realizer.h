// Words a decided move with phrase banks (src/user/data/phrases_<language>.yaml): no model, seeded, human rates of
// short turns, fragments, lower case, missing punctuation and typos; never the same line twice in a conversation.
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
// The acts, and what each makes of the slot, are listed in user/realizer_acts.h. An act that the list does not know
// says its slot.
struct Phrase {
    std::string act;    // "disclose", "ask_side", ...
    std::string slot;   // a fact value, a side intent or question, the goal ...; empty where there is none
    std::string label;  // the fact's name in words ("order number"); one that does not fit behind "my" is left out
    std::string old;    // the wrong value being corrected
};

struct Voice {
    std::string style;  // persona's style: terse, verbose, technical, non-native, rambling or the user's own value
    std::string knowledge;
    double emotion = 0;  // 0 to 5
    double typo = -1;    // probability per word; < 0: the persona's knob, or the default of style and emotion
    bool first_turn = false;
    bool own_matter = true;  // false: the persona's sample lines may speak of something else than this conversation
};

class Realizer {
  public:
    // Loads the embedded phrase banks.
    static Result<Realizer> create();
    ~Realizer();
    Realizer(Realizer&&) noexcept;
    Realizer& operator=(Realizer&&) noexcept;

    // The words of one user turn. Two messages sent in a row are joined by "\n". Slot values (ids, dates, e-mail
    // addresses, numbers) are kept letter for letter: typos and case changes never touch them; goals and side intents
    // are worded to fit the sentence. `said` holds hashes of the lines of this conversation so far and takes up the new
    // ones: no turn comes twice. Same arguments and same state of `random` and `said`, same words. About 1 microsecond.
    std::string say(const std::vector<Phrase>& phrases, const Persona& persona, const Voice& voice, Random& random,
                    std::unordered_set<std::uint64_t>& said) const;

  private:
    struct Impl;
    explicit Realizer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::user
