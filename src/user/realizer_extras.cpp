#include "user/realizer_extras.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::user::wording {
namespace {

std::optional<Draft> fresh_line(const std::vector<Line>& lines, Random& random, Said& said) {
    if (lines.empty()) {
        return std::nullopt;
    }
    for (int i = 0; i < 3; ++i) {
        const Line& line = lines[random.below(lines.size())];
        if (said.insert(line.id).second && said.insert(wording_hash(line.text)).second) {
            Draft draft;
            draft.add(line.text);
            return draft;
        }
    }
    return std::nullopt;
}

bool gives_a_fact_away(const Persona& persona, std::string_view line) {
    return std::ranges::any_of(persona.facts, [line](const Fact& fact) {
        return (!fact.value.empty() && line.contains(fact.value)) ||
               (!fact.first_says.empty() && line.contains(fact.first_says));
    });
}

// A line of the persona may be said anywhere only when it cannot be taken for an answer, a fact or a question.
bool is_harmless(const Persona& persona, std::string_view line) {
    const bool plain = !line.empty() && line.size() <= 60 && !std::ranges::any_of(line, [](char c) {
        return (c >= '0' && c <= '9') || c == '@' || c == '\n' || c == '?';
    });
    if (!plain || gives_a_fact_away(persona, line)) {
        return false;
    }
    constexpr std::string_view telling[] = {"yes",  "no",    "thank", "please", "bye", "hello", "hi",
                                            "what", "where", "which", "why",    "who", "how",   "when"};
    return std::ranges::none_of(telling, [line](std::string_view word) { return contains_word(line, word); });
}

std::optional<Draft> own_line(const std::vector<std::string>& lines, const Persona& persona, Random& random,
                              Said& said) {
    if (lines.empty()) {
        return std::nullopt;
    }
    const std::string& line = lines[random.below(lines.size())];
    if (!is_harmless(persona, line) || !said.insert(wording_hash(line)).second) {
        return std::nullopt;
    }
    Draft draft;
    draft.add_kept(line);
    if (!std::string_view(".!?").contains(line.back())) {
        draft.add(".");
    }
    return draft;
}

const std::vector<Line>* asides(const Situation& situation) {
    if (situation.habits.style == Style::rambling && situation.habits.band != Band::angry) {
        return &situation.bank.digressions;
    }
    const bool calm = situation.habits.band == Band::calm || situation.habits.band == Band::irritated;
    if (situation.habits.style == Style::verbose && calm && situation.last != Manner::protest) {
        return &situation.bank.elaborations;
    }
    return nullptr;
}

std::optional<Draft> coloured(const Situation& situation, Random& random, Said& said) {
    const Colour colour = situation.habits.colour;
    if (colour == Colour::none || situation.habits.band == Band::angry || !random.chance(0.12)) {
        return std::nullopt;
    }
    return fresh_line(colour == Colour::anxious ? situation.bank.worries : situation.bank.doubts, random, said);
}

}  // namespace

std::optional<Draft> before(const Situation& situation, Random& random, Said& said) {
    const bool hello = situation.first_turn && situation.opens && !situation.greets;
    if (hello && random.chance(situation.habits.greeting)) {
        return fresh_line(situation.bank.greetings, random, said);
    }
    if (!situation.closes && random.chance(situation.habits.own_words)) {
        return own_line(situation.persona.catchphrases, situation.persona, random, said);
    }
    return std::nullopt;
}

std::optional<Draft> behind(const Situation& situation, Random& random, Said& said) {
    if (situation.closes) {
        const bool grateful = situation.content && !situation.thanked && random.chance(situation.habits.thanks_at_end);
        return grateful ? fresh_line(situation.bank.thanks, random, said) : std::nullopt;
    }
    if (situation.last == Manner::bare) {
        return random.chance(situation.habits.thanks) ? fresh_line(situation.bank.thanks, random, said) : std::nullopt;
    }
    if (situation.emotional && random.chance(2 * situation.habits.own_words)) {
        return own_line(situation.persona.samples, situation.persona, random, said);
    }
    if (const std::vector<Line>* const lines = asides(situation);
        lines != nullptr && random.chance(situation.habits.aside)) {
        return fresh_line(*lines, random, said);
    }
    if (std::optional<Draft> line = coloured(situation, random, said)) {
        return line;
    }
    const bool polite = situation.last != Manner::protest && situation.last != Manner::request;
    if (polite && random.chance(situation.habits.thanks)) {
        return fresh_line(situation.bank.thanks, random, said);
    }
    return std::nullopt;
}

std::optional<Draft> nudge(const Situation& situation, Random& random, Said& said) {
    if (situation.closes || !random.chance(situation.habits.nudge)) {
        return std::nullopt;
    }
    return fresh_line(situation.bank.nudges[static_cast<std::size_t>(situation.habits.band)], random, said);
}

}  // namespace sosia::user::wording
