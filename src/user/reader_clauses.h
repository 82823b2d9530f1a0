// A sentence as the rules see it: independent parts, each with its subordinate clauses taken out of the main text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "user/reader_text.h"
#include "user/reader_words.h"

namespace sosia::user {

// Texts are words with one blank between, before and after, so that a rule's words match whole words only:
// " i have not~been~able~to~issue the refund <if> ". A negation is glued to what it negates, "would have" is one word,
// a subordinate clause leaves <if>, <when> or <so>.
struct Unit {
    std::string main;
    std::string side;  // the conditions and times alone
    bool question = false;
    bool polite = false;       // says please
    bool conditional = false;  // holds a condition ("if")
    bool timed = false;        // holds a time clause ("once it is approved")
    bool lead_in = false;      // only leads to the question after it: "To get started, ..."
};

// Replaces `units`; keeps their memory.
void build_units(const WordRow& row, bool question, std::vector<Unit>& units);

// Byte ranges of a sentence's conditions ("if you paid $49 ..."): what they claim is not asserted.
std::vector<Range> condition_ranges(const WordRow& row);

}  // namespace sosia::user
