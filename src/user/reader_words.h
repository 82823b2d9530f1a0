// A sentence as a row of plain words: lower case, no accents, contractions written out, values replaced by placeholders
// ("#" a number, "<email>", "<id>" ...), marks kept where they matter (, ; : ! ? -).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "user/reader.h"
#include "user/reader_lexicon.h"
#include "user/reader_text.h"

namespace sosia::user {

struct Word {
    std::uint32_t at = 0;  // place in WordRow::letters
    std::uint32_t length = 0;
    std::uint32_t begin = 0;  // byte range in the agent's text
    std::uint32_t end = 0;
    const WordInfo* info = nullptr;  // what the lexicon knows of it; null when nothing
};

struct WordRow {
    std::string letters;
    std::vector<Word> words;

    std::string_view text(std::size_t i) const {
        return std::string_view(letters).substr(words[i].at, words[i].length);
    }
    bool has(std::size_t i, WordFlag flag) const {
        return i < words.size() && words[i].info != nullptr && words[i].info->is(flag);
    }
};

// Reads the bytes of one sentence. `entities` are those of the whole text, in text order.
void read_words(std::string_view text, Range range, std::span<const Entity> entities, const Lexicon& lexicon,
                WordRow& row);

// The words of a phrase, for look-up: as read_words() spells them, without plural s. "Order numbers" -> order, number.
std::vector<std::string> phrase_stems(std::string_view phrase);
std::string_view stem(std::string_view word);

}  // namespace sosia::user
