#include "user/realizer.h"

#include <optional>
#include <utility>

#include "user/realizer_acts.h"
#include "user/realizer_bank.h"
#include "user/realizer_choice.h"
#include "user/realizer_draft.h"
#include "user/realizer_extras.h"
#include "user/realizer_phrase.h"
#include "user/surface.h"
#include "user/surface_habits.h"

namespace sosia::user {

using wording::Bank;
using wording::Draft;
using wording::Habits;
using wording::Said;
using wording::Situation;

struct Realizer::Impl {
    std::vector<Bank> banks;  // by Language
};

namespace {

bool is_thanks(std::string_view text) {
    return text.contains("hank") || text.contains("hx") || text.contains("racias") || text.contains("anke");
}

// One user turn: phrases, what people say besides, one or two messages, typed.
class Turn {
  public:
    Turn(const std::vector<Bank>& banks, const Persona& persona, const Habits& habits, Random& random, Said& said)
        : bank_(banks[static_cast<std::size_t>(habits.language)]),
          writer_(banks, habits, random, said),
          persona_(persona),
          habits_(habits),
          random_(random),
          said_(said) {}

    std::string say(const std::vector<Phrase>& phrases, bool first_turn) {
        Situation situation = situate(phrases, first_turn);
        if (const auto words = wording::before(situation, random_, said_)) {
            append(*words);
        }
        if (phrases.size() == 1 && answers_with_the_value_alone(phrases[0], first_turn)) {
            append(writer_.word(Phrase{.act = "disclose_bare", .slot = phrases[0].slot, .label = phrases[0].label}));
        } else {
            add_phrases(phrases);
        }
        situation.thanked = !messages_.empty() && is_thanks(messages_.back().text());
        add_more(situation);
        return unheard();
    }

  private:
    Situation situate(const std::vector<Phrase>& phrases, bool first_turn) const {
        Situation situation{.bank = bank_, .persona = persona_, .habits = habits_, .first_turn = first_turn};
        for (const Phrase& phrase : phrases) {
            const auto act = find_speech_act(phrase.act);
            const Manner manner = act ? speech_acts()[*act].manner : Manner::bare;
            situation.opens = situation.opens || phrase.act == "open" || phrase.act == "open_vague";
            situation.greets = situation.greets || phrase.act == "greet";
            situation.closes = situation.closes || manner == Manner::closing;
            situation.content = phrase.act == "satisfied_end" || phrase.act == "bye";
            situation.emotional = situation.emotional || manner == Manner::protest;
            situation.last = manner;
        }
        return situation;
    }

    bool answers_with_the_value_alone(const Phrase& phrase, bool first_turn) {
        return phrase.act == "disclose" && !first_turn && random_.chance(habits_.bare_value);
    }

    void add_phrases(const std::vector<Phrase>& phrases) {
        for (const Phrase& phrase : phrases) {
            maybe_new_message();
            append(writer_.word(phrase));
        }
    }

    void maybe_new_message() {
        if (messages_.size() == 1 && random_.chance(habits_.two_messages)) {
            messages_.emplace_back();
        }
    }

    void append(const Draft& draft) {
        const bool glued = !messages_.empty() && messages_.back().ends_in_address();
        if (messages_.empty() || glued) {
            messages_.emplace_back();  // nothing may stand right behind an e-mail or web address
        }
        messages_.back().append(draft);
    }

    void add_more(const Situation& situation) {
        if (const auto words = wording::behind(situation, random_, said_)) {
            append(*words);
        } else if (const auto second = wording::nudge(situation, random_, said_); second && messages_.size() < 2) {
            messages_.push_back(*second);
        }
    }

    std::string type() {
        const wording::Typing typing = wording::decide_typing(habits_, random_);
        std::string out;
        for (const Draft& message : messages_) {
            out += out.empty() ? "" : "\n";
            out += wording::typed(message, typing, random_);
        }
        return out;
    }

    // Typing may make two different wordings look the same; then a word goes before the turn.
    std::string unheard() {
        const std::vector<std::string>& leads = writer_.around(Manner::statement).leads;
        std::string out = type();
        while (!said_.insert(wording::wording_hash(out) ^ 1U).second) {
            Draft longer;
            longer.add(leads[random_.below(leads.size())]);
            longer.append(messages_.front());
            messages_.front() = std::move(longer);
            out = type();
        }
        return out;
    }

    const Bank& bank_;
    wording::PhraseWriter writer_;
    const Persona& persona_;
    const Habits& habits_;
    Random& random_;
    Said& said_;
    std::vector<Draft> messages_;
};

}  // namespace

Realizer::Realizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Realizer::~Realizer() = default;
Realizer::Realizer(Realizer&&) noexcept = default;
Realizer& Realizer::operator=(Realizer&&) noexcept = default;

Result<Realizer> Realizer::create() {
    Result<std::vector<Bank>> banks = wording::load_banks();
    if (!banks) {
        return std::unexpected(banks.error());
    }
    return Realizer(std::make_unique<Impl>(Impl{std::move(*banks)}));
}

std::string Realizer::say(const std::vector<Phrase>& phrases, const Persona& persona, const Voice& voice,
                          Random& random, std::unordered_set<std::uint64_t>& said) const {
    const Habits habits = wording::habits_of(persona, voice);
    Turn turn(impl_->banks, persona, habits, random, said);
    return phrases.empty() ? turn.say({Phrase{.act = "silence"}}, voice.first_turn)
                           : turn.say(phrases, voice.first_turn);
}

}  // namespace sosia::user
