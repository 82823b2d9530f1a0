#include "user/wording_task.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "user/realizer_acts.h"

namespace sosia::user {
namespace json = boost::json;
namespace {

constexpr std::size_t turns_shown = 24;       // the newest; older ones seldom matter to the next line
constexpr std::size_t longest_shown = 4'000;  // bytes of one turn

json::array array_of(const std::vector<std::string>& texts) {
    json::array out;
    for (const std::string& text : texts) {
        out.emplace_back(text);
    }
    return out;
}

std::string without(std::string text, const std::vector<Secret>& secrets) {
    constexpr std::size_t shortest = 3;  // replacing "12" would tear other numbers apart
    for (const Secret& secret : secrets) {
        if (secret.value.size() >= shortest) {
            text = replace_all(std::move(text), secret.value, "(kept back)");
        }
    }
    return text;
}

json::array without(const std::vector<std::string>& texts, const std::vector<Secret>& secrets) {
    json::array out;
    for (const std::string& text : texts) {
        out.emplace_back(without(text, secrets));
    }
    return out;
}

std::string length_for(std::string_view style) {
    if (style == "terse") {
        return "This person writes one to six words, rarely more.";
    }
    if (style == "verbose") {
        return "This person writes one to three sentences, seldom more than forty words.";
    }
    if (style == "rambling") {
        return "This person writes two to four loose sentences that wander and run into each other.";
    }
    return "Most messages have three to twelve words, some have one, few have more than twenty.";
}

std::string_view feeling_of(double emotion) {
    constexpr std::array<std::string_view, 6> words{"calm",   "a little impatient", "annoyed", "frustrated", "angry",
                                                    "furious"};
    const double level = std::clamp(emotion, 0.0, 5.0);
    return words[static_cast<std::size_t>(level + 0.5)];
}

// "gives a fact (slot, label)" with what fills it: "gives a fact: order number".
std::string step_text(const Phrase& phrase) {
    const auto act = find_speech_act(phrase.act);
    std::string meaning = act ? std::string(speech_acts()[*act].meaning) : phrase.act;
    meaning = std::string(trim(std::string_view(meaning).substr(0, meaning.find('('))));
    if (!phrase.label.empty()) {
        meaning += ": " + phrase.label;
    }
    if (!phrase.old.empty()) {
        meaning += fmt::format(" (not {})", phrase.old);
    }
    return phrase.slot.empty() ? meaning : fmt::format("{}: {}", meaning, phrase.slot);
}

// The slots that are facts: a goal or a question may be put differently, these may not.
bool is_value(const Phrase& phrase) {
    const auto act = find_speech_act(phrase.act);
    return act && speech_acts()[*act].slot == SlotUse::value && !phrase.slot.empty();
}

json::array history_of(std::span<const Turn> turns) {
    json::array out;
    for (const Turn& turn : turns.last(std::min(turns.size(), turns_shown))) {
        out.emplace_back(json::object{{turn.role == Role::user ? "you" : "they", shorten(turn.text, longest_shown)}});
    }
    return out;
}

// Where figures may come from, and what was said before.
void allow_what_was_said(std::span<const Turn> turns, LineRules& rules) {
    for (const Turn& turn : turns) {
        rules.known.push_back(turn.text);
        if (turn.role == Role::user) {
            rules.said.push_back(turn.text);
        }
    }
}

void allow(WordingTask& task, std::string text) {
    task.texts.push_back(std::move(text));
    task.rules.known.push_back(task.texts.back());
}

void allow_what_they_know(const CellParts& parts, const BuiltinUser& user, WordingTask& task) {
    const std::vector<Secret>& secrets = task.rules.secrets;
    const Persona& persona = *parts.persona;
    allow(task, without(user.goal().wording, secrets));
    allow(task, without(persona.profile, secrets));
    for (const std::string& side : user.goal().side) {
        allow(task, side);
    }
    for (const auto& [label, value] : persona.background) {
        allow(task, without(value, secrets));
    }
    for (const Ledger::Entry& entry : user.ledger().entries()) {
        if (entry.incidental) {
            allow(task, without(entry.fact.value, secrets));
        }
        if (entry.wrong || entry.corrected) {
            allow(task, entry.fact.first_says);
        }
    }
}

bool is_injection(std::string_view tactic) {
    return tactic == "inject" || tactic == "social" || tactic == "third-party";
}

// How an adversary behaves, in words, for a model that plays on its own.
json::array pressure_of(const Adversary& adversary) {
    json::array out;
    for (const Tactic& tactic : adversary.tactics) {
        out.emplace_back(tactic.say.empty() ? tactic.act : fmt::format("{}: \"{}\"", tactic.act, tactic.say));
    }
    return out;
}

}  // namespace

json::object person_values(const CellParts& parts, const BuiltinUser& user, const std::vector<Secret>& secrets) {
    const Persona& persona = *parts.persona;
    json::array traits;
    for (const auto& [axis, value] : persona.traits) {
        traits.emplace_back(json::object{{"axis", axis}, {"value", value}});
    }
    json::array background;
    for (const auto& [label, value] : persona.background) {
        background.emplace_back(json::object{{"label", label}, {"value", without(value, secrets)}});
    }
    return {{"name", persona.name},
            {"profile", without(persona.profile, secrets)},
            {"traits", std::move(traits)},
            {"background", std::move(background)},
            {"frustrations", without(persona.frustrations, secrets)},
            {"rules", without(persona.rules, secrets)},
            {"goal", without(user.goal().wording, secrets)},
            {"side", array_of(user.goal().side)},
            {"samples", without(persona.samples, secrets)},
            {"catchphrases", array_of(persona.catchphrases)},
            {"pressure", pressure_of(*parts.adversary)},
            {"language", persona.language},
            {"length", length_for(persona.trait("style"))}};
}

std::vector<Secret> secrets_of(const BuiltinUser& user) {
    std::vector<Secret> out;
    for (const Ledger::Entry& entry : user.ledger().entries()) {
        const bool known = entry.told && !entry.wrong;
        if (!entry.incidental && !known) {
            out.push_back({entry.label, entry.fact.value});
        }
    }
    return out;
}

std::vector<Secret> secrets_of(const BuiltinUser& user, const Guide& guide) {
    std::vector<Secret> out = secrets_of(user);
    std::erase_if(out, [&](const Secret& secret) {
        return std::ranges::any_of(guide.may_tell,
                                   [&](const Guide::Tellable& may) { return may.value == secret.value; });
    });
    return out;
}

WordingTask directed_task(const CellParts& parts, const BuiltinUser& user, const Step& step,
                          std::span<const Turn> turns) {
    WordingTask task;
    task.rules.language = parts.persona->language;
    task.rules.secrets = secrets_of(user);
    task.rules.may_speak_of_instructions = is_injection(step.mind.tactic);
    json::array steps;
    json::array values;
    for (const Phrase& phrase : step.phrases) {
        steps.emplace_back(step_text(phrase));
        if (is_value(phrase)) {
            values.emplace_back(phrase.slot);
            task.rules.must_hold.push_back(phrase.slot);
        }
        allow(task, phrase.slot);
        allow(task, phrase.old);
    }
    json::array keep_back;
    for (const Secret& secret : task.rules.secrets) {
        keep_back.emplace_back(secret.fact);
    }
    allow(task, step.text);
    allow_what_they_know(parts, user, task);
    allow_what_was_said(turns, task.rules);
    task.values = {
        {"history", history_of(turns)},      {"feeling", feeling_of(user.emotion())},
        {"steps", std::move(steps)},         {"values", std::move(values)},
        {"keep_back", std::move(keep_back)}, {"move", json::object{{"act", step.mind.move}, {"draft", step.text}}}};
    return task;
}

WordingTask free_task(const CellParts& parts, const BuiltinUser& user, const Guide& guide, std::span<const Turn> turns,
                      int turn_limit) {
    WordingTask task;
    task.rules.language = parts.persona->language;
    task.rules.secrets = secrets_of(user, guide);
    task.rules.may_speak_of_instructions =
        std::ranges::any_of(parts.adversary->tactics, [](const Tactic& t) { return is_injection(t.act); });
    json::array facts;
    for (const Guide::Tellable& fact : guide.may_tell) {
        facts.emplace_back(json::object{{"label", fact.label}, {"value", fact.value}, {"instead_of", fact.instead_of}});
        allow(task, fact.value);
        allow(task, fact.instead_of);
    }
    for (const Tactic& tactic : parts.adversary->tactics) {
        allow(task, tactic.say);
    }
    allow_what_they_know(parts, user, task);
    allow_what_was_said(turns, task.rules);
    const auto said = static_cast<int>(task.rules.said.size());
    task.values = {{"history", history_of(turns)},
                   {"feeling", feeling_of(user.emotion())},
                   {"turn", said + 1},
                   {"turns", turn_limit},
                   {"facts", std::move(facts)},
                   {"dodge", array_of(guide.dodge)},
                   {"refuse", array_of(guide.refuse)}};
    return task;
}

}  // namespace sosia::user
