#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "spec/bind.h"

namespace sosia::spec {
namespace {

constexpr std::array<std::string_view, 4> built_in_axes{"style", "emotion", "knowledge", "intent"};

// "Non_native" and "non-native" are one value; the user's own values keep their letters.
std::string trait_value(std::string_view text) {
    static constexpr std::array<std::string_view, 17> known{
        "verbose",    "terse",       "technical",  "non-native",  "rambling",        "calm",
        "frustrated", "anxious",     "confused",   "angry",       "expert",          "intermediate",
        "novice",     "cooperative", "tangential", "adversarial", "correction-prone"};
    const std::string canonical_form = hyphenated(text);
    return std::ranges::find(known, canonical_form) != known.end() ? canonical_form : std::string(text);
}

void add_trait(Persona& persona, const Binding& binding, Place place, const std::string& axis, std::string_view text) {
    const std::string value = trait_value(text);
    const auto [at, is_new] = persona.traits.try_emplace(axis, value);
    if (!is_new && at->second != value) {
        binding.error(place, fmt::format("{} is given twice: {} and {}", axis, in_quotes(at->second), in_quotes(value)),
                      "keep one of them");
    }
}

void bind_traits(const Fields& fields, Persona& persona) {
    for (const std::string_view axis : built_in_axes) {
        if (const auto value = fields.maybe_text(axis)) {
            add_trait(persona, fields.binding(), fields.place(axis), std::string(axis), *value);
        }
    }
    for (const std::string_view key : {"axes", "traits"}) {
        const Node* axes = fields.find(key);
        for (std::size_t i = 0; axes != nullptr && i < axes->members.size(); ++i) {
            const Node::Member& member = axes->members[i];
            if (member.value.is_scalar()) {
                add_trait(persona, fields.binding(), member.value.place, member.key, text_of(member.value));
            }
        }
    }
}

std::optional<Disclosure> disclosure_of(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Disclosure>, 14> spellings{{
        {"freely", Disclosure::freely},
        {"free", Disclosure::freely},
        {"always", Disclosure::freely},
        {"asked", Disclosure::asked},
        {"ask", Disclosure::asked},
        {"when-asked", Disclosure::asked},
        {"only-when-asked", Disclosure::asked},
        {"second-ask", Disclosure::second_ask},
        {"asked-twice", Disclosure::second_ask},
        {"only-when-asked-twice", Disclosure::second_ask},
        {"never", Disclosure::never},
        {"corrected", Disclosure::corrected},
        {"wrong-first", Disclosure::corrected},
        {"wrong-then-corrected", Disclosure::corrected},
    }};
    const std::string wanted = hyphenated(text);
    const auto found_spelling =
        std::ranges::find(spellings, wanted, [](const auto& spelling) { return spelling.first; });
    return found_spelling == spellings.end() ? std::nullopt : std::optional(found_spelling->second);
}

void bind_correction(const Fields& fields, Fact& fact) {
    constexpr int usual_turn = 3;
    const Binding& binding = fields.binding();
    if (fact.when != Disclosure::corrected) {
        for (const std::string_view key : {"first_says", "at_turn"}) {
            if (fields.has(key)) {
                binding.warning(fields.key_place(key),
                                fmt::format("\"{}\" means nothing without `when: corrected`", key));
            }
        }
        fact.first_says.clear();
        return;
    }
    fact.at_turn = fields.integer("at_turn").value_or(usual_turn);
    if (fact.first_says.empty()) {
        binding.error(
            fields.node().place,
            fmt::format(
                "the fact \"{}\" is corrected later, but \"first_says\" (the wrong value given first) is missing",
                fact.name));
    } else if (fact.first_says == fact.value) {
        binding.error(fields.place("first_says"),
                      fmt::format("the fact \"{}\" says {} first and last: there is nothing to correct", fact.name,
                                  in_quotes(fact.value)));
    }
}

Fact bind_fact(const Node::Member& member, const Binding& binding) {
    Fact fact{.name = member.key};
    if (!member.value.is_map()) {
        fact.value = text_of(member.value);
        return fact;
    }
    const Fields fields(member.value, binding);
    fact.value = fields.text("value");
    fact.asked_by = fields.texts("asked_by");
    fact.first_says = fields.text("first_says");
    const auto when = fields.maybe_text("when");
    fact.when = when ? disclosure_of(*when).value_or(Disclosure::asked)
                     : (fact.first_says.empty() ? Disclosure::asked : Disclosure::corrected);
    bind_correction(fields, fact);
    return fact;
}

void bind_facts(const Fields& fields, Persona& persona) {
    const Node* facts = fields.find("facts");
    for (std::size_t i = 0; facts != nullptr && i < facts->members.size(); ++i) {
        const Node::Member& member = facts->members[i];
        Fact fact = bind_fact(member, fields.binding());
        const Node* value = member.value.is_map() ? member.value.find("value") : &member.value;
        if (trim(fact.name).empty()) {
            fields.binding().error(member.place, "a fact needs a name");
        } else if (fact.value.empty() && value != nullptr && value->is_scalar()) {
            fields.binding().error(value->place, fmt::format("the fact {} has an empty value", in_quotes(fact.name)));
        }
        persona.facts.push_back(std::move(fact));
    }
}

void bind_background(const Fields& fields, Persona& persona) {
    persona.background = fields.text_map("background");
    persona.background.merge(fields.text_map("demographics"));
    for (const std::string_view key : {"role", "history"}) {
        if (const auto text = fields.maybe_text(key)) {
            persona.background.try_emplace(std::string(key), *text);
        }
    }
}

void bind_goal(const Fields& fields, Persona& persona) {
    const Node* goal = fields.find("goal");
    if (goal == nullptr) {
        return;
    }
    if (goal->is_map()) {
        const Fields parts(*goal, fields.binding());
        persona.goal = {parts.text("primary"), parts.texts("side")};
    } else {
        persona.goal.primary = text_of(*goal);
    }
}

void bind_knobs(const Fields& fields, Persona& persona) {
    const Node* node = fields.find("knobs");
    if (node == nullptr || !node->is_map()) {
        return;
    }
    const Fields knobs(*node, fields.binding());
    persona.knobs.frustration_threshold =
        knobs.number("frustration_threshold").value_or(persona.knobs.frustration_threshold);
    persona.knobs.drop = knobs.number("drop").value_or(persona.knobs.drop);
    persona.knobs.patience = knobs.integer("patience").value_or(persona.knobs.patience);
    persona.knobs.clarity = knobs.number("clarity").value_or(persona.knobs.clarity);
    persona.knobs.typo = knobs.number("typo");
}

void bind_language(const Fields& fields, Persona& persona) {
    const auto languages = fields.texts("languages");
    persona.language = fields.text("language", languages.empty() ? "en" : languages.front());
    if (languages.size() > 1) {
        persona.background.try_emplace("languages", join(languages, "; "));
    }
}

std::optional<FailureCategory> category_of(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, FailureCategory>, 9> others{{
        {"hallucination", FailureCategory::hallucinated_policy},
        {"hallucinated-policies", FailureCategory::hallucinated_policy},
        {"tool-selection-error", FailureCategory::tool_selection},
        {"mid-conversation-correction-failure", FailureCategory::correction_failure},
        {"mid-conversation-correction", FailureCategory::correction_failure},
        {"correction", FailureCategory::correction_failure},
        {"knowledge-boundary-violation", FailureCategory::knowledge_boundary},
        {"emotional-miscalibrations", FailureCategory::emotional_miscalibration},
        {"tool-error", FailureCategory::tool_selection},
    }};
    std::string wanted = hyphenated(text);
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (const auto category = parse_failure_category(wanted)) {
            return category;
        }
        const auto other = std::ranges::find(others, wanted, [](const auto& pair) { return pair.first; });
        if (other != others.end()) {
            return other->second;
        }
        if (!wanted.ends_with('s')) {
            break;
        }
        wanted.pop_back();
    }
    return std::nullopt;
}

// A typo is an error; a category of somebody's own only has no effect.
void report_category(const Node& item, const std::vector<std::string>& names, const Binding& binding) {
    const std::string hint = did_you_mean(hyphenated(item.written()), names);
    const std::string message =
        fmt::format("{} is no failure category; expected {}", in_quotes(item.written()), any_of(names));
    if (hint.empty()) {
        binding.warning(item.place, message, "it has no effect");
    } else {
        binding.error(item.place, message, hint);
    }
}

}  // namespace

std::vector<FailureCategory> bind_categories(const Fields& fields, std::string_view key) {
    static const std::vector<std::string> names{"hallucinated-policy", "context-loss",       "emotional-miscalibration",
                                                "tool-selection",      "correction-failure", "knowledge-boundary"};
    std::vector<FailureCategory> out;
    const auto add = [&](const Node& item) {
        const auto category = item.is_scalar() ? category_of(item.text) : std::nullopt;
        if (category) {
            out.push_back(*category);
        } else if (item.is_scalar()) {
            report_category(item, names, fields.binding());
        }
    };
    const Node* node = fields.find(key);
    if (node != nullptr && node->is_list()) {
        std::ranges::for_each(node->items, add);
    } else if (node != nullptr) {
        add(*node);
    }
    return out;
}

Persona bind_persona(const Node& node, const Binding& binding, std::string_view fallback_id) {
    const Fields fields(node, binding);
    Persona persona;
    persona.id = bind_id(fields, fallback_id);
    persona.name = fields.text("name", persona.id);
    bind_traits(fields, persona);
    persona.probes = bind_categories(fields, "probes");
    persona.profile = fields.text("profile", fields.text("description"));
    bind_background(fields, persona);
    bind_language(fields, persona);
    if (const Node* big_five = fields.find("big_five")) {
        for (const Node::Member& member : big_five->members) {
            persona.big_five[member.key] = as_real(member.value).value_or(0);
        }
    }
    bind_goal(fields, persona);
    bind_facts(fields, persona);
    bind_knobs(fields, persona);
    persona.escalates_when = fields.texts("escalates_when");
    persona.samples = fields.texts("samples");
    persona.catchphrases = fields.texts("catchphrases");
    persona.frustrations = fields.texts("frustrations");
    persona.rules = fields.texts("rules");
    std::ranges::move(fields.texts("decision_rules"), std::back_inserter(persona.rules));
    persona.only_in = fields.texts("only_in");
    persona.tags = fields.texts("tags");
    persona.hash = content_hash(canonical(node));
    persona.file = binding.file.relative;
    return persona;
}

}  // namespace sosia::spec
