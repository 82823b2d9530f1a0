#include "user/realizer.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "user/realizer_acts.h"
#include "user/realizer_bank.h"
#include "user/realizer_choice.h"
#include "user/realizer_draft.h"
#include "user/realizer_extras.h"
#include "user/realizer_goal.h"
#include "user/realizer_questions.h"
#include "user/surface.h"
#include "user/surface_habits.h"

namespace sosia::user {

using wording::Around;
using wording::Bank;
using wording::Draft;
using wording::Fillers;
using wording::GoalForm;
using wording::Habits;
using wording::Hole;
using wording::Said;

struct Realizer::Impl {
    std::vector<Bank> banks;  // by Language
};

namespace {

bool is_opening(std::string_view act) {
    return act == "open" || act == "open_vague";
}

bool is_thanks(std::string_view text) {
    return text.contains("hank") || text.contains("hx") || text.contains("racias") || text.contains("anke");
}

class Turn {
  public:
    Turn(const Bank& bank, const Persona& persona, const Habits& habits, Random& random, Said& said)
        : bank_(bank), persona_(persona), habits_(habits), random_(random), said_(said) {}

    std::string say(const std::vector<Phrase>& phrases, bool first_turn) {
        wording::Situation situation = situate(phrases, first_turn);
        if (const auto words = wording::before(situation, random_, said_)) {
            append(*words);
        }
        for (const Phrase& phrase : phrases) {
            if (!messages_.empty() && !messages_.back().text().empty() && random_.chance(habits_.two_messages) &&
                messages_.size() < 2) {
                messages_.emplace_back();
            }
            append(word(phrase));
        }
        situation.thanked = !messages_.empty() && is_thanks(messages_.back().text());
        add_more(situation);
        return unheard();
    }

  private:
    wording::Situation situate(const std::vector<Phrase>& phrases, bool first_turn) const {
        wording::Situation situation{.bank = bank_, .persona = persona_, .habits = habits_, .first_turn = first_turn};
        for (const Phrase& phrase : phrases) {
            const auto act = find_speech_act(phrase.act);
            const Manner manner = act ? speech_acts()[*act].manner : Manner::bare;
            situation.opens = situation.opens || is_opening(phrase.act);
            situation.greets = situation.greets || phrase.act == "greet";
            situation.closes = situation.closes || manner == Manner::closing;
            situation.content = phrase.act == "satisfied_end" || phrase.act == "bye";
            situation.emotional = situation.emotional || manner == Manner::protest;
            situation.last = manner;
        }
        return situation;
    }

    void add_more(const wording::Situation& situation) {
        if (const auto words = wording::behind(situation, random_, said_)) {
            append(*words);
        } else if (const auto second = wording::nudge(situation, random_, said_); second && messages_.size() < 2) {
            messages_.push_back(*second);
        }
    }

    void append(const Draft& draft) {
        const bool glued = !messages_.empty() && messages_.back().ends_in_address();
        if (messages_.empty() || glued) {
            messages_.emplace_back();  // nothing may stand right behind an e-mail or web address
        }
        messages_.back().append(draft);
    }

    Draft word(const Phrase& phrase) {
        const auto act = find_speech_act(phrase.act);
        if (!act) {
            return unknown(phrase);
        }
        const SpeechAct& speech = speech_acts()[*act];
        Fillers fillers;
        fillers.of(Hole::label) = wording::usable_label(phrase.label);
        fillers.of(Hole::old) = phrase.old;
        if (!fill_slot(speech.slot, phrase.slot, fillers)) {
            return as_it_is(phrase.slot, speech.manner);
        }
        wording::Choice choice{&bank_.acts[*act], &around(speech.manner), &fillers, &habits_};
        const bool vague_detail = speech.slot == SlotUse::detail && fillers.of(Hole::slot).empty();
        choice.one_of = vague_detail ? wording::Needs{0} : about_the_slot(fillers);
        Draft draft = wording::choose(choice, random_, said_);
        const bool asks = speech.manner == Manner::request || speech.manner == Manner::question || phrase.act == "open";
        const bool courteous = asks && random_.chance(habits_.please);
        if (courteous && !bank_.please.empty() && !draft.text().contains("lease")) {
            draft.add_tail(bank_.please);
        }
        return draft;
    }

    static wording::Needs about_the_slot(const Fillers& fillers) {
        return static_cast<wording::Needs>(fillers.available() & ~(bit(Hole::label) | bit(Hole::old)));
    }

    // False for a goal that is a sentence of its own: that is said as it is, whatever the act.
    bool fill_slot(SlotUse use, std::string_view slot, Fillers& fillers) const {
        if (use == SlotUse::none || trim(slot).empty()) {
            return true;
        }
        if (use == SlotUse::question) {
            wording::Asked asked = wording::as_question(slot, habits_.language);
            fillers.of(Hole::question) = std::move(asked.direct);
            fillers.of(Hole::indirect) = std::move(asked.indirect);
            return true;
        }
        if (use == SlotUse::value || use == SlotUse::text) {
            fillers.of(Hole::slot) = slot;
            return true;
        }
        wording::Goal goal = wording::read_goal(slot, habits_.language);
        if (goal.form == GoalForm::statement || goal.form == GoalForm::question) {
            return false;
        }
        if (use == SlotUse::detail && goal.form == GoalForm::value) {
            fillers.of(Hole::slot) = slot;
        } else if (use == SlotUse::goal) {
            fillers.of(Hole::want) = std::move(goal.want);
            fillers.of(Hole::todo) = std::move(goal.todo);
        } else {
            fillers.of(Hole::todo) = std::move(goal.todo);
        }
        return true;
    }

    const Around& around(Manner manner) const { return bank_.around[static_cast<std::size_t>(manner)]; }

    Draft as_it_is(std::string_view sentence, Manner manner) {
        Draft draft;
        const std::vector<std::string>& leads = around(manner).leads;
        for (std::size_t n = 0;; ++n) {
            draft.clear();
            for (std::size_t i = 0; i < n; ++i) {
                draft.add(leads[random_.below(leads.size())]);
                draft.add(" ");
            }
            draft.add_kept(trim(sentence));
            if (!std::string_view(".!?").contains(draft.text().back())) {
                draft.add(".");
            }
            if (said_.insert(wording::wording_hash(draft.text())).second) {
                return draft;
            }
        }
    }

    // An act that the bank does not know: say what there is to say.
    Draft unknown(const Phrase& phrase) {
        if (!trim(phrase.slot).empty()) {
            return as_it_is(phrase.slot, Manner::statement);
        }
        return word(Phrase{.act = "silence"});
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
        const std::vector<std::string>& leads = around(Manner::statement).leads;
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
    const Bank& bank = impl_->banks[static_cast<std::size_t>(habits.language)];
    if (phrases.empty()) {
        return Turn(bank, persona, habits, random, said).say({Phrase{.act = "silence"}}, voice.first_turn);
    }
    return Turn(bank, persona, habits, random, said).say(phrases, voice.first_turn);
}

}  // namespace sosia::user
