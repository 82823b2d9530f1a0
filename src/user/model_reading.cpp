#include "user/model_reading.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/text.h"

namespace sosia::user {
namespace json = boost::json;
namespace {

constexpr std::size_t most_sentences = 60;
constexpr std::size_t longest_sentence = 2'000;  // bytes shown of one
constexpr std::size_t most_acts = 8;             // of one sentence

std::string name_of(const ReadAct& act) {
    return std::string(to_string(act.act)) + (act.fact.empty() ? "" : ":" + act.fact);
}

std::string_view string_in(const json::object& o, const char* key) {
    const json::value* value = o.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

const json::array* array_in(const json::object& o, const char* key) {
    const json::value* value = o.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

// The fact's name where the task knows it, whatever its spelling.
std::string known_fact(std::string_view said, const ReadingTask& task) {
    const auto plain = [](std::string_view name) {
        std::string out = lower(name);
        std::ranges::replace_if(out, [](char c) { return c == '-' || c == '_'; }, ' ');
        return out;
    };
    const auto found = std::ranges::find_if(
        task.facts, [&, wanted = plain(said)](const std::string& name) { return plain(name) == wanted; });
    return found == task.facts.end() ? std::string() : *found;
}

using Sentences = std::vector<TurnReading::Sentence>;

std::expected<void, std::string> add_sentence(const json::object& o, const ReadingTask& task, Sentences& out) {
    const json::value* n = o.if_contains("n");
    const json::array* acts = array_in(o, "acts");
    const std::int64_t number = n != nullptr && n->is_int64() ? n->get_int64() : 0;
    if (number < 1 || static_cast<std::uint64_t>(number) > task.sentences.size() || acts == nullptr) {
        return std::unexpected(
            fmt::format("a sentence has no \"n\" from 1 to {} or no \"acts\"", task.sentences.size()));
    }
    const ReadingTask::Span span = task.sentences[static_cast<std::size_t>(number - 1)];
    for (std::size_t i = 0; i < std::min(acts->size(), most_acts); ++i) {
        const json::object* one = (*acts)[i].if_object();
        const std::optional<Act> act = one == nullptr ? std::nullopt : parse_act(string_in(*one, "act"));
        if (!act) {
            return std::unexpected(fmt::format("sentence {} has an act that is none of the list", number));
        }
        const std::string fact = *act == Act::ask_fact ? known_fact(string_in(*one, "fact"), task) : std::string();
        TurnReading::Sentence sentence{
            .act = name_of({.act = *act, .fact = fact}), .begin = span.begin, .end = span.end};
        if (std::ranges::find(out, sentence) == out.end()) {
            out.push_back(std::move(sentence));
        }
    }
    return {};
}

}  // namespace

ReadingTask reading_task(std::string_view text, const Reading& rules, std::vector<FactQuery> facts) {
    ReadingTask task;
    json::array shown;
    for (const ReadAct& act : rules.acts) {
        const bool is_new = task.sentences.empty() || task.sentences.back().begin != act.begin;
        if (!is_new || task.sentences.size() == most_sentences || act.end <= act.begin || act.end > text.size()) {
            continue;
        }
        task.sentences.push_back({act.begin, act.end});
        shown.emplace_back(
            json::object{{"n", task.sentences.size()},
                         {"text", shorten(text.substr(act.begin, act.end - act.begin), longest_sentence)}});
    }
    json::array known;
    for (FactQuery& fact : facts) {
        known.emplace_back(json::object{{"name", fact.name}, {"asked_by", join(fact.asked_by, ", ")}});
        task.facts.push_back(std::move(fact.name));
    }
    task.values = {{"sentences", std::move(shown)}, {"facts", std::move(known)}};
    return task;
}

json::object reading_schema() {
    json::array acts;
    for (int i = 0; i < act_count; ++i) {
        acts.emplace_back(to_string(static_cast<Act>(i)));
    }
    const auto object = [](json::object properties, json::array required) {
        return json::object{{"type", "object"},
                            {"properties", std::move(properties)},
                            {"required", std::move(required)},
                            {"additionalProperties", false}};
    };
    const auto list = [](json::object items) { return json::object{{"type", "array"}, {"items", std::move(items)}}; };
    json::object act = object({{"act", json::object{{"type", "string"}, {"enum", std::move(acts)}}},
                               {"fact", json::object{{"type", "string"}}}},
                              {"act", "fact"});
    json::object sentence =
        object({{"n", json::object{{"type", "integer"}}}, {"acts", list(std::move(act))}}, {"n", "acts"});
    return object({{"sentences", list(std::move(sentence))}}, {"sentences"});
}

std::expected<Sentences, std::string> sentences_in(std::string_view answer, const ReadingTask& task) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(answer.data(), answer.size()), error);
    const json::object* root = error ? nullptr : value.if_object();
    const json::array* list = root == nullptr ? nullptr : array_in(*root, "sentences");
    if (list == nullptr) {
        return std::unexpected(answer.empty() ? "the answer is empty" : "the answer is not the JSON object asked for");
    }
    Sentences out;
    for (std::size_t i = 0; i < std::min(list->size(), most_sentences); ++i) {
        const json::object* one = (*list)[i].if_object();
        if (one == nullptr) {
            return std::unexpected("a sentence is no object");
        }
        if (auto added = add_sentence(*one, task, out); !added) {
            return std::unexpected(std::move(added.error()));
        }
    }
    if (out.empty()) {
        return std::unexpected("the answer names no act");
    }
    std::ranges::sort(out, [](const TurnReading::Sentence& a, const TurnReading::Sentence& b) {
        return std::tie(a.begin, a.act) < std::tie(b.begin, b.act);
    });
    return out;
}

std::vector<std::string> act_names(const Reading& reading) {
    std::vector<std::string> names;
    for (const ReadAct& act : reading.acts) {
        std::string name = name_of(act);
        if (std::ranges::find(names, name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return names;
}

void take_over(const TurnReading& model, Reading& reading) {
    std::vector<ReadAct> acts;
    for (const TurnReading::Sentence& sentence : model.acts) {
        const std::string_view name = sentence.act;
        const std::size_t colon = name.find(':');
        if (const std::optional<Act> act = parse_act(name.substr(0, colon))) {
            acts.push_back({.act = *act,
                            .fact = std::string(colon == std::string_view::npos ? "" : name.substr(colon + 1)),
                            .begin = sentence.begin,
                            .end = sentence.end});
        }
    }
    if (!acts.empty()) {
        reading.acts = std::move(acts);
    }
}

}  // namespace sosia::user
