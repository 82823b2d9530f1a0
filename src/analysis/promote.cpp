#include "analysis/promote.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analysis/promote_facts.h"
#include "analysis/summary.h"
#include "base/text.h"

namespace sosia::analysis {
namespace {

std::string first_message(const Conversation& c) {
    const auto turn = std::ranges::find(c.turns, Role::user, &Turn::role);
    return turn == c.turns.end() ? "" : turn->text;
}

std::string failed_check(const Conversation& c) {
    const CheckResult* cause = root_cause(c);
    return cause == nullptr ? "" : cause->name;
}

Compatibility only(const std::string& id) {
    return {.ids = {id}};
}

// Words of a user turn; enough to tell a terse person from a verbose one.
std::size_t words_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(split(text, ' '), [](auto w) { return !trim(w).empty(); }));
}

std::string style_of(const Conversation& c) {
    std::size_t words = 0;
    std::size_t turns = 0;
    for (const Turn& turn : c.turns) {
        words += turn.role == Role::user ? words_in(turn.text) : 0;
        turns += turn.role == Role::user ? 1U : 0U;
    }
    constexpr std::size_t terse = 6;
    constexpr std::size_t verbose = 30;
    return turns == 0 ? "" : words < terse * turns ? "terse" : words > verbose * turns ? "verbose" : "";
}

constexpr std::array<std::string_view, 16> angry_words{
    "ridiculous", "unacceptable", "useless",    "angry", "furious",  "terrible", "worst",     "fed up",
    "complaint",  "manager",      "supervisor", "joke",  "pathetic", "lawyer",   "disgusted", "incompetent"};
constexpr std::array<std::string_view, 8> worried_words{"worried",     "anxious", "scared", "urgent",
                                                        "please help", "afraid",  "asap",   "desperate"};

template <std::size_t n>
int heard(const std::array<std::string_view, n>& words, const std::string& text) {
    return static_cast<int>(std::ranges::count_if(words, [&](std::string_view w) { return text.contains(w); }));
}

std::string mood_of(const Conversation& c) {
    int anger = 0;
    int worry = 0;
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::user) {
            const std::string text = lower(turn.text);
            anger += heard(angry_words, text) + (text.contains("!!") ? 1 : 0);
            worry += heard(worried_words, text);
        }
    }
    return anger > 2 ? "angry" : anger > 0 ? "frustrated" : worry > 0 ? "anxious" : "calm";
}

bool is_small_talk(const std::string& text) {
    constexpr std::array<std::string_view, 10> words{"thank",  "bye",      "great", "perfect", "cheers",
                                                     "have a", "good day", "ok",    "yes",     "no"};
    constexpr std::size_t short_reply = 4;
    const std::string said = lower(trim(text));
    return words_in(said) <= short_reply || (words_in(said) <= 2 * short_reply &&
                                             std::ranges::any_of(words, [&](auto w) { return said.starts_with(w); }));
}

// What the user brought up unasked after the first message: the agent had asked nothing, and no fact was told.
std::vector<Pivot> pivots_of(const Conversation& c, std::span<const TurnSigns> signs) {
    constexpr std::size_t longest = 300;
    constexpr std::size_t most = 6;
    std::vector<Pivot> out;
    int said = 0;
    for (std::size_t i = 0; i < c.turns.size(); ++i) {
        if (c.turns[i].role != Role::user) {
            continue;
        }
        const bool unasked = i > 0 && said > 0 && !c.turns[i - 1].text.contains('?') && signs[i - 1].asks.empty();
        if (unasked && signs[i].values.empty() && !is_small_talk(c.turns[i].text) && out.size() < most) {
            out.push_back({.after = said, .say = shorten(std::string(trim(c.turns[i].text)), longest)});
        }
        ++said;
    }
    return out;
}

std::string first_sentence(const std::string& text) {
    const std::size_t end = text.find_first_of(".!?\n");
    return shorten(std::string(trim(text.substr(0, end))), 120);
}

void say_what_failed(const Conversation& c, Draft& draft) {
    draft.check = failed_check(c);
    draft.scenario.tags.emplace_back("promoted");
    draft.persona.tags.emplace_back("promoted");
}

Persona person_behind(const Conversation& c, const PromotedFacts& facts, const std::string& id) {
    constexpr int usual_patience = 8;
    Persona p{.id = id, .name = "Alex Morgan"};
    const std::string style = style_of(c);
    if (!style.empty()) {
        p.traits["style"] = style;
    }
    p.traits["emotion"] = mood_of(c);
    p.traits["intent"] = facts.corrects ? "correction-prone" : "cooperative";
    p.facts = facts.facts;
    p.knobs.drop = 0;
    p.knobs.clarity = 1;
    p.knobs.patience = std::max(usual_patience, c.metrics.user_turns);
    p.profile = "Somebody who wrote to the agent in production.";
    return p;
}

}  // namespace

Draft promote_simulated(const Conversation& c, const CellParts& parts, const std::string& id) {
    Draft draft{.persona = *parts.persona, .scenario = *parts.scenario};
    say_what_failed(c, draft);
    draft.persona.id = id;
    draft.persona.only_in = {id};
    Scenario& s = draft.scenario;
    s.id = id;
    s.description = shorten(parts.edge_case->description.empty() ? s.description : parts.edge_case->description, 300);
    s.opening = s.opens == Speaker::user ? std::optional(first_message(c)) : std::nullopt;
    s.context = merged_context(*parts.scenario, *parts.edge_case);
    s.truth = merged_truth(*parts.scenario, *parts.edge_case);
    s.happy = *parts.edge_case;
    s.edge_cases.clear();
    s.personas = only(id);
    s.adversaries = only(c.cell.adversary);
    s.probes.clear();
    draft.inferred = {"persona, facts, expectations, ground truth and context are those of " + to_string(c.cell),
                      "the first message is the one of that conversation, word for word"};
    draft.to_check = {"is what it expects what the agent should do?"};
    if (!s.world.empty()) {
        draft.to_check.emplace_back("expected end states and events of the world are not taken over: copy them from " +
                                    parts.scenario->file);
        s.happy.expect.world.reset();
        s.happy.events.clear();
    }
    return draft;
}

Draft promote_transcript(const Conversation& c, std::span<const TurnSigns> signs, const std::string& id) {
    Draft draft;
    say_what_failed(c, draft);
    const PromotedFacts facts = facts_in(c, signs);
    draft.persona = person_behind(c, facts, id);
    draft.persona.only_in = {id};
    draft.persona.tags = {"promoted"};
    Scenario& s = draft.scenario;
    const bool labelled = !c.cell.scenario.empty() && c.cell.scenario != "production";
    s.id = id;
    s.category = labelled ? c.cell.scenario : "";
    s.intent = labelled ? c.cell.scenario : first_sentence(first_message(c));
    s.description = "From production: failed at " + draft.check + ".";
    s.opening = first_message(c);
    s.happy.pivots = pivots_of(c, signs);
    s.personas = only(id);
    draft.persona.goal.primary = s.intent;
    draft.inferred = facts.inferred;
    draft.inferred.push_back(
        fmt::format("mood ({}), style and patience come from how the user wrote", draft.persona.traits.at("emotion")));
    draft.to_check = facts.to_check;
    draft.to_check.emplace_back(
        "what should the agent have done? Write it under `expect`, and the true figures under `truth`");
    draft.to_check.emplace_back("does the text still hold names or addresses? Patterns do not find all of them");
    draft.to_check.emplace_back("is the language of the persona right (en)?");
    return draft;
}

}  // namespace sosia::analysis
