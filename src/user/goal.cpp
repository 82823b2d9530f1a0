#include "user/goal.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sosia_user_data_data.h"

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
    constexpr std::array<std::string_view, 19> starts{
        "know",   "find out", "ask",  "learn",    "understand", "check whether", "check if", "check the status", "check when", "see if",
        "whether", "what",    "when", "how ",     "where",      "why",           "get information", "get test results", "hear"};
    const std::string lowered = lower(trim(text));
    return std::ranges::any_of(starts, [&](std::string_view s) { return lowered.starts_with(s); });
}

bool overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& topic) { return b.contains(topic); });
}

// The truth entry a persistent user would ask about: the first that states a number.
std::string askable_truth(const std::map<std::string, std::string>& truth) {
    for (const auto& [name, text] : truth) {
        if (std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
            return name;
        }
    }
    return {};
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
    const std::set<std::string> wanted = words.topics(scenario.intent + " " + scenario.id);
    const std::set<std::string> own = words.topics(persona.goal.primary);
    const bool same_matter = persona.goal.primary.empty() || scenario.intent.empty() || overlap(wanted, own);
    goal.wording = same_matter && !persona.goal.primary.empty() ? persona.goal.primary : scenario.intent;
    if (goal.wording.empty()) {
        goal.wording = scenario.description.empty() ? replace_all(scenario.id, "-", " ") : scenario.description;
    }
    if (same_matter) {
        goal.side = persona.goal.side;
    }
    goal.topics = words.topics(goal.wording + " " + scenario.intent);
    for (const char* action : {"=refund", "=cancel", "=booking", "=move", "=replace", "=update", "=renew", "=repair", "=activate", "=upgrade", "=transfer", "=claim"}) {
        if (goal.topics.contains(action)) {
            goal.actions.insert(action);
        }
    }
    goal.informational = asks_for_knowledge(scenario.intent.empty() ? goal.wording : scenario.intent);
    goal.question_topic = askable_truth(merged_truth(scenario, *parts.edge_case));
    if (!goal.question_topic.empty()) {
        std::string label = goal.question_topic;
        std::ranges::replace(label, '_', ' ');
        std::ranges::replace(label, '-', ' ');
        std::ranges::replace(label, '.', ' ');
        goal.question = "what the " + label + " is";
    } else {
        goal.question = "whether you can " + goal.wording;
    }
    return goal;
}

}  // namespace sosia::user
