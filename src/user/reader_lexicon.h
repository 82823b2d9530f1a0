// What a language's rules say about single words (section `words` of reader_<language>.yaml).
#pragma once
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"

namespace sosia::user {

// Inlined, for words of a few letters: every word of every message is looked up.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        std::uint64_t hash = text.size() * 0x9E3779B97F4A7C15ULL;
        while (text.size() >= sizeof(std::uint64_t)) {
            hash = mix(hash, text, sizeof(std::uint64_t));
            text.remove_prefix(sizeof(std::uint64_t));
        }
        return text.empty() ? hash : mix(hash, text, text.size());
    }

  private:
    static std::uint64_t mix(std::uint64_t hash, std::string_view text, std::size_t bytes) {
        std::uint64_t part = 0;
        std::memcpy(&part, text.data(), bytes);
        hash = (hash ^ part) * 0xFF51AFD7ED558CCDULL;
        return hash ^ (hash >> 32U);
    }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

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
    TextMap<WordInfo> words;
    TextSet abbreviations;       // never end a sentence: "dr", "e.g"
    TextSet soft_abbreviations;  // end one only before a capital: "a.m", "etc"
    TextSet after_number;        // words that continue after "14.": German months
    bool number_dot = false;     // "14." is an ordinal in this language

    const WordInfo* find(std::string_view word) const {
        const auto at = words.find(word);
        return at == words.end() ? nullptr : &at->second;
    }
};

// `yaml` is the text of reader_<language>.yaml.
Result<Lexicon> load_lexicon(std::string_view yaml);

}  // namespace sosia::user
