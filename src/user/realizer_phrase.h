// Words one phrase of a move: reads its slot, then lets the bank of the right language choose a line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "user/realizer.h"
#include "user/realizer_acts.h"
#include "user/realizer_choice.h"
#include "user/realizer_draft.h"

namespace sosia::user::wording {

class PhraseWriter {
  public:
    // Everything is borrowed; `banks` is by Language.
    PhraseWriter(const std::vector<Bank>& banks, const Habits& habits, Random& random, Said& said);

    Draft word(const Phrase& phrase);
    const Around& around(Manner manner) const;

  private:
    const Bank& bank_of(Language language) const { return banks_[static_cast<std::size_t>(language)]; }
    bool is_foreign(const SpeechAct& speech, const Phrase& phrase) const;
    Draft quoted(const SpeechAct& speech, const Phrase& phrase);
    Draft as_it_is(std::string_view sentence, Manner manner);
    Draft unknown(const Phrase& phrase);
    Draft with_filler(const SpeechAct& speech, const Bank& bank, Draft draft);
    void add_please(const SpeechAct& speech, const Bank& bank, Draft& draft);

    const std::vector<Bank>& banks_;
    const Habits& habits_;
    Random& random_;
    Said& said_;
};

}  // namespace sosia::user::wording
