#include "scoring/case_file.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "user/ledger.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

constexpr std::array<std::string_view, 12> own_keys{"customer", "user",       "patient", "client",
                                                    "guest",    "passenger",  "caller",  "member",
                                                    "account",  "subscriber", "tenant",  "policyholder"};
constexpr std::array<std::string_view, 10> people_keys{"other",  "customers",  "clients",  "patients", "users",
                                                       "guests", "passengers", "accounts", "previous", "neighb"};
constexpr std::array<std::string_view, 11> personal_keys{"name", "mail", "phone", "address", "birth", "dob",
                                                         "ssn",  "card", "iban",  "street",  "number"};

template <std::size_t n>
bool contains_any(std::string_view key, const std::array<std::string_view, n>& words) {
    const std::string lowered = lower(key);
    return std::ranges::any_of(words, [&](std::string_view w) { return lowered.contains(w); });
}

bool is_own(std::string_view key) {
    return std::ranges::find(own_keys, key) != own_keys.end();
}

// Names and contacts below a key that speaks of several people.
void collect_strangers(std::string_view key, const json::value& value, bool below_people,
                       std::vector<std::string>& out) {
    const bool people = below_people || contains_any(key, people_keys);
    if (value.is_object()) {
        for (const auto& [name, item] : value.as_object()) {
            collect_strangers(name, item, people, out);
        }
    } else if (value.is_array()) {
        for (const json::value& item : value.as_array()) {
            collect_strangers(key, item, people, out);
        }
    } else if (constexpr std::size_t shortest = 4; people && value.is_string() &&
                                                   value.as_string().size() >= shortest &&
                                                   contains_any(key, personal_keys)) {
        out.emplace_back(value.as_string());
    }
}

// What each word of an entry's name is about; words that say nothing by themselves are left out.
std::vector<std::set<std::string>> topics_of_name(const CaseFile& file, std::string name) {
    std::ranges::replace_if(name, [](char c) { return c == '_' || c == '-' || c == '.'; }, ' ');
    std::vector<std::set<std::string>> topics;
    for (const std::string_view word : split(name, ' ')) {
        if (std::set<std::string> of_word = file.words.topics(word); !of_word.empty()) {
            topics.push_back(std::move(of_word));
        }
    }
    return topics;
}

std::vector<TruthEntry> truth_entries(const CaseFile& file) {
    std::vector<TruthEntry> entries;
    for (const auto& [name, text] : file.truth) {
        TruthEntry entry{.name = name,
                         .text = text,
                         .topics = topics_of_name(file, name),
                         .claims = file.reader.claims(text, file.language)};
        if (file.language != "en") {  // often written in English whatever the user speaks
            std::ranges::move(file.reader.claims(text, "en"), std::back_inserter(entry.claims));
        }
        const std::string_view number = trim(text);
        if (!number.empty() && std::ranges::all_of(number, [](char c) { return (c >= '0' && c <= '9') || c == '.'; })) {
            entry.number = std::strtod(std::string(number).c_str(), nullptr);
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

Knowledge known_before(const CaseFile& file, bool own_data_only) {
    Knowledge known(file.reader, file.language);
    for (const auto& [name, text] : file.truth) {
        known.learn_named(name, text);
    }
    for (const auto& [key, value] : file.context) {
        if (!own_data_only || is_own(key)) {
            known.learn_json(key, value);
        }
    }
    for (const Fact& fact : file.persona.facts) {
        known.learn_named(fact.name, fact.value);
        known.learn(fact.first_says);
    }
    for (const auto& [name, text] : file.persona.background) {
        known.learn_named(name, text);
    }
    for (const std::string* text : {&file.persona.profile, &file.persona.goal.primary, &file.scenario.intent,
                                    &file.scenario.description, &file.edge_case.description}) {
        known.learn(*text);
    }
    for (const std::string& side : file.persona.goal.side) {
        known.learn(side);
    }
    for (const std::string& phrase : file.expect.must_say) {
        known.learn(phrase);
    }
    return known;
}

std::string known_text(const CaseFile& file) {
    std::string text = flatten(file.context) + " " + file.scenario.intent + " " + file.scenario.description + " " +
                       file.edge_case.description;
    for (const auto& [name, value] : file.truth) {
        std::string words = name;
        std::ranges::replace(words, '_', ' ');
        text += " " + words + " " + value;
    }
    for (const std::string& phrase : file.expect.must_say) {
        text += " " + phrase;
    }
    return plain(text);
}

std::string own_text(const CaseFile& file) {
    std::string own = file.persona.name + " " + file.persona.profile + " ";
    for (const Fact& fact : file.persona.facts) {
        own += fact.value + " " + fact.first_says + " ";
    }
    for (const auto& [name, value] : file.persona.background) {
        own += value + " ";
    }
    for (const auto& [name, value] : file.truth) {
        own += value + " ";
    }
    for (const auto& [key, value] : file.context) {
        own += is_own(key) ? flatten(value) + " " : "";
    }
    return squeeze(own);
}

std::string company_text(const CaseFile& file) {
    std::string rest;
    for (const auto& [key, value] : file.context) {
        rest += is_own(key) ? "" : flatten(value) + " ";
    }
    return squeeze(rest);
}

std::vector<std::string> strangers(const CaseFile& file) {
    std::vector<std::string> found;
    for (const auto& [key, value] : file.context) {
        if (!is_own(key)) {
            collect_strangers(key, value, false, found);
        }
    }
    std::erase_if(found, [&](const std::string& s) { return file.own_text.contains(squeeze(s)); });
    return found;
}

std::vector<TextRule> rules(const std::vector<std::string>& written) {
    std::vector<TextRule> out;
    for (const std::string& text : written) {
        out.emplace_back(text);
    }
    return out;
}

std::vector<Correction> corrections(const CaseFile& file) {
    std::vector<Correction> out;
    for (const Fact& fact : file.persona.facts) {
        if (!fact.first_says.empty()) {
            Wanted wrong(fact.first_says, file.reader, file.language);
            const bool on_record =
                wrong.in(flatten(file.context), file.reader, file.language) != std::string_view::npos;
            out.push_back({fact.name, std::move(wrong), Wanted(fact.value, file.reader, file.language), on_record});
        }
    }
    return out;
}

std::vector<Identifier> identifiers(const CaseFile& file) {
    std::vector<Identifier> out;
    for (const Fact& fact : file.persona.facts) {
        if (!is_identifier(fact.value)) {
            continue;
        }
        Identifier id{.fact = fact.name, .value = Wanted(fact.value, file.reader, file.language)};
        id.keys.push_back(squeeze(fact.name));
        for (const std::string& phrase : fact.asked_by) {
            id.keys.push_back(squeeze(phrase));
        }
        out.push_back(std::move(id));
    }
    return out;
}

bool rules_known(const CaseFile& file) {
    if (!file.truth.empty()) {
        return true;
    }
    Knowledge rules(file.reader, file.language);
    if (const json::value* agent = file.context.if_contains("agent")) {
        rules.learn_json("agent", *agent);
    }
    return rules.has(user::ClaimKind::duration) || rules.has(user::ClaimKind::percent) ||
           rules.has(user::ClaimKind::money);
}

CellParts parts_of(const Persona& persona, const Scenario& scenario, const EdgeCase& edge_case) {
    return {.persona = &persona, .scenario = &scenario, .edge_case = &edge_case};
}

}  // namespace

bool TruthEntry::states(user::ClaimKind kind) const {
    return number.has_value() || std::ranges::any_of(claims, [&](const user::Claim& c) { return c.kind == kind; });
}

CaseFile::CaseFile(const Persona& p, const Scenario& s, const EdgeCase& e, const Tools& tools)
    : persona(p),
      scenario(s),
      edge_case(e),
      expect(e.expect),
      reader(tools.reader),
      words(tools.words),
      phrases(tools.phrases.of(p.language)),
      language(p.language),
      context(merged_context(s, e)),
      truth(merged_truth(s, e)),
      entries(truth_entries(*this)),
      facts(user::fact_queries(user::Ledger(parts_of(p, s, e)))),
      goal(user::conversation_goal(tools.words, parts_of(p, s, e))),
      known(known_before(*this, false)),
      own(known_before(*this, true)),
      rules_known(scoring::rules_known(*this)),
      known_text(scoring::known_text(*this)),
      own_text(scoring::own_text(*this)),
      company_text(scoring::company_text(*this)),
      strangers(scoring::strangers(*this)),
      must_say(rules(e.expect.must_say)),
      must_not_say(rules(e.expect.must_not_say)),
      corrections(scoring::corrections(*this)),
      identifiers(scoring::identifiers(*this)) {}

}  // namespace sosia::scoring
