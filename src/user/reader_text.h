// Cuts a message into sentences.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "user/reader.h"
#include "user/reader_lexicon.h"

namespace sosia::user {

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Sentence {
    Range range;            // without surrounding blanks and list marker
    bool question = false;  // ends with a question mark
    bool item = false;      // stands in a bullet or numbered list
    bool colon = false;     // ends with a colon: what follows belongs to it
};

// Full stops of abbreviations, decimals, e-mail addresses, URLs and list numbers do not end a sentence; a line break
// does, unless the line was merely wrapped.
std::vector<Sentence> split_sentences(std::string_view text, std::span<const Entity> entities, const Lexicon& lexicon);

}  // namespace sosia::user
