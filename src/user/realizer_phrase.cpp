#include "user/realizer_phrase.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "user/realizer_english.h"
#include "user/realizer_goal.h"
#include "user/realizer_questions.h"

namespace sosia::user::wording {
namespace {

// Returns the goal when it is a sentence of its own: that is said as it is, whatever the act.
std::string fill_goal(SlotUse use, std::string_view slot, Language language, Fillers& fillers) {
    Goal goal = read_goal(slot, language);
    if (!goal.said.empty()) {
        return std::move(goal.said);
    }
    if (use == SlotUse::detail && goal.form == GoalForm::value) {
        fillers.of(Hole::slot) = slot;
        return {};
    }
    if (use == SlotUse::goal) {
        fillers.of(Hole::want) = std::move(goal.want);
    }
    fillers.of(Hole::todo) = std::move(goal.todo);
    return {};
}

// As fill_goal, for any use of the slot.
std::string fill_slot(SlotUse use, std::string_view slot, Language language, Fillers& fillers) {
    if (use == SlotUse::none || trim(slot).empty()) {
        return {};
    }
    if (use == SlotUse::goal || use == SlotUse::detail) {
        return fill_goal(use, slot, language, fillers);
    }
    if (use == SlotUse::question) {
        Asked asked = as_question(slot, language);
        fillers.of(Hole::question) = std::move(asked.direct);
        fillers.of(Hole::indirect) = std::move(asked.indirect);
        return {};
    }
    fillers.of(Hole::slot) = slot;
    return {};
}

// A line must make use of the slot where there is one; a vague detail may do without.
Needs about_the_slot(SlotUse use, const Fillers& fillers) {
    if (use == SlotUse::detail && fillers.of(Hole::slot).empty()) {
        return 0;
    }
    return static_cast<Needs>(fillers.available() & ~(bit(Hole::label) | bit(Hole::old)));
}

bool is_worded_freely(SlotUse use) {
    return use == SlotUse::goal || use == SlotUse::detail || use == SlotUse::question;
}

// "Ok ...", "Yes, ...", "And ...": nothing may stand before these.
bool opens_with_a_short_word(std::string_view text) {
    constexpr std::string_view short_words[] = {"Ok", "So",  "No",   "Yes",  "And",  "Also", "Oh", "Hi", "But", "Then",
                                                "Ah", "Yep", "Yeah", "Sure", "Nope", "Y",    "Ja", "Sí", "Und", "Pues"};
    const std::string_view word = text.substr(0, text.find(' '));
    return word.empty() || std::string_view(",.:!?").contains(word.back()) ||
           std::ranges::find(short_words, word) != std::end(short_words);
}

}  // namespace

PhraseWriter::PhraseWriter(const std::vector<Bank>& banks, const Habits& habits, Random& random, Said& said)
    : banks_(banks), habits_(habits), random_(random), said_(said) {}

const Around& PhraseWriter::around(Manner manner) const {
    return bank_of(habits_.language).around[static_cast<std::size_t>(manner)];
}

bool PhraseWriter::is_foreign(const SpeechAct& speech, const Phrase& phrase) const {
    return habits_.language != Language::english && is_worded_freely(speech.slot) && looks_english(phrase.slot);
}

Draft PhraseWriter::word(const Phrase& phrase) {
    const auto act = find_speech_act(phrase.act);
    if (!act) {
        return unknown(phrase);
    }
    const SpeechAct& speech = speech_acts()[*act];
    if (is_foreign(speech, phrase)) {
        return quoted(speech, phrase);
    }
    const Language language = habits_.language;
    const Bank& bank = bank_of(language);
    Fillers fillers;
    fillers.of(Hole::label) = usable_label(phrase.label);
    fillers.of(Hole::old) = phrase.old;
    if (const std::string sentence = fill_slot(speech.slot, phrase.slot, language, fillers); !sentence.empty()) {
        return as_it_is(sentence, speech.manner);
    }
    Choice choice{&bank.acts[*act], &bank.around[static_cast<std::size_t>(speech.manner)], &fillers, &habits_};
    choice.slot_ends = speech.slot == SlotUse::value && phrase.slot.contains(' ');
    choice.one_of = about_the_slot(speech.slot, fillers);
    if (speech.name == "volunteer" && !fillers.of(Hole::label).empty()) {
        choice.one_of = bit(Hole::label);  // nobody asked for it: it needs its name
    }
    Draft draft = choose(choice, random_, said_);
    add_please(speech, bank, draft);
    return with_filler(speech, bank, std::move(draft));
}

// A goal in English does not fit into a Spanish sentence: it is named in quotes, or not at all where that will do.
Draft PhraseWriter::quoted(const SpeechAct& speech, const Phrase& phrase) {
    if (speech.slot == SlotUse::detail || speech.name.starts_with("ask_again")) {
        return word(Phrase{.act = phrase.act});  // known from before
    }
    std::string_view named = trim(phrase.slot);
    while (!named.empty() && std::string_view(".!?").contains(named.back())) {
        named.remove_suffix(1);
    }
    for (const std::string_view opener : {"ask about ", "ask for ", "ask if ", "ask "}) {
        if (opens_with(named, opener) && named.size() > opener.size()) {
            named.remove_prefix(opener.size());
            break;
        }
    }
    const bool german = habits_.language == Language::german;
    const std::string marked = (german ? "„" : "«") + std::string(named) + (german ? "“" : "»");
    return word(Phrase{.act = speech.slot == SlotUse::question ? "quote_question" : "quote_goal", .slot = marked});
}

// "Well, it's A-1": not before a line that starts with such a word itself, and not before bare answers and goodbyes.
Draft PhraseWriter::with_filler(const SpeechAct& speech, const Bank& bank, Draft draft) {
    const bool talks = speech.manner != Manner::bare && speech.manner != Manner::closing;
    if (!talks || bank.fillers.empty() || !random_.chance(habits_.filler)) {
        return draft;
    }
    const std::string& filler = bank.fillers[random_.below(bank.fillers.size())];
    if (opens_with_a_short_word(draft.text()) || !said_.insert(hash64(filler, 2)).second) {
        return draft;
    }
    Draft longer;
    longer.add(filler);
    longer.add(" ");
    longer.append_continued(draft);
    return longer;
}

void PhraseWriter::add_please(const SpeechAct& speech, const Bank& bank, Draft& draft) {
    const bool wish = speech.name == "open" || speech.name.starts_with("demand_");
    const bool asks = wish || (speech.manner == Manner::question && draft.text().ends_with('?'));
    const bool courteous = asks && random_.chance(habits_.please);
    if (courteous && !bank.please.empty() && !draft.text().contains("lease")) {
        draft.add_tail(bank.please);
    }
}

Draft PhraseWriter::as_it_is(std::string_view sentence, Manner manner) {
    const std::vector<std::string>& leads = around(manner).leads;
    const std::string_view whole = trim(sentence);
    for (std::size_t n = 0;; ++n) {
        Draft draft;
        for (std::size_t i = 0; i < n; ++i) {
            draft.add(leads[random_.below(leads.size())]);
            draft.add(" ");
        }
        draft.add_kept(whole);
        if (!std::string_view(".!?").contains(whole.back()) && !is_address(whole)) {
            draft.add(".");
        }
        if (said_.insert(wording_hash(draft.text())).second) {
            return draft;
        }
    }
}

// An act that the bank does not know: say what there is to say.
Draft PhraseWriter::unknown(const Phrase& phrase) {
    if (!trim(phrase.slot).empty()) {
        return as_it_is(phrase.slot, Manner::statement);
    }
    return word(Phrase{.act = "silence"});
}

}  // namespace sosia::user::wording
