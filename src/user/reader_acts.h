// From what the rules found in a unit to the acts of its sentence.
#pragma once
#include <string>
#include <vector>

#include "user/reader.h"
#include "user/reader_asks.h"
#include "user/reader_clauses.h"
#include "user/reader_rules.h"

namespace sosia::user {

// What is known of a sentence besides its words.
struct SentenceFacts {
    bool claims = false;        // states a value
    bool asked_item = false;    // an item of a list of requested things
    bool list_follows = false;  // the next sentence is a list item
};

// Settles what the unit does: asks, conditions and defaults taken into account.
Signals settle(const Unit& unit, Signals found, const Asked& asked, const SentenceFacts& sentence);

// Adds `acts` of the sentence to `out`, each act (and each asked fact) once per sentence. `first` is where the
// sentence's acts begin.
void add_acts(const Signals& acts, const Asked& asked, const Sentence& sentence, std::size_t first,
              std::vector<ReadAct>& out);

}  // namespace sosia::user
