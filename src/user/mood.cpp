#include "user/mood.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "base/text.h"

namespace sosia::user {
namespace {

// Where each built-in emotion starts on the scale of 0 to 5.
double base_level(std::string_view emotion) {
    constexpr std::array<std::pair<std::string_view, double>, 9> levels{{{"calm", 0.3},
                                                                         {"happy", 0.1},
                                                                         {"confused", 0.9},
                                                                         {"worried", 1.2},
                                                                         {"anxious", 1.3},
                                                                         {"impatient", 1.8},
                                                                         {"annoyed", 2.0},
                                                                         {"frustrated", 2.4},
                                                                         {"angry", 3.4}}};
    for (const auto& [name, level] : levels) {
        if (name == emotion) {
            return level;
        }
    }
    return 0.6;
}

bool mentions(const std::string& text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

}  // namespace

Mood::Mood(const CellParts& parts)
    : start_(std::clamp(base_level(parts.persona->trait("emotion")) + parts.adversary->emotion, calmest, angriest)),
      level_(start_),
      threshold_(parts.persona->knobs.frustration_threshold) {
    for (const std::string& written : parts.persona->escalates_when) {
        const std::string text = lower(written);
        trigger_on_repeat_ |= mentions(text, {"twice", "again", "repeat", "same thing", "same question"});
        trigger_on_redirect_ |= mentions(text, {"call another", "another number", "told to call", "phone line",
                                                "website", "elsewhere", "other department", "redirect"});
        trigger_on_refusal_ |= mentions(text, {"refus", "denied", "declin", "told no", "rejected", "policy"});
        trigger_on_wait_ |= mentions(text, {"wait", "hold", "slow"});
        trigger_on_rudeness_ |= mentions(text, {"rude", "blame", "dismiss", "brushed off", "condescend", "patroni"});
        trigger_on_script_ |= mentions(text, {"script", "canned", "copy", "robot", "bot"});
    }
}

bool Mood::triggered(const Observation& seen) const {
    const Reading& r = seen.reading;
    return (trigger_on_repeat_ && seen.repeated_ask) || (trigger_on_redirect_ && r.has(Act::redirect)) ||
           (trigger_on_refusal_ && seen.goal_declined) || (trigger_on_wait_ && r.has(Act::hold)) ||
           (trigger_on_rudeness_ && r.has(Act::hostile)) || (trigger_on_script_ && seen.repeated_text);
}

bool Mood::observe(const Observation& seen) {
    const Reading& r = seen.reading;
    double change = 0;
    change += seen.repeated_ask ? 1.0 : 0;
    change += seen.repeated_text ? 0.8 : 0;
    change += seen.ignored_question ? 0.5 : 0;
    change += seen.used_wrong_value ? 0.8 : 0;
    change += seen.goal_declined ? 0.7 : 0;
    change += r.has(Act::misunderstood) ? 0.5 : 0;
    change += r.has(Act::hostile) ? 1.2 : 0;
    change += r.has(Act::redirect) ? 0.4 : 0;
    change += r.has(Act::cheer) && level_ >= 2 ? 0.4 : 0;
    change -= r.has(Act::apologise) ? 0.25 : 0;
    change -= r.has(Act::empathise) ? 0.35 : 0;
    change -= seen.progress ? 0.2 : 0;
    change -= seen.goal_done ? 1.5 : 0;
    const bool trigger = triggered(seen);
    change += trigger ? 1.0 : 0;
    level_ = std::clamp(level_ + change, calmest, angriest);
    return trigger;
}

}  // namespace sosia::user
