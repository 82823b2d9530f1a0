// Phrases that name facts, and where they stand in a text.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "user/reader.h"
#include "user/reader_lexicon.h"

namespace sosia::user {

// A word of a unit, with what look-ups need.
struct AskWord {
    std::string_view text;
    std::string_view stem;
    std::uint64_t stem_hash = 0;
    const WordInfo* info = nullptr;

    bool is(WordFlag flag) const { return info != nullptr && info->is(flag); }
};
using AskWords = std::span<const AskWord>;

// The words of `text`, which are separated by blanks. Replaces `out`.
void read_ask_words(std::string_view text, const Lexicon& lexicon, std::vector<AskWord>& out);

// Phrases -> numbers, looked up by their words; articles inside a phrase and plural s do not matter.
class PhraseBook {
  public:
    struct Found {
        std::size_t target = 0;
        std::size_t words = 0;  // length in the text, articles included; 0: nothing found
    };

    void add(const std::vector<std::string>& stems, std::size_t target);
    // The longest phrase that begins at words[at].
    Found find(AskWords words, std::size_t at) const;
    // The number of exactly this phrase.
    const std::size_t* exact(const std::vector<std::string>& stems) const;

  private:
    void add_inverted(const std::vector<std::string>& stems, std::size_t target);
    void insert(const std::vector<std::string>& stems, std::size_t target);

    struct Phrase {
        std::vector<std::string> stems;
        std::size_t target = 0;
    };
    WordTable<std::vector<Phrase>> by_first_;
};

// The facts agents commonly ask for, with their usual names per language (reader_facts_<language>.yaml).
struct Concepts {
    PhraseBook phrases;
    static Result<Concepts> load(std::string_view yaml);
};

struct FactIndex::Impl {
    std::vector<std::string> names;
    std::vector<std::vector<std::vector<std::string>>> stems;  // per fact: its phrases
    PhraseBook phrases;

    // The first fact that goes by one of the concept's names; null when the caller has none.
    const std::string* of_concept(std::size_t concept_number, const Concepts& concepts, const Lexicon& lexicon) const;
};

}  // namespace sosia::user
