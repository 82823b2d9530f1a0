#include "user/ledger.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sosia::user {
namespace {

constexpr std::size_t longest_incidental = 80;  // bytes; longer context values are no facts a person would type

void add_incidental(std::vector<Ledger::Entry>& entries, std::string name, std::string value) {
    const bool known = std::ranges::any_of(entries, [&](const Ledger::Entry& e) { return e.fact.name == name; });
    if (known || value.empty() || value.size() > longest_incidental) {
        return;
    }
    Ledger::Entry entry;
    entry.fact = Fact{.name = std::move(name), .value = std::move(value), .when = Disclosure::asked};
    entry.label = Ledger::label(entry.fact);
    entry.incidental = true;
    entries.push_back(std::move(entry));
}

bool looks_like_a_date(std::string_view value) {
    constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
    const std::string text = lower(value);
    const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
    const bool iso = text.size() == 10 && text[4] == '-' && text[7] == '-';
    return iso || (digits > 0 && digits <= 6 && std::ranges::any_of(months, [&](std::string_view m) {
                       const std::size_t at = text.find(m);
                       return at != std::string::npos && (at == 0 || text[at - 1] == ' ');
                   }));
}

// "booking reference", not "when do you fly" or "a day": fits behind "my".
bool is_noun_phrase(const std::string& phrase) {
    constexpr std::array<std::string_view, 27> not_nouns{"when", "what", "which",  "where", "who",  "why",   "how",
                                                         "is",   "are",  "was",    "were",  "did",  "do",    "does",
                                                         "has",  "have", "can",    "you",   "your", "would", "cuándo",
                                                         "qué",  "wann", "welche", "wie",   "a",    "an"};
    const std::vector<std::string_view> words = split(phrase, ' ');
    constexpr std::size_t longest = 4;
    return !words.empty() && words.size() <= longest && std::ranges::none_of(words, [&](std::string_view word) {
        return std::ranges::find(not_nouns, lower(word)) != not_nouns.end();
    });
}

std::string scalar_text(const boost::json::value& value) {
    if (value.is_string()) {
        return std::string(value.as_string());
    }
    if (value.is_int64()) {
        return std::to_string(value.as_int64());
    }
    return {};
}

}  // namespace

Ledger::Ledger(const CellParts& parts) {
    for (const Fact& fact : parts.persona->facts) {
        entries_.push_back(Entry{.fact = fact, .label = label(fact)});
    }
    add_incidental(entries_, "name", parts.persona->name);
    const boost::json::object context = merged_context(*parts.scenario, *parts.edge_case);
    if (const boost::json::value* customer = context.if_contains("customer");
        customer != nullptr && customer->is_object()) {
        for (const auto& [key, value] : customer->as_object()) {
            add_incidental(entries_, std::string(key), scalar_text(value));
        }
    }
    for (const auto& [key, value] : parts.persona->background) {
        add_incidental(entries_, key, value);
    }
}

const Ledger::Entry* Ledger::find(std::string_view fact) const {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& e) { return e.fact.name == fact; });
    return found == entries_.end() ? nullptr : &*found;
}

Ledger::Entry* Ledger::find(std::string_view fact) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& e) { return e.fact.name == fact; });
    return found == entries_.end() ? nullptr : &*found;
}

Answer Ledger::answer(std::string_view fact) const {
    const Entry* entry = find(fact);
    if (entry == nullptr) {
        return Answer::unknown;
    }
    if (entry->told) {
        return Answer::repeat;
    }
    switch (entry->fact.when) {
        case Disclosure::never:
            return Answer::refuse;
        case Disclosure::second_ask:
            return entry->asked >= 1 ? Answer::give : Answer::hold_back;
        case Disclosure::corrected:
            return entry->fact.first_says.empty() ? Answer::give : Answer::give_wrong;
        case Disclosure::freely:
        case Disclosure::asked:
            return Answer::give;
    }
    return Answer::give;
}

void Ledger::asked(std::string_view fact) {
    if (Entry* entry = find(fact)) {
        ++entry->asked;
    }
}

void Ledger::told(std::string_view fact, bool wrong_value, int user_turn) {
    if (Entry* entry = find(fact)) {
        entry->told = true;
        entry->wrong = wrong_value;
        entry->told_at = user_turn;
    }
}

void Ledger::correct(std::string_view fact) {
    if (Entry* entry = find(fact)) {
        entry->told = true;
        entry->wrong = false;
        entry->corrected = true;
    }
}

const Ledger::Entry* Ledger::awaiting_correction() const {
    const auto found = std::ranges::find_if(entries_, [](const Entry& e) { return e.told && e.wrong; });
    return found == entries_.end() ? nullptr : &*found;
}

std::string Ledger::label(const Fact& fact) {
    const auto noun = std::ranges::find_if(fact.asked_by, is_noun_phrase);
    if (noun != fact.asked_by.end()) {
        return *noun;
    }
    std::string label = fact.name;
    std::ranges::replace(label, '_', ' ');
    std::ranges::replace(label, '-', ' ');
    return label;
}

std::vector<FactQuery> fact_queries(const Ledger& ledger) {
    std::vector<FactQuery> queries;
    // A birthday is never meant by "when was it?".
    const auto dated = [](const Ledger::Entry& e) {
        return !e.incidental && looks_like_a_date(e.fact.value) && !e.fact.name.contains("birth") &&
               e.fact.name != "dob";
    };
    const bool one_date = std::ranges::count_if(ledger.entries(), dated) == 1;
    for (const Ledger::Entry& entry : ledger.entries()) {
        FactQuery query{entry.fact.name, entry.fact.asked_by};
        if (one_date && dated(entry)) {  // whoever asks for a date can only mean this one
            query.asked_by.insert(query.asked_by.end(), {"date of the", "on what date", "on which date",
                                                         "which date was", "when was", "when were", "when did"});
        }
        queries.push_back(std::move(query));
    }
    return queries;
}

}  // namespace sosia::user
