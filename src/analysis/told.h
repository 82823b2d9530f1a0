// What the user of a real conversation had told by when, as far as that is certain: without it no check can say that an
// agent asks again for what it was given.
#pragma once
#include <span>

#include "analysis/promote.h"
#include "domain/conversation.h"

namespace sosia::analysis {

// Notes in every user turn's mind which of askable_facts() it tells, and in the first one of at least five words that
// it opens the matter. Only values count whose form shows what they are (identifiers, e-mail addresses, phone and card
// numbers, figures that answer a question): "I don't have it" is an answer too. `signs` has one entry for each turn and
// may have been read before personal data was taken out.
void note_told(Conversation& conversation, std::span<const TurnSigns> signs);

}  // namespace sosia::analysis
