// Words for generated personas: what a value of an axis means for the knobs, the profile and the sample lines.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <map>

#include "base/random.h"
#include "base/text.h"
#include "spec/personas_generate.h"
#include "spec/yaml_write.h"

namespace sosia::spec {
namespace {

using Traits = std::map<std::string, std::string>;

std::string value_of(const Traits& traits, std::string_view axis) {
    const auto found = traits.find(std::string(axis));
    return found == traits.end() ? std::string{} : found->second;
}

struct Person {
    std::string_view first;
    std::string_view last;
};

constexpr std::array<Person, 40> people{{
    {"Amara", "Okafor"}, {"Bilal", "Rahman"},    {"Carmen", "Vidal"}, {"Dmitri", "Sokolov"}, {"Elif", "Yilmaz"},
    {"Farid", "Haddad"}, {"Greta", "Lindqvist"}, {"Hiro", "Tanaka"},  {"Ines", "Moreau"},    {"Jonas", "Weber"},
    {"Kavya", "Nair"},   {"Liam", "Gallagher"},  {"Mei", "Chen"},     {"Nadia", "Petrova"},  {"Omar", "Benali"},
    {"Paula", "Santos"}, {"Quentin", "Marsh"},   {"Rosa", "Delgado"}, {"Samuel", "Mensah"},  {"Tuula", "Virtanen"},
    {"Uma", "Krishnan"}, {"Viktor", "Horvath"},  {"Wanda", "Nowak"},  {"Ximena", "Rojas"},   {"Yusuf", "Demir"},
    {"Zoe", "Papadaki"}, {"Aaron", "Fields"},    {"Beth", "Carver"},  {"Colm", "Brady"},     {"Dana", "Whitlock"},
    {"Emil", "Jansen"},  {"Freya", "Holm"},      {"Gideon", "Adler"}, {"Hana", "Kimura"},    {"Ivo", "Marek"},
    {"Jada", "Brooks"},  {"Kofi", "Asante"},     {"Leila", "Nasser"}, {"Marco", "Ricci"},    {"Nora", "Eide"},
}};

// "Mei Chen"; from the second round on with another surname.
std::string name_of(std::size_t i) {
    const std::size_t round = i / people.size();
    const std::size_t at = i % people.size();
    return fmt::format("{} {}", people[at].first, people[(at + round * 7) % people.size()].last);
}

std::string_view style_words(std::string_view style) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{{
        {"verbose", "writes long, complete messages"},
        {"terse", "writes a few words at a time"},
        {"technical", "uses exact terms and expects exact answers"},
        {"non-native", "writes English as a second language"},
        {"rambling", "tells the whole story around the matter"},
    }};
    const auto found = std::ranges::find(words, style, [](const auto& pair) { return pair.first; });
    return found == words.end() ? std::string_view{} : found->second;
}

std::string_view intent_words(std::string_view intent) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> words{{
        {"cooperative", "answers what is asked"},
        {"tangential", "brings up other things on the way"},
        {"adversarial", "tests how far the rules bend"},
        {"correction-prone", "gets details wrong first and puts them right later"},
    }};
    const auto found = std::ranges::find(words, intent, [](const auto& pair) { return pair.first; });
    return found == words.end() ? std::string_view{} : found->second;
}

// "An anxious novice who writes a few words at a time and answers what is asked."
std::string profile_of(const Traits& traits) {
    const std::string emotion = value_of(traits, "emotion");
    const std::string knowledge = value_of(traits, "knowledge");
    std::vector<std::string> head;
    for (const std::string& word :
         {emotion, knowledge == "intermediate" ? std::string("fairly experienced customer") : knowledge}) {
        if (!word.empty()) {
            head.push_back(word);
        }
    }
    std::string who = head.empty() ? "person" : join(head, " ");
    if (knowledge.empty() && !head.empty()) {
        who += " person";
    }
    const bool vowel = std::string_view("aeiou").find(who.front()) != std::string_view::npos;
    std::vector<std::string> tail;
    for (const std::string_view words :
         {style_words(value_of(traits, "style")), intent_words(value_of(traits, "intent"))}) {
        if (!words.empty()) {
            tail.emplace_back(words);
        }
    }
    return fmt::format("{} {}{}{}.", vowel ? "An" : "A", who, tail.empty() ? "" : " who ", join(tail, " and "));
}

std::vector<std::string> samples_of(const Traits& traits) {
    static const std::map<std::string, std::vector<std::string>> by_style{
        {"verbose",
         {"Hello, I was hoping you could help me with something that has been bothering me since last week.",
          "Let me explain from the beginning so that you have everything you need."}},
        {"terse", {"need help", "ok and now"}},
        {"technical", {"Which status does the record have on your side?", "Please give me the exact reference."}},
        {"non-native", {"hello, i have problem and i not know what to do", "please can you explain more simple"}},
        {"rambling",
         {"so i was at my sister's when i noticed it, she said call them, so anyway here i am",
          "wait where was i, right, the thing is"}},
    };
    static const std::map<std::string, std::string> by_emotion{
        {"calm", "no rush, just tell me what you need"},
        {"frustrated", "i already did that. twice."},
        {"anxious", "is that going to be a problem? im a bit worried"},
        {"confused", "sorry what does that mean"},
        {"angry", "this is a joke"}};
    std::vector<std::string> out;
    if (const auto lines = by_style.find(value_of(traits, "style")); lines != by_style.end()) {
        out = lines->second;
    }
    if (const auto line = by_emotion.find(value_of(traits, "emotion")); line != by_emotion.end()) {
        out.push_back(line->second);
    }
    return out;
}

std::string id_of(const std::vector<std::string>& row, std::map<std::string, int>& used) {
    std::string id;
    for (const std::string& value : row) {
        std::string part = lower(value);
        std::ranges::replace_if(part, [](char c) { return c == ' ' || c == '/' || c == '#' || c == '_'; }, '-');
        id += (id.empty() ? "" : "-") + part;
    }
    id = shorten(id, 100);
    const int n = ++used[id];
    return n == 1 ? id : fmt::format("{}-{}", id, n);
}

void write_traits(const std::vector<Axis>& axes, const std::vector<std::string>& row, std::string& out) {
    std::vector<std::string> extra;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const bool built_in = std::ranges::find(builtin_axes(), axes[i].name, &Axis::name) != builtin_axes().end();
        if (built_in) {
            out += fmt::format("  {}: {}\n", axes[i].name, yaml_scalar(row[i]));
        } else {
            extra.push_back(fmt::format("{}: {}", yaml_scalar(axes[i].name), yaml_scalar(row[i])));
        }
    }
    if (!extra.empty()) {
        out += fmt::format("  axes: {{ {} }}\n", join(extra, ", "));
    }
}

void write_persona(const std::vector<Axis>& axes, const std::vector<std::string>& row, const std::string& id,
                   const std::string& name, std::string& out) {
    Traits traits;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        traits[axes[i].name] = row[i];
    }
    const Knobs knobs = knobs_for(traits);
    out += fmt::format("- id: {}\n  name: {}\n", yaml_scalar(id), yaml_scalar(name));
    write_traits(axes, row, out);
    out += fmt::format("  profile: {}\n", yaml_scalar(profile_of(traits)));
    out += fmt::format("  knobs: {{ frustration_threshold: {}, drop: {:.2f}, patience: {}, clarity: {:.2f} }}\n",
                       knobs.frustration_threshold, knobs.drop, knobs.patience, knobs.clarity);
    std::vector<std::string> samples = samples_of(traits);
    std::ranges::transform(samples, samples.begin(), [](const std::string& line) {
        return boost::json::serialize(boost::json::string_view{line});
    });
    if (!samples.empty()) {
        out += fmt::format("  samples: [{}]\n", join(samples, ", "));
    }
}

std::string how(const GeneratedPersonas& generated, const GenerateSpec& spec) {
    if (spec.sample) {
        return "sampled";
    }
    return spec.cover == MatrixSpec::Cover::full
               ? std::string("every combination")
               : fmt::format("{} ({} of {} tuples)",
                             spec.strength == 2 ? "pairwise" : fmt::format("{}-way", spec.strength), generated.tuples,
                             generated.tuples);
}

}  // namespace

Knobs knobs_for(const std::map<std::string, std::string>& traits) {
    Knobs out;
    const std::string emotion = value_of(traits, "emotion");
    const std::string style = value_of(traits, "style");
    const std::string intent = value_of(traits, "intent");
    if (emotion == "calm") {
        out.frustration_threshold = 4;
        out.patience = 10;
    } else if (emotion == "angry") {
        out.frustration_threshold = 2.5;
        out.patience = 6;
    } else if (emotion == "anxious" || emotion == "confused") {
        out.frustration_threshold = 3.5;
    }
    if (style == "technical") {
        out.clarity = 0.9;
    } else if (style == "terse" || style == "non-native") {
        out.clarity = 0.6;
    } else if (style == "rambling") {
        out.clarity = 0.35;
        out.drop = 0.06;
    }
    out.clarity -= emotion == "confused" ? 0.1 : 0.0;
    out.drop += intent == "tangential" ? 0.06 : 0.0;
    return out;
}

std::string personas_yaml(const GeneratedPersonas& generated, const GenerateSpec& spec) {
    std::vector<std::string> names;
    std::ranges::transform(generated.axes, std::back_inserter(names), &Axis::name);
    std::string out = fmt::format(
        "# {} personas over {}: {}, seed {}.\n# Add what they know under `facts`; everything may be edited.\n",
        generated.rows.size(), join(names, ", "), how(generated, spec), spec.seed);
    Random random(spec.seed, "personas.names");
    const std::size_t first = random.below(people.size());
    std::map<std::string, int> used;
    for (std::size_t i = 0; i < generated.rows.size(); ++i) {
        write_persona(generated.axes, generated.rows[i], id_of(generated.rows[i], used), name_of(first + i), out);
    }
    return out;
}

}  // namespace sosia::spec
