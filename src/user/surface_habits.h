// How a user types: rates of lower case, missing full stops, typos and the like, by style, mood and person.
#pragma once
#include <cstdint>

#include "domain/persona.h"
#include "user/realizer.h"
#include "user/realizer_bank.h"

namespace sosia::user::wording {

// Probabilities per turn unless said. They are set so that a mix of personas lies where people lie
// (reference figures: realizer_realism_test.cpp): full stop or the like at the end of 60 to 75 % of turns, 15 to 30 %
// begin in lower case.
struct Habits {
    Style style = Style::neutral;
    Band band = Band::calm;
    Colour colour = Colour::none;
    Language language = Language::english;
    double lower = 0.2;        // writes the whole turn in lower case
    double no_apostrophe = 0;  // "dont", in lower-case turns
    double no_stop = 0.3;      // leaves the final full stop out
    double no_question_mark = 0.1;
    double bang = 0.03;          // "!" for the final full stop
    double typo = 0.01;          // per word of four letters or more
    double bare_value = 0.25;    // answers with the value alone
    double two_messages = 0.1;   // sends the second phrase as a message of its own
    double nudge = 0.04;         // sends a short second message right after
    double greeting = 0.3;       // says hello in the first turn
    double filler = 0.08;        // "well," before a line
    double aside = 0;            // digression or elaboration
    double thanks = 0.03;        // thanks in passing
    double thanks_at_end = 0.4;  // thanks when leaving content
    double please = 0.04;        // "please" behind a request
    double own_words = 0.03;     // a catchphrase or a sample line of the persona
};

Habits habits_of(const Persona& persona, const Voice& voice);

}  // namespace sosia::user::wording
