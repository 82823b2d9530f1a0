#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "user/reader_characters.h"
#include "user/reader_claims.h"

namespace sosia::user {
namespace {

using Kind = ClaimWord::Kind;

void add(ClaimLexicon& lexicon, std::string_view word, ClaimWord entry) {
    entry.exact_case = entry.exact_case || word.ends_with('^');
    ClaimWords& words = lexicon.words[fold(word.ends_with('^') ? word.substr(0, word.size() - 1) : word)];
    words.kinds |= 1U << static_cast<unsigned>(entry.kind);
    words.list.push_back(std::move(entry));
}

template <class Visit>
void each_word(const YAML::Node& node, Visit visit) {
    const std::string text = node ? node.as<std::string>() : "";
    for (const std::string_view word : split(text, ' ')) {
        if (!word.empty()) {
            visit(word);
        }
    }
}

// value: words
void load_values(const YAML::Node& node, Kind kind, ClaimLexicon& lexicon) {
    for (const auto& entry : node) {
        const auto value = entry.first.as<double>();
        each_word(entry.second, [&](std::string_view word) { add(lexicon, word, {.kind = kind, .value = value}); });
    }
}

// name: { value: 86400, words: day days }
void load_named(const YAML::Node& node, Kind kind, ClaimLexicon& lexicon) {
    for (const auto& entry : node) {
        const ClaimWord word{.kind = kind,
                             .value = entry.second["value"].as<double>(1),
                             .name = entry.second["name"].as<std::string>(entry.first.as<std::string>())};
        each_word(entry.second["words"], [&](std::string_view text) { add(lexicon, text, word); });
    }
}

void load_plain(const YAML::Node& root, ClaimLexicon& lexicon) {
    constexpr std::array<std::pair<const char*, Kind>, 14> lists = {{
        {"percent", Kind::percent},
        {"oclock", Kind::oclock},
        {"half", Kind::half},
        {"article", Kind::article},
        {"range", Kind::range},
        {"join", Kind::join},
        {"between", Kind::between},
        {"business", Kind::business},
        {"of", Kind::of},
        {"date_lead", Kind::date_lead},
        {"span_lead", Kind::span_lead},
        {"stop", Kind::stop},
        {"label", Kind::label},
        {"modifier", Kind::modifier},
    }};
    for (const auto& [name, kind] : lists) {
        each_word(root[name], [&](std::string_view word) { add(lexicon, word, {.kind = kind}); });
    }
}

}  // namespace

Result<ClaimLexicon> ClaimLexicon::load(std::string_view yaml) {
    ClaimLexicon out;
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        load_values(root["numbers"], Kind::number, out);
        load_values(root["scales"], Kind::scale, out);
        load_values(root["months"], Kind::month, out);
        load_values(root["weekdays"], Kind::weekday, out);
        load_values(root["clock"], Kind::clock, out);
        load_values(root["meridiem"], Kind::meridiem, out);
        load_named(root["units"], Kind::unit, out);
        load_named(root["currencies"], Kind::currency, out);
        load_plain(root, out);
        out.comma_decimals = root["comma_decimals"].as<bool>(false);
        out.day_first = root["day_first"].as<bool>(false);
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::malformed, std::string("the reader's claim words are not valid YAML: ") + e.what());
    }
    return out;
}

}  // namespace sosia::user
