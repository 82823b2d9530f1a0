// What people say besides the point: a hello, a digression, thanks in passing, a second message, a pet phrase.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/persona.h"
#include "user/realizer_choice.h"

namespace sosia::user::wording {

struct Situation {
    const Bank& bank;
    const Persona& persona;
    const Habits& habits;
    bool first_turn = false;
    bool opens = false;      // the turn opens the conversation with the goal
    bool greets = false;     // ... and already says hello
    bool closes = false;     // the turn says goodbye
    bool content = false;    // ... because all is well
    bool thanked = false;    // the turn's own words thank already
    bool emotional = false;  // the turn is a protest: the place for the persona's own lines
    Manner last = Manner::statement;
};

// Words before the turn's own, if any: a hello, a catchphrase.
std::optional<Draft> before(const Situation& situation, Random& random, Said& said);

// A sentence behind the turn's own, if any: a digression, an elaboration, thanks.
std::optional<Draft> behind(const Situation& situation, Random& random, Said& said);

// A second message sent right after, if any.
std::optional<Draft> nudge(const Situation& situation, Random& random, Said& said);

}  // namespace sosia::user::wording
