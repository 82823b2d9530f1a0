#include "user/goal.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sosia_user_data_data.h"
#include "user/goal_question.h"

namespace sosia::user {
namespace {

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0 || c == '-';
}

// Crude suffix stripping, enough to match "refunds", "refunded" and "refunding".
std::string stem(std::string_view word) {
    constexpr std::array<std::string_view, 7> suffixes{"ations", "ation", "ings", "ing", "ed", "es", "s"};
    for (const std::string_view suffix : suffixes) {
        if (word.size() >= suffix.size() + 4 && word.ends_with(suffix)) {
            return std::string(word.substr(0, word.size() - suffix.size()));
        }
    }
    return std::string(word);
}

std::string embedded(std::string_view name) {
    for (const auto& file : sosia_user_data::embedded_files()) {
        if (file.name == name) {
            return std::string(file.text);
        }
    }
    return {};
}

bool asks_for_knowledge(std::string_view text) {
    constexpr std::array<std::string_view, 19> starts{"know",
                                                      "find out",
                                                      "ask",
                                                      "learn",
                                                      "understand",
                                                      "check whether",
                                                      "check if",
                                                      "check the status",
                                                      "check when",
                                                      "see if",
                                                      "whether",
                                                      "what",
                                                      "when",
                                                      "how ",
                                                      "where",
                                                      "why",
                                                      "get information",
                                                      "get test results",
                                                      "hear"};
    const std::string lowered = lower(trim(text));
    return std::ranges::any_of(starts, [&](std::string_view s) { return lowered.starts_with(s); });
}

bool overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& topic) { return b.contains(topic); });
}

// The families that name what should happen, as opposed to what it happens to.
constexpr std::array<std::string_view, 13> action_families{"=refund",   "=cancel", "=booking", "=move",     "=replace",
                                                           "=update",   "=renew",  "=repair",  "=activate", "=upgrade",
                                                           "=transfer", "=claim",  "=return"};

// "refund a cancelled flight" -> "refund a flight": a participle before its noun tells which one, not what should
// happen to it.
std::string without_participles(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, ' ');
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool tells_which = i + 1 < parts.size() && parts[i].ends_with("ed");
        out += tells_which ? "" : std::string(parts[i]) + " ";
    }
    return out;
}

std::set<std::string> actions_among(const std::set<std::string>& topics) {
    std::set<std::string> actions;
    for (const std::string_view action : action_families) {
        if (topics.contains(std::string(action))) {
            actions.insert(std::string(action));
        }
    }
    return actions;
}

std::set<std::string> actions_in(const GoalWords& words, std::string_view text) {
    std::set<std::string> actions = actions_among(words.topics(without_participles(text)));
    return actions.empty() ? actions_among(words.topics(text)) : actions;
}

// Whether the persona's own goal words what the scenario is about.
bool same_matter(const GoalWords& words, const Persona& persona, const Scenario& scenario) {
    const std::string& own = persona.goal.primary;
    if (own.empty() || scenario.intent.empty()) {
        return true;
    }
    if (asks_for_knowledge(own) != asks_for_knowledge(scenario.intent)) {
        return false;
    }
    const std::set<std::string> own_actions = actions_in(words, own);
    const std::set<std::string> wanted_actions = actions_in(words, scenario.intent);
    if (!own_actions.empty() && !wanted_actions.empty()) {
        return overlap(own_actions, wanted_actions);
    }
    return overlap(words.topics(scenario.intent + " " + scenario.id), words.topics(own));
}

// Whether the agent can do it, in the persona's language. A goal that the suite words in English is not asked about in
// another language; the phrases then ask without naming it.
std::string question_about(const std::string& wording, std::string_view language) {
    constexpr std::array<std::string_view, 6> english{"my", "the", "a", "an", "our", "for"};
    const bool worded_in_english =
        std::ranges::any_of(english, [&](std::string_view word) { return contains_word(wording, word); });
    if (language.starts_with("de")) {
        return worded_in_english ? "" : "ob Sie " + wording + " können";
    }
    if (language.starts_with("es")) {
        return worded_in_english ? "" : "si puede " + wording;
    }
    return "whether you can " + wording;
}

}  // namespace

Result<GoalWords> GoalWords::create() {
    try {
        const YAML::Node data = YAML::Load(embedded("data/goal_words.yaml"));
        GoalWords words;
        for (const auto& family : data["families"]) {
            for (const auto& entry : family.second) {
                const auto text = entry.as<std::string>();
                if (text.contains(' ')) {
                    words.phrases_.emplace_back(text, "=" + family.first.as<std::string>());
                } else {
                    words.stems_.emplace(text, "=" + family.first.as<std::string>());
                }
            }
        }
        for (const auto& entry : data["completions"]) {
            words.completions_.push_back(entry.as<std::string>());
        }
        for (const auto& entry : data["stop_words"]) {
            words.stop_words_.insert(entry.as<std::string>());
        }
        return words;
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::malformed, std::string("goal_words.yaml: ") + e.what());
    }
}

std::set<std::string> GoalWords::topics(std::string_view text) const {
    const std::string lowered = lower(text);
    std::set<std::string> found;
    for (const auto& [entry, family] : phrases_) {
        if (lowered.contains(entry)) {
            found.insert(family);
        }
    }
    for (std::size_t at = 0; at < lowered.size();) {
        if (!is_word_byte(lowered[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < lowered.size() && is_word_byte(lowered[end])) {
            ++end;
        }
        add_word(std::string_view(lowered).substr(at, end - at), found);
        at = end;
    }
    return found;
}

void GoalWords::add_word(std::string_view word, std::set<std::string>& found) const {
    // Stems are sorted: all that begin a word lie at or before it, and share its first byte.
    for (auto it = stems_.upper_bound(word); it != stems_.begin();) {
        --it;
        if (it->first.empty() || it->first[0] != word[0]) {
            break;
        }
        if (word.starts_with(it->first)) {
            found.insert(it->second);
        }
    }
    if (word.size() > 2 && !stop_words_.contains(word)) {
        found.insert(stem(word));
    }
}

bool GoalWords::is_generic_completion(std::string_view sentence) const {
    const std::string lowered = lower(sentence);
    return std::ranges::any_of(completions_, [&](const std::string& c) { return lowered.contains(c); });
}

ConversationGoal conversation_goal(const GoalWords& words, const CellParts& parts) {
    const Persona& persona = *parts.persona;
    const Scenario& scenario = *parts.scenario;
    ConversationGoal goal;
    goal.own = same_matter(words, persona, scenario);
    goal.wording = goal.own && !persona.goal.primary.empty() ? persona.goal.primary : scenario.intent;
    if (goal.wording.empty()) {
        goal.wording = scenario.description.empty() ? replace_all(scenario.id, "-", " ") : scenario.description;
    }
    if (goal.own) {
        goal.side = persona.goal.side;
    }
    goal.topics = words.topics(goal.wording + " " + scenario.intent);
    goal.actions = actions_in(words, goal.wording);
    goal.actions.merge(actions_in(words, scenario.intent));
    goal.informational = asks_for_knowledge(scenario.intent.empty() ? goal.wording : scenario.intent);
    RuleQuestion rule = rule_question(words, merged_truth(scenario, *parts.edge_case),
                                      goal.wording + " " + scenario.intent, persona.language);
    goal.question_topic = std::move(rule.topic);
    goal.question = rule.clause.empty() ? question_about(goal.wording, persona.language) : std::move(rule.clause);
    return goal;
}

}  // namespace sosia::user
