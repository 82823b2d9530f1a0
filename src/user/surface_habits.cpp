#include "user/surface_habits.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace sosia::user::wording {
namespace {

struct StyleRates {
    double lower;
    double no_stop;
    double typo;
    double two_messages;
    double filler;
    double aside;
    double thanks;
    double please;
};

// neutral, terse, verbose, technical, non-native, rambling
constexpr std::array<StyleRates, style_count> rates{{
    {0.20, 0.20, 0.010, 0.12, 0.09, 0.00, 0.20, 0.18},
    {0.34, 0.30, 0.015, 0.18, 0.03, 0.00, 0.09, 0.08},
    {0.07, 0.06, 0.005, 0.06, 0.08, 0.18, 0.26, 0.24},
    {0.12, 0.14, 0.005, 0.08, 0.02, 0.00, 0.13, 0.12},
    {0.22, 0.22, 0.016, 0.10, 0.08, 0.00, 0.26, 0.26},
    {0.28, 0.24, 0.020, 0.14, 0.18, 0.20, 0.17, 0.12},
}};

constexpr std::array<double, style_count> bare{0.35, 0.5, 0.08, 0.3, 0.25, 0.1};

// calm, irritated, frustrated, angry
constexpr std::array<double, band_count> bang{0.03, 0.05, 0.09, 0.24};
constexpr std::array<double, band_count> courtesy{1.0, 0.6, 0.25, 0.0};
constexpr std::array<double, band_count> nudge{0.02, 0.04, 0.06, 0.08};

Colour colour_of(const Persona& persona) {
    for (const std::string_view axis : {"emotion", "temperament", "mood", "intent"}) {
        const std::string_view value = persona.trait(axis);
        if (value.contains("anxi") || value.contains("worr") || value.contains("nerv")) {
            return Colour::anxious;
        }
        if (value.contains("confus") || value.contains("lost") || value.contains("overwhelm")) {
            return Colour::confused;
        }
    }
    return Colour::none;
}

// 0 to 1, the same for a person in every turn: some people never write capitals, some always do.
double person(const Persona& persona, std::uint64_t habit) {
    return static_cast<double>(hash64(persona.id, habit) >> 11) * 0x1.0p-53;
}

// The persona's own sample lines say how it types. Authors write samples more carelessly than anybody types all day, so
// they count for a part of the rate.
void learn_from_samples(const Persona& persona, Habits& habits) {
    if (persona.samples.empty()) {
        return;
    }
    double small = 0;
    double unmarked = 0;
    for (const std::string& line : persona.samples) {
        small += !line.empty() && line.front() >= 'a' && line.front() <= 'z' ? 1 : 0;
        unmarked += !line.empty() && std::string_view(".!?").contains(line.back()) ? 0 : 1;
    }
    const auto count = static_cast<double>(persona.samples.size());
    habits.lower = 0.65 * habits.lower + 0.2 * small / count;
    habits.no_stop = 0.7 * habits.no_stop + 0.2 * unmarked / count;
}

void apply_style(Habits& habits) {
    const StyleRates& style = rates[static_cast<std::size_t>(habits.style)];
    const auto mood = static_cast<std::size_t>(habits.band);
    habits.lower = style.lower;
    habits.no_stop = style.no_stop;
    habits.typo = style.typo;
    habits.two_messages = style.two_messages;
    habits.filler = style.filler;
    habits.aside = style.aside;
    habits.bare_value = bare[static_cast<std::size_t>(habits.style)];
    habits.bang = bang[mood];
    habits.nudge = nudge[mood];
    habits.thanks = style.thanks * courtesy[mood];
    habits.thanks_at_end = std::min(0.75, 0.3 + 3 * style.thanks) * courtesy[mood];
    habits.please = style.please * courtesy[mood];
    habits.greeting = habits.band == Band::angry ? 0.08 : (habits.style == Style::terse ? 0.2 : 0.4);
}

double typo_rate(const Persona& persona, const Voice& voice, double usual) {
    if (voice.typo >= 0) {
        return voice.typo;
    }
    return persona.knobs.typo.value_or(usual * (1 + 0.25 * std::clamp(voice.emotion, 0.0, 5.0)));
}

}  // namespace

Habits habits_of(const Persona& persona, const Voice& voice) {
    Habits habits;
    habits.style = style_of(voice.style);
    habits.band = band_of(voice.emotion);
    habits.colour = colour_of(persona);
    habits.language = language_of(persona.language);
    apply_style(habits);
    habits.lower = std::min(0.9, habits.lower * (0.4 + 1.2 * person(persona, 1)));
    habits.no_stop = std::min(0.9, habits.no_stop * (0.5 + person(persona, 2)));
    habits.no_apostrophe = habits.language == Language::english ? 0.3 : 0;
    learn_from_samples(persona, habits);
    habits.typo = typo_rate(persona, voice, habits.typo);
    habits.own_words = voice.own_matter ? habits.own_words : 0;
    return habits;
}

}  // namespace sosia::user::wording
