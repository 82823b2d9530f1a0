#include "user/reader_lexicon.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "user/reader_characters.h"

namespace sosia::user {
namespace {

constexpr std::array<std::pair<std::string_view, WordFlag>, 19> flag_names = {{
    {"negator", WordFlag::negator},       {"carrier", WordFlag::carrier},
    {"modal", WordFlag::modal},           {"perfect", WordFlag::perfect},
    {"subject", WordFlag::subject},       {"finite", WordFlag::finite},
    {"starter", WordFlag::starter},       {"question_word", WordFlag::question_word},
    {"auxiliary", WordFlag::auxiliary},   {"connector", WordFlag::connector},
    {"article", WordFlag::article},       {"stop", WordFlag::stop},
    {"vague", WordFlag::vague},           {"filler", WordFlag::filler},
    {"resume", WordFlag::resume},         {"teller", WordFlag::teller},
    {"complement", WordFlag::complement}, {"yours", WordFlag::yours},
    {"checking", WordFlag::checking},
}};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view part : split(text, ' ')) {
        if (!part.empty()) {
            out.push_back(fold(part));
        }
    }
    return out;
}

void load_flags(const YAML::Node& node, Lexicon& lexicon) {
    for (const auto& [name, flag] : flag_names) {
        const YAML::Node list = node[std::string(name)];
        for (const std::string& word : words_of(list ? list.as<std::string>() : "")) {
            lexicon.words[word].flags |= static_cast<std::uint32_t>(flag);
        }
    }
}

void load_spellings(const YAML::Node& node, Lexicon& lexicon) {
    for (const auto& entry : node) {
        lexicon.words[fold(entry.first.as<std::string>())].spelled_out = words_of(entry.second.as<std::string>());
    }
}

// "once *" needs a clause after it; "when ?" must not start a question.
void add_opener(const std::string& text, ClauseOpener::Kind kind, Lexicon& lexicon) {
    std::vector<std::string> words = words_of(text);
    ClauseOpener opener{.kind = kind};
    while (words.back() == "*" || words.back() == "?") {
        (words.back() == "*" ? opener.needs_clause : opener.not_asking) = true;
        words.pop_back();
    }
    opener.rest.assign(words.begin() + 1, words.end());
    std::vector<ClauseOpener>& openers = lexicon.words[words.front()].openers;
    const auto longer = [](const ClauseOpener& other) { return other.rest.size(); };
    const auto place = std::ranges::upper_bound(openers, opener.rest.size(), std::ranges::greater{}, longer);
    openers.insert(place, std::move(opener));
}

void load_openers(const YAML::Node& node, Lexicon& lexicon) {
    constexpr std::array<std::pair<const char*, ClauseOpener::Kind>, 3> kinds = {{
        {"condition", ClauseOpener::Kind::condition},
        {"time", ClauseOpener::Kind::time},
        {"purpose", ClauseOpener::Kind::purpose},
    }};
    for (const auto& [name, kind] : kinds) {
        for (const auto& text : node[name]) {
            add_opener(text.as<std::string>(), kind, lexicon);
        }
    }
}

WordTable<bool> load_set(const YAML::Node& node) {
    WordTable<bool> out;
    for (const std::string& word : words_of(node ? node.as<std::string>() : "")) {
        out[word] = true;
    }
    return out;
}

}  // namespace

Result<Lexicon> load_lexicon(std::string_view yaml) {
    Lexicon lexicon;
    try {
        const YAML::Node node = YAML::Load(std::string(yaml))["words"];
        load_flags(node["flags"], lexicon);
        load_spellings(node["spellings"], lexicon);
        load_openers(node["clauses"], lexicon);
        lexicon.abbreviations = load_set(node["abbreviations"]);
        lexicon.soft_abbreviations = load_set(node["soft_abbreviations"]);
        lexicon.after_number = load_set(node["after_number"]);
        lexicon.number_dot = node["number_dot"].as<bool>(false);
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::malformed, std::string("the reader's words are not valid YAML: ") + e.what());
    }
    return lexicon;
}

}  // namespace sosia::user
