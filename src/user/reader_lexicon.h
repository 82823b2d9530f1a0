// What a language's rules say about single words (section `words` of reader_<language>.yaml).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "user/reader_table.h"

namespace sosia::user {

enum class WordFlag : std::uint32_t {
    negator = 1U << 0U,        // not, never: glued to the word it negates
    carrier = 1U << 1U,        // been, able, to: passed on by a negation ("not~been~issued")
    modal = 1U << 2U,          // would, should: "would have" is glued, nothing happened
    perfect = 1U << 3U,        // have: what a modal is glued to
    subject = 1U << 4U,        // i, we, you: starts a clause
    finite = 1U << 5U,         // will, can: with a subject before it resumes the main clause
    starter = 1U << 6U,        // your, the, that: may start a clause
    question_word = 1U << 7U,  // what, which, how
    auxiliary = 1U << 8U,      // is, do, could: opens a yes-or-no question
    connector = 1U << 9U,      // and, or
    article = 1U << 10U,       // the, your: skipped inside phrases
    stop = 1U << 11U,          // so, because, for: ends the list of what is asked for
    vague = 1U << 12U,         // details, more: asked for, but not a fact
    filler = 1U << 13U,        // ok, great, thanks: before the actual sentence
    resume = 1U << 14U,        // please, then: ends a subordinate clause
    yours = 1U << 17U,         // your: whatever follows is wanted from the user
    checking = 1U << 18U,      // confirm, verify: "confirm your email is a@b.com" only checks
    complement = 1U << 16U,    // that: what follows is a statement, not a fact ("confirm that you agree")
    teller = 1U << 15U,        // me, know: what follows is asked, not a subordinate clause ("tell me when you paid")
};

// A subordinate clause's opening ("as soon as"); what stands in it is not said to be so.
struct ClauseOpener {
    enum class Kind : std::uint8_t { condition, time, purpose } kind = Kind::condition;
    std::vector<std::string> rest;  // words after the first
    bool needs_clause = false;      // only before a subject or starter: "once I have", not "once a year"
    bool not_asking = false;        // only where no question starts: "when you call", not "when did you call"
};

struct WordInfo {
    std::uint32_t flags = 0;
    std::vector<std::string> spelled_out;  // "i'll" -> i, will; empty: as it stands
    std::vector<ClauseOpener> openers;     // longest first

    bool is(WordFlag flag) const { return (flags & static_cast<std::uint32_t>(flag)) != 0; }
};

struct Lexicon {
    WordTable<WordInfo> words;
    WordTable<bool> abbreviations;       // never end a sentence: "dr", "e.g"
    WordTable<bool> soft_abbreviations;  // end one only before a capital: "a.m", "etc"
    WordTable<bool> after_number;        // words that continue after "14.": German months
    bool number_dot = false;             // "14." is an ordinal in this language

    const WordInfo* find(std::string_view word) const { return words.find(word); }
};

// `yaml` is the text of reader_<language>.yaml.
Result<Lexicon> load_lexicon(std::string_view yaml);

}  // namespace sosia::user
